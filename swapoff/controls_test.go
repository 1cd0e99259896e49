package swapoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// The tests of this file are about what looks wrong and is right. Each shows that
// the search gets to the place in question, that no bug comes of it, and what
// would be the bug if the reason why it is right were gone.

// control searches a workload of a kernel without some lines. It returns the names
// of the bugs, and whether any line was executed in a state that is asked for.
func control(t *testing.T, c *vm.Class[State, locals], k vm.Kernel, b *vm.Boot[State], is func(s *State, at vm.At, cpu int) bool, drop ...vm.At) (bugs []string, reached bool) {
	m := vm.New(c, k, vm.SMP, drop...)
	reached = racetest.Meets(m, func(s step) bool { return is(s.Before, s.At, s.CPU) }, b)
	return racetest.Shown(t, m, b), reached
}

// answers returns the letters of all races of the table with that id.
func answers(id string) (out []string) {
	for i := range rows {
		if rows[i].id != id {
			continue
		}
		line := ""
		for _, era := range eras {
			line += rows[i].answer(era, vm.SMP)
		}
		out = append(out, line)
	}
	return out
}

// TestCursorIsPinned is about curmm->next, which is read again after mm_lock was let
// go: curmm is pinned, and so still on the list, although its task has exited.
func TestCursorIsPinned(t *testing.T) {
	exited := func(s *State, at vm.At, _ int) bool {
		return at == vm.At{Func: fnSwapoff, Line: offCur} && s.Task[1] == 0
	}
	bugs, reached := control(t, &Exit, racetest.Kernel(t, &Exit, "V1"), racetest.Boot(t, &Exit, "exit"), exited)
	require.True(t, reached)
	require.Empty(t, bugs)
	bugs, _ = control(t, &Exit, racetest.Kernel(t, &Exit, "V1"), racetest.Boot(t, &Exit, "exit"), exited, vm.At{Func: fnSwapoff, Line: offHold})
	require.Contains(t, bugs, "list corruption (walk from an unlinked entry)")
}

// TestHoldFails is about prevmm, which stays as it is when hold_mm refuses an mm:
// it is pinned, and let go of once.
func TestHoldFails(t *testing.T) {
	pair := &vm.Boot[State]{Name: "pair", Init: bootPair, Programs: [][]uint8{{0}, {}, {18}}}
	refused := func(s *State, at vm.At, cpu int) bool {
		l := s.CPU[cpu].Locals(0)
		return at == vm.At{Func: fnSwapoff, Line: offGone} && s.Mm[l.mm].Flags.Has(gone) && l.aux != none
	}
	bugs, reached := control(t, &All, racetest.Kernel(t, &All, "V1"), pair, refused)
	require.True(t, reached)
	require.Empty(t, bugs)
	bugs, _ = control(t, &All, racetest.Kernel(t, &All, "V1"), pair, refused, vm.At{Func: fnSwapoff, Line: offLast})
	require.Contains(t, bugs, "leak (mm_struct)")
}

// TestChildUnderConstruction is about a new mm that is on mmlist before it has any
// page table: swapoff walks it while fork fills it, and nothing is missed, because
// its parent was walked before.
func TestChildUnderConstruction(t *testing.T) {
	building := func(s *State, at vm.At, cpu int) bool {
		c := &s.CPU[cpu]
		return at.Func == fnUnuse && c.Locals(c.Depth()-1).mm == child && s.Task[childTask] == 0
	}
	bugs, reached := control(t, &Fork, racetest.Kernel(t, &Fork, "V1"), racetest.Boot(t, &Fork, "handle"), building)
	require.True(t, reached)
	require.Empty(t, bugs)

	bugs = bugsOf(&Fork, vm.Kernel{Patches: kanoj | ListHead}, racetest.Boot(t, &Fork, "handle"), vm.SMP)
	require.Contains(t, bugs, "reference forced to 0 (child of a fork)", "before its parent")
}

// TestSwapOutTestsUnlocked is about PageSwapCache in try_to_swap_out, tested without
// the page lock: to take the lock mends what comes of the test of PageLocked, and
// nothing else.
func TestSwapOutTestsUnlocked(t *testing.T) {
	locked := vm.Kernel{Patches: kanoj | deciders}
	unlocked := vm.Kernel{Patches: locked.Patches &^ SwapOutLock}
	for i := range Reestablish.Boots {
		b := &Reestablish.Boots[i]
		if !b.Fits(kanoj) {
			continue
		}
		require.Empty(t, bugsOf(&Reestablish, locked, b, vm.SMP))
		for _, n := range bugsOf(&Reestablish, unlocked, b, vm.SMP) {
			require.Contains(t, []string{"bad page state (add_to_swap_cache of a locked page)", "unlock by a non-owner (page lock)"}, n, b.Name)
		}
	}
}

// TestDuplicateChecksUnlocked is about swap_duplicate, R17: who calls it has a
// reference of its own, so that the count does not fall to 0 between the check and
// the increment. kswapd has none of its own, but the kernel lock.
func TestDuplicateChecksUnlocked(t *testing.T) {
	require.Equal(t, []string{"PPPPPP"}, answers("R17"))
	bugs := bugsOf(&Reestablish, vm.Kernel{Patches: SwapOutFree}, racetest.Boot(t, &Reestablish, "cached"), vm.SMP)
	require.Contains(t, bugs, "count raised from zero (swap handle)")
}

// TestHeadReadEarly is about exit_mmap, P3, which reads mm->mmap before it has
// mmap_sem: nobody else changes the list of an mm that has no user left.
func TestHeadReadEarly(t *testing.T) {
	require.Equal(t, []string{"PPPPPP"}, answers("P3"))
}

// TestGoneIsNoFlag is about MM_GONE in def_flags, P6: no mm without users is
// forked or locked in memory. If exec_mmap marked its mm, too, it would be.
func TestGoneIsNoFlag(t *testing.T) {
	require.Equal(t, []string{"-P----"}, answers("P6"))
	bugs, _ := control(t, &Hold, racetest.Kernel(t, &Hold, "V1N"), racetest.Boot(t, &Hold, "execs"), func(*State, vm.At, int) bool { return false }, vm.At{Func: fnExitMmap, Line: xmpUsers})
	require.Contains(t, bugs, "wrong accounting (MM_GONE)")
}

// TestSwapoffFindsItsPage is about the unlocked test of PageSwapCache in swapoff: as
// long as lookup_swap_cache takes the page lock, no decider deletes the page of a
// process after it.
func TestSwapoffFindsItsPage(t *testing.T) {
	for _, a := range answers("R5'") {
		require.NotContains(t, a[:2], "F", "V0 and V1")
	}
	require.Contains(t, answers("R5'"), "PPFPPP", "V2 takes no page lock")
	gone := "BUG_ON(page->mapping != &swapper_space in try_to_unuse)"
	for _, c := range small {
		for i := range c.Boots {
			for _, p := range []vm.Patch{0, kanoj} {
				if c.Boots[i].Fits(p) {
					require.NotContains(t, bugsOf(c, vm.Kernel{Patches: p}, &c.Boots[i], vm.SMP), gone, "%s %s", c.Name, c.Boots[i].Name)
				}
			}
		}
	}
}
