package swapoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

// bootFour has two processes that share both handles.
func bootFour(s *State, p vm.Patch) {
	bootClusterPair(s, p)
	s.Mm[1].Vmas = 3
	s.swappedOut(1, 1, 1)
}

// TestWaitsForEachMm counts how often swapoff takes a lock of an mm when nobody is in
// its way, P16: with Sarcar's patch a sleeping one for each handle and mm, so that
// each holder of mmap_sem can stop it that often. 2.6.11 can be stopped, too, but
// ends its walk when the last reference has been found.
func TestWaitsForEachMm(t *testing.T) {
	four := &vm.Boot[State]{Name: "four", Init: bootFour, Programs: [][]uint8{{0, 5}}}
	for id, want := range map[string]int{"V0": 0, "V1": 4, "V4": 0, "V5": 4} {
		k, ok := Readahead.Kernel(id)
		require.True(t, ok)
		m := vm.New(&Readahead, k, vm.SMP)
		x := m.Exec(&vm.Workload{Programs: four.Programs})
		s := new(State)
		m.Boot(x, s, four)
		got := 0
		for !m.Done(x, s, 0) {
			if at := s.CPU[0].PC(); at == (vm.At{Func: fnUnuse, Line: unuDown}) || at == (vm.At{Func: fnSwapoff24, Line: newTrySem}) {
				got++
			}
			require.Equal(t, vm.Ran, m.Step(x, s, 0, 0), id)
			require.Empty(t, x.Bugs(), id)
		}
		require.Equal(t, want, got, id)
	}
}
