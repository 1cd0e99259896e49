package objrmap

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// reaches reports whether some schedule of a workload leads to such a state, and
// that no line before it is accused of anything.
func reaches[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot string, is func(s *S) bool) bool {
	require.Empty(t, bugsOf(t, c, kernel, boot))
	m := vm.New(c, racetest.Kernel(t, c, kernel), vm.SMP)
	return racetest.Meets(m, func(s racetest.Step[S]) bool { return is(s.Before) }, racetest.Boot(t, c, boot))
}

// at reports whether a CPU is about to run a line.
func at[L any](c *vm.CPU[L], f vm.Func, line uint8) bool {
	return !c.Idle() && c.PC() == vm.At{Func: f, Line: line}
}

// TestQuiet has what looks wrong and is right. Each case is shown to happen, in a
// workload without a bug.
func TestQuiet(t *testing.T) {
	t.Run("find_vma writes mmap_cache under a lock for reading", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.5-rc2", "rotate", func(s *VMAState) bool {
			return at(&s.CPU[0], fnFindVMA, fvStore) && s.Parent.Sem.Mode(0, mmapSem) == reads
		}))
	})
	t.Run("find_vma returns a vma above the address", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.5-rc2", "replace", func(s *VMAState) bool {
			return at(&s.CPU[0], fnFault, pfStart) && s.VMA[s.CPU[0].Locals(0).vma.vma()].Start > addr(pageB)
		}))
	})
	t.Run("the vma is gone, its ptes are not yet", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.5-rc2", "detach", func(s *VMAState) bool {
			return at(&s.CPU[1], fnUnmap, tuNone) && !s.VMA[vmaB].Flags.Has(attached) && s.Parent.Present.Has(pageB) && s.CPU[0].PC().Line == muRetake
		}))
	})
	t.Run("detach before page_table_lock in 2.6.8", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.8-rc3", "detach", func(s *VMAState) bool {
			return at(&s.CPU[0], fnMunmap, muCount) && s.Parent.PTL.HeldBy(1)
		}))
	})
	t.Run("vm_flags change under the eyes of swapout in 2.6.8", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.8-rc3", "mlock", func(s *VMAState) bool {
			return at(&s.CPU[1], fnUnmap, tuFlush) && s.VMA[vmaC].Flags.Has(locked) && !s.VMA[vmaC].Flags.Has(populated)
		}))
	})
	t.Run("a vma in the list and not yet in the tree", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.4-mjb1", "link", func(s *VMAState) bool {
			return at(&s.CPU[0], fnLink, vlTree) && s.Parent.PTL.HeldBy(1)
		}))
	})
	t.Run("swapout finds page_table_lock taken and gives up", func(t *testing.T) {
		require.True(t, reaches(t, &VMAList, "2.6.5-rc2", "detach", func(s *VMAState) bool {
			return at(&s.CPU[1], fnUnmap, tuTry) && s.Parent.PTL.HeldBy(0)
		}))
	})
	t.Run("a private copy is swapped out in 2.6.15", func(t *testing.T) {
		require.True(t, reaches(t, &Reserved, "2.6.15", "private", func(s *ReservedState) bool { return s.PTE.swapped() }))
	})
	t.Run("a stack grows under mmap_sem for reading", func(t *testing.T) {
		require.True(t, reaches(t, &ExpandStack, "2.6.11-rc2", "growers", func(s *StackState) bool {
			return at(&s.CPU[0], fnExpand, xsStart) && at(&s.CPU[1], fnExpand, xsAnonLock)
		}))
	})
}

// TestTornPair: reclaim without a lock reads the new vm_start with the old
// vm_pgoff, and the look at the pte saves it.
func TestTornPair(t *testing.T) {
	require.True(t, reaches(t, &ExpandStack, "2.5.70-nolock", "reclaim", func(s *StackState) bool {
		return at(&s.CPU[1], fnStackUnmap, prCheck) && s.CPU[1].Locals(0).tmp != 7
	}))
	check := vm.At{Func: fnStackUnmap, Line: prCheck}
	require.Contains(t, bugsOf(t, &ExpandStack, "2.5.70-nolock", "reclaim", check), "wrong vma (reclaim clears the pte of another page)")
}

// TestSwapoffNeedsALock answers whether the mmap_sem in unuse_process is
// superfluous, tree by tree. In 2.6.7 it is what deadlocks, and needed.
func TestSwapoffNeedsALock(t *testing.T) {
	for kernel, safe := range map[string]bool{
		"2.4.25": true, "2.6.5-rc2": true, "2.6.4-mjb1": false, "2.6.5-rc2-aa4-hunk3": false,
		"2.6.3-mjb2": true, "2.6.5-rc2-aa4": true, "2.6.8-rc3": true,
	} {
		require.Equal(t, safe, len(bugsOf(t, &VMAList, kernel, "swapoff")) == 0, kernel)
	}
	require.Contains(t, bugsOf(t, &VMAList, "2.6.4-mjb1", "swapoff"), string(MissedEntry))
	for kernel, deadlocks := range map[string]bool{"2.6.5-rc2": false, "2.6.5-rc2-sem": true, "2.6.3-mjb2": true, "2.6.5-rc2-aa4": true, "2.6.7": true, "2.6.8-rc3": false} {
		require.Equal(t, deadlocks, contains(bugsOf(t, &VMAList, kernel, "mlock"), "deadlock"), kernel)
	}
}

// TestReservedAnswers: what the second hunk and the BUG_ON do, and to which page.
func TestReservedAnswers(t *testing.T) {
	copied, cached := "reserved region unmapped (a private copy)", "reserved region unmapped (a page of the page cache)"
	own, bug := "reserved region unmapped (the driver's own page)", "BUG_ON(vma->vm_flags & VM_RESERVED)"
	require.Contains(t, bugsOf(t, &Reserved, "2.6.5-rc2", "private"), copied)
	require.Contains(t, bugsOf(t, &Reserved, "2.6.3-mjb2-hunk2", "private"), copied, "the hunk is not where a copy goes")
	require.Contains(t, bugsOf(t, &Reserved, "2.6.3-mjb2", "page-cache"), cached)
	require.Empty(t, bugsOf(t, &Reserved, "2.6.3-mjb2-hunk2", "page-cache"), "the hunk is where a page of the page cache goes")
	require.Contains(t, bugsOf(t, &Reserved, "2.6.5-rc2-bug-on", "private"), bug)
	require.NotContains(t, bugsOf(t, &Reserved, "2.6.3-mjb2-bug-on", "private"), bug)
	for _, boot := range []string{"private", "copied", "shared"} {
		require.NotContains(t, bugsOf(t, &Reserved, "2.6.5-rc2", boot), own, "the driver's own page is not on the LRU")
	}
	require.Contains(t, bugsOf(t, &Reserved, "2.4.25-untested", "shared"), own, "2.4 needs no LRU to find it")
}
