package migrate

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Random programs on three CPUs, whatever the operations are and wherever they
// begin, bring out nothing in a fixed kernel and something in most racy ones.
func TestRandomPrograms(t *testing.T) {
	for _, c := range classes {
		codec := fuzz.CodecOf(c)
		racy := 0
		for _, k := range c.Kernels {
			r := fuzz.NewRunner(vm.New(c, k, vm.SMP), false)
			rng := rand.New(rand.NewPCG(3, 4))
			for range 4_000 {
				in := codec.Decode(randomBytes(rng))
				res := r.Run(in)
				if k.Fixed {
					require.Empty(t, res.Bugs, "%s: %s\n%s", k.Name, c.Name, r.Trace("").Diagram())
				} else if len(res.Bugs) > 0 {
					racy++
					break
				}
			}
		}
		assert.Greater(t, racy, 3, c.Name)
	}
}

// randomBytes is an input with a boot state, some operations, and bursts.
func randomBytes(rng *rand.Rand) []byte {
	b := []byte{byte(248 + rng.IntN(8))}
	for range 2 + rng.IntN(8) {
		b = append(b, byte(128+rng.IntN(104)))
	}
	for range rng.IntN(40) {
		b = append(b, byte(rng.IntN(128)))
	}
	for range rng.IntN(3) {
		b = append(b, byte(232+rng.IntN(16)))
	}
	return b
}

// Each patch has its name, and no kernel has a patch without one.
func TestPatchesHaveNames(t *testing.T) {
	assert.Equal(t, Fair, vm.Patch(1)<<(len(patchNames)-1), "the last patch")
	for _, c := range classes {
		for _, k := range c.Kernels {
			assert.Zero(t, k.Patches&^(vm.Patch(1)<<len(patchNames)-1), k.Name)
		}
	}
}
