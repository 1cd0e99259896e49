package races

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Random inputs are any operations on any CPUs, from any boot state, in any order:
// what the small workloads of the search do not come to. They bring out nothing in
// a fixed kernel, and something in most racy ones.
func TestRandomPrograms(t *testing.T) {
	for _, r := range All {
		t.Run(r.Name(), func(t *testing.T) {
			t.Parallel()
			racy, caught := 0, 0
			for _, k := range r.Kernels() {
				complaint := tryRandom(r, k)
				if k.Fixed {
					require.Empty(t, complaint, k.Name)
					continue
				}
				racy++
				if complaint != "" {
					caught++
				}
			}
			assert.Greater(t, 2*caught, racy)
		})
	}
}

// tryRandom returns the first complaint about a kernel.
func tryRandom(r fuzz.Race, k vm.Kernel) string {
	target := r.Target(k, vm.SMP, false)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		input := make([]byte, rng.IntN(60))
		for i := range input {
			input[i] = byte(rng.Uint32())
		}
		if complaint := target.Try(input); complaint != "" {
			return complaint
		}
	}
	return ""
}
