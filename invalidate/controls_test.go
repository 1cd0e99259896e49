package invalidate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// What looks wrong and is right: each of these states is met in the search of
// kernels that have no bug.
func TestNegativeControls(t *testing.T) {
	for _, tt := range []struct {
		name string
		c    *class
		id   string
		seen func(s *State, x *vm.Exec, at vm.At) bool
	}{
		{"a page table entry that is set while _mapcount is not yet raised", &Invalidate, "A-V4", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnDoNoPage, Line: dnpSet} && s.Page[0].Mapcount == -1
		}},
		{"a fault that finds a page on its way out not up to date, and looks again", &Invalidate, "A-V3", func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnFilemapNopage, Line: fnGoneAgain}
		}},
		{"truncate_count read without i_mmap_lock while it changes", &Truncate, "A-T0", func(s *State, x *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnDoNoPage, Line: dnpSample} && !s.MmapLock.Free() && !s.MmapLock.HeldBy(x.CPU)
		}},
		{"-EIO for the sake of a transient reference", &Invalidate, "A-V1b", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnInvalidateCompletePage, Line: icpFailed} && s.Pvec == 1
		}},
		{"-EIO because a fault dirtied the page between the unmap and the removal", &Invalidate, "A-V1b", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnInvalidateInodePages2Range, Line: in2Failed} && s.maps(1) == 0 && s.Page[0].Count == 2 && s.Page[0].Flags.Has(dirty)
		}},
		{"a fault that holds a page which reclaim tests", &Invalidate, "A-V1b", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrinkList, Line: shrKeepTree} && s.maps(1) == 0
		}},
		{"a private copy that survives an invalidation", &Invalidate, "A-V4", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnInvalidateInodePages2Range, Line: in2Return} && s.PTE[1] != 0 && s.Page[s.PTE[1].page().page()].Flags.Has(anon)
		}},
		{"a driver's page without mapping that is mapped", &Invalidate, "A-V3'", func(s *State, _ *vm.Exec, at vm.At) bool {
			return s.PTE[1] != 0 && s.Page[s.PTE[1].page().page()].Ghost.Has(driver)
		}},
		{"the racing fault itself sees old data after the write", &Invalidate, "A-V4", func(s *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnLoad, Line: loadLine} && s.PTE[0] != 0 && s.Page[s.PTE[0].page().page()].Data < s.Disk
		}},
		{"a page in the page cache behind the end of the file", &Truncate, "A-V4", func(s *State, _ *vm.Exec, at vm.At) bool {
			return s.Size == 0 && s.Tree != 0 && at == vm.At{Func: fnVmtruncate, Line: vtUnlock}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := racetest.Kernel(t, tt.c, tt.id)
			require.True(t, k.Fixed)
			met := racetest.Meets(vm.New(tt.c, k, vm.SMP), func(s racetest.Step[State]) bool { return tt.seen(s.After, s.X, s.At) })
			require.True(t, met)
		})
	}
	// What 2.4 allows by design: a page that is mapped and not up to date.
	require.NotContains(t, invalidateResults().Of("A-V5h").Bugs(), string(NotUptodate))
}
