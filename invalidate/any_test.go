package invalidate

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A fixed kernel has no bug whatever its CPUs do: random programs in random
// schedules, which the small workloads of the search do not come to.
func TestFixedKernelsSurviveAnything(t *testing.T) {
	for _, c := range classes {
		codec := fuzz.CodecOf(c)
		for _, k := range c.Kernels {
			if !k.Fixed {
				continue
			}
			run := fuzz.NewRunner(vm.New(c, k, vm.SMP), false)
			rnd := rand.New(rand.NewPCG(1, 2))
			for range 5000 {
				input := make([]byte, rnd.IntN(60))
				for i := range input {
					input[i] = byte(rnd.IntN(256))
				}
				res := run.Run(codec.Decode(input))
				require.Empty(t, res.Bugs, "%s: %s: input %q", c.Name, k.Name, input)
			}
		}
	}
}
