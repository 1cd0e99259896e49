package invalidate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// watched returns a copy of a class that calls see after each line that was
// executed and did not block.
func watched(c *class, see func(s *State, x *vm.Exec, at vm.At)) *class {
	w := *c
	w.Listings = slices.Clone(c.Listings)
	for f := range w.Listings {
		step := w.Listings[f].Step
		w.Listings[f].Step = func(s *State, x *vm.Exec, l *locals) vm.Next {
			line := x.Line
			n := step(s, x, l)
			if n != vm.Block {
				see(s, x, vm.At{Func: vm.Func(f), Line: uint8(line)})
			}
			return n
		}
	}
	return &w
}

// explore searches all schedules of a kernel in all boot states.
func explore(t *testing.T, c *class, k vm.Kernel) {
	t.Helper()
	m := vm.New(c, k, vm.SMP)
	for i := range c.Boots {
		v := fuzz.Explore(m, &c.Boots[i], &vm.Workload{Programs: c.Boots[i].Programs}, fuzz.Options{All: true})
		require.Empty(t, v.Limit)
	}
}

// Sometimes and always: every line of every listing is executed in some kernel,
// and none in a kernel that does not have it.
func TestEveryLineRuns(t *testing.T) {
	var ran [functions][256]bool
	for _, c := range classes {
		for _, k := range c.Kernels {
			m := vm.New(c, k, vm.SMP)
			explore(t, watched(c, func(_ *State, _ *vm.Exec, at vm.At) {
				ran[at.Func][at.Line] = true
				if !m.Has(at) {
					t.Errorf("%s runs %s line %d", k.Name, listings[at.Func].Name, at.Line)
				}
			}), k)
		}
	}
	for f, ls := range listings {
		for line := range ls.Lines {
			assert.True(t, ran[f][line], "no kernel runs %s: %s", ls.Name, ls.Lines[line].Text)
		}
	}
}

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
			k, ok := tt.c.Kernel(tt.id)
			require.True(t, ok)
			require.True(t, k.Fixed)
			met := false
			explore(t, watched(tt.c, func(s *State, x *vm.Exec, at vm.At) { met = met || tt.seen(s, x, at) }), k)
			require.True(t, met)
		})
	}
	// What 2.4 allows by design: a page that is mapped and not up to date.
	require.NotContains(t, bugs(t, "invalidate", "A-V5h"), string(NotUptodate))
}
