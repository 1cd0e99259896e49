package invalidate

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

// boot is the initial state with that file.
func (f plainFile) boot(programs [][]uint8) *vm.Boot[MapState] {
	return &vm.Boot[MapState]{Name: "random", Programs: programs, Init: func(s *MapState, _ vm.Patch) {
		for p, page := range f {
			for set, in := range map[*vm.Set]bool{&s.Cached: page.cached, &s.Dirty: page.dirty, &s.Reserved: page.block, &s.Unsaved: page.unsaved} {
				if in {
					*set = set.With(p)
				}
			}
			for bit, is := range map[mapPTE]bool{mapPresent: page.mapped, mapWrite: page.writable, mapDirty: page.written} {
				if is {
					s.PTE[p] |= bit
				}
			}
		}
	}}
}

// randomFile has its pages in any state that makes sense: what is mapped is in
// the page cache, what is writable has a block, and what is not saved is dirty.
func randomFile(rng *rand.Rand) (f plainFile) {
	maybe := func() bool { return rng.IntN(2) == 0 }
	for p := range f {
		page := plainPage{cached: rng.IntN(4) > 0}
		if page.cached {
			page.block, page.dirty, page.mapped = maybe(), maybe(), maybe()
		}
		page.writable = page.mapped && page.block && maybe()
		page.written = page.writable && maybe()
		page.unsaved = (page.dirty || page.written) && maybe()
		f[p] = page
	}
	return f
}

// randomPrograms are up to four operations on two or three CPUs.
func randomPrograms(rng *rand.Rand) [][]uint8 {
	programs := make([][]uint8, 2+rng.IntN(mapCPUs-1))
	for range 2 + rng.IntN(3) {
		cpu := rng.IntN(len(programs))
		programs[cpu] = append(programs[cpu], uint8(rng.IntN(len(mapOps))))
	}
	return programs
}

// The two implementations agree on random programs and files, too, and no fixed
// kernel has a bug in any of them.
func TestMapSecondImplementationAgreesOnAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		b := randomFile(rng).boot(randomPrograms(rng))
		for _, k := range mapKernels {
			first := outcomeOf(t, vm.New(&SharedMapping, k, vm.SMP), b)
			require.Equal(t, plainOutcome(k, b), first, "%s: %v", k.Name, b.Programs)
			if k.Fixed {
				require.Empty(t, first.bugs, "%s: %v", k.Name, b.Programs)
			}
		}
	}
}
