package refcount

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Any program of up to two operations on each of two CPUs, from the initial state
// with most to do: exact.
func TestFixedKernelsWithAnyProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("searches millions of states")
	}
	for _, id := range []string{"C", "E", "F2"} {
		m := machine(t, id)
		v := fuzz.Explore(m, &boots[bootReclaim], &vm.Workload{Programs: make([][]uint8, 2), Any: 2}, fuzz.Options{})
		assert.Equal(t, fuzz.NoBug, v.Outcome, "%s: %s", id, v)
	}
}

// Random programs on four CPUs, whatever the operations are and wherever they
// begin, bring out nothing in a fixed kernel and something in most racy ones.
func TestRandomPrograms(t *testing.T) {
	codec := fuzz.CodecOf(&PageRelease)
	var racy []string
	for _, k := range PageRelease.Kernels {
		r := fuzz.NewRunner(vm.New(&PageRelease, k, vm.SMP), false)
		rng := rand.New(rand.NewPCG(1, 2))
		for range 10_000 {
			in := codec.Decode(randomBytes(rng))
			res := r.Run(in)
			if k.Fixed {
				require.Empty(t, res.Bugs, "%s: %+v", k.Name, in)
			} else if len(res.Bugs) > 0 {
				racy = append(racy, k.ID)
				break
			}
		}
	}
	assert.Greater(t, len(racy), 10, "only %v", racy)
}

// randomBytes is an input with a boot state, some operations, and bursts.
func randomBytes(rng *rand.Rand) []byte {
	b := []byte{byte(248 + rng.IntN(8))}
	for range 2 + rng.IntN(12) {
		b = append(b, byte(128+rng.IntN(104)))
	}
	for range rng.IntN(30) {
		b = append(b, byte(rng.IntN(128)))
	}
	for range rng.IntN(3) {
		b = append(b, byte(232+rng.IntN(16)))
	}
	return b
}

// Each patch has its name, and no kernel has a patch without one.
func TestPatchesHaveNames(t *testing.T) {
	all := vm.Patch(1)<<len(PageRelease.Patches) - 1
	assert.Equal(t, GetUnlocked, vm.Patch(1)<<(len(PageRelease.Patches)-1), "the last patch")
	for _, k := range PageRelease.Kernels {
		assert.Zero(t, k.Patches&^all, k.Name)
	}
}
