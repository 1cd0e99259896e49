package swapoff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// The locks that a lockset knows, of the mm whose word is touched.
const (
	lockBKL = iota
	lockSem
	lockPtl
	lockList
	lockShm
	lockInode
	lockInfo
	lockInodes
)

var lockNames = []string{"kernel lock", "mmap_sem", "page_table_lock", "swap_list_lock", "shm_lock", "i_sem", "info->lock", "shmem_ilock"}

// shared are the structures that are watched: the word of the state, and the lines
// that write or read it, if the word stands for other things as well.
var shared = []struct {
	name   string
	is     func(word string) bool
	writes []vm.At
	reads  []vm.At
}{
	{"swap_info", func(w string) bool { return w == "swap_info" }, []vm.At{
		{Func: fnSwapoff, Line: offUsedListed}, {Func: fnSwapoff, Line: offUsedLocked}, {Func: fnSwapoff, Line: offUsed}, {Func: fnSwapoff, Line: offWrite},
		{Func: fnSwapoff, Line: offEnd}, {Func: fnSwapoff, Line: offZero}, {Func: fnSwapoff24, Line: newUsed}, {Func: fnSwapoff24, Line: newEnd},
	}, nil},
	{"def_flags", func(w string) bool { return strings.HasPrefix(w, "mm") && strings.HasSuffix(w, ".flags") }, []vm.At{
		{Func: fnExitMmap, Line: xmpGone}, {Func: fnMlockall, Line: mlkFlags},
	}, []vm.At{
		{Func: fnSwapoff, Line: offGone}, {Func: fnStram, Line: strGone}, {Func: fnFork, Line: frkMm},
	}},
	{"page table entry", func(w string) bool { return strings.Contains(w, ".pte") }, nil, nil},
	{"SHM_ENTRY", func(w string) bool { return w == "shm.entry" }, nil, nil},
	{"info->i_direct", func(w string) bool { return w == "inode.entry" }, nil, nil},
	{"info->swapped", func(w string) bool { return w == "inode.swapped" }, nil, nil},
	{"shmem_swaplist", func(w string) bool { return w == "inode.state" }, []vm.At{
		{Func: fnShmemUnuse, Line: smuUnlist}, {Func: fnShmemUnuse, Line: smuPruneLocked}, {Func: fnShmemWritepage, Line: smwMove},
		{Func: fnIput, Line: iptUnlist}, {Func: fnIput, Line: iptUnlist26},
	}, []vm.At{
		{Func: fnShmemUnuse, Line: smuNext}, {Func: fnShmemWritepage, Line: smwListed}, {Func: fnShmemWritepage, Line: smwIgrab}, {Func: fnIput, Line: iptListed},
	}},
}

// brief are lines that take a lock and let go of it within the line.
var brief = map[vm.At]vm.LockSet{
	{Func: fnAcquire, Line: acqNew}:    vm.Exclusive(lockList),
	{Func: fnShmSwap, Line: swpGet}:    vm.Exclusive(lockList),
	{Func: fnFault, Line: fltNullSame}: vm.Exclusive(lockPtl),
}

// held returns the locks that a CPU's task holds when it touches a word.
func held(s *State, cpu int, at vm.At, word string) vm.LockSet {
	set := brief[at]
	add := func(lock int, has bool) {
		if has {
			set |= vm.Exclusive(lock)
		}
	}
	add(lockBKL, s.BKL.HeldBy(cpu))
	add(lockList, s.SwapLk.HeldBy(cpu))
	add(lockShm, s.Shm.Lock.HeldBy(cpu))
	add(lockInode, s.Shm.Sem.HeldBy(cpu) || s.Inode.Sem.HeldBy(cpu))
	add(lockInfo, s.Inode.Lock.HeldBy(cpu))
	add(lockInodes, s.Inode.Ilock.HeldBy(cpu))
	for i := range s.Mm {
		if strings.HasPrefix(word, fmt.Sprintf("mm%d.", i)) {
			add(lockSem, s.Mm[i].Sem.HeldBy(cpu))
			add(lockPtl, s.Mm[i].Ptl.HeldBy(cpu))
		}
	}
	return set
}

// A party is a function that reads or writes a structure.
type party struct {
	structure int
	fn        vm.Func
	write     bool
}

// locksets watches every line of every workload of a kernel and returns, for each
// party, the locks that it holds at all its accesses.
func locksets(id string) map[party]vm.LockSet {
	sets := map[party]vm.LockSet{}
	for _, c := range small {
		k, ok := c.Kernel(id)
		if !ok {
			continue
		}
		m := vm.New(c, k, vm.SMP)
		for i := range c.Boots {
			if b := &c.Boots[i]; b.Fits(k.Patches) {
				racetest.Walk(m, b, func(s step) { watch(m, s, sets) })
			}
		}
	}
	return sets
}

func watch(m *vm.Machine[State, locals], s step, sets map[party]vm.LockSet) {
	if !s.Ran || s.At.Func == fnSwapon {
		return
	}
	for _, acc := range s.X.Foot().Accesses {
		word := m.Layout.Name(acc.Off)
		for i, w := range shared {
			lines := w.reads
			if acc.Write {
				lines = w.writes
			}
			if !w.is(word) || lines != nil && !slices.Contains(lines, s.At) {
				continue
			}
			p := party{i, s.At.Func, acc.Write}
			hold := held(s.Before, s.CPU, s.At, word)
			if old, known := sets[p]; known {
				hold &= old
			}
			sets[p] = hold
		}
	}
}

// contracts turns what was seen into a table of who touches what under which
// locks. Who reads under the locks under which it writes is no second party.
func contracts(sets map[party]vm.LockSet) vm.Contracts {
	c := vm.Contracts{Locks: lockNames}
	for i := range shared {
		s := vm.Contract{Name: shared[i].name}
		for fn := range functions {
			name := all()[fn].Name
			w, writes := sets[party{i, fn, true}]
			r, reads := sets[party{i, fn, false}]
			if writes {
				s.Writers = append(s.Writers, vm.Party{Who: name, Hold: w})
			}
			if reads && !(writes && r.Covers(w)) {
				s.Readers = append(s.Readers, vm.Party{Who: name, Hold: r})
			}
		}
		c.Structures = append(c.Structures, s)
	}
	return c
}

// clashes prints for each function that writes a structure who touches it, too,
// under no common lock.
func clashes(c vm.Contracts) []string {
	var lines []string
	last := ""
	for _, clash := range c.Clashes() {
		head := fmt.Sprintf("%s: %s writes under %s;", clash.Structure, clash.Writer.Who, clash.Writer.Hold.Text(c.Locks))
		if head != last {
			lines = append(lines, head)
			last = head
		}
		verb := "reads"
		if clash.Both {
			verb = "writes"
		}
		lines = append(lines, fmt.Sprintf("    %s %s under %s", clash.Other.Who, verb, clash.Other.Hold.Text(c.Locks)))
	}
	return lines
}

// TestLocksets is the lockset oracle: two functions touch a structure, one of them
// writes, and no lock is held by both at all times. The kernel lock counts as a
// lock. It knows nothing of code that cannot run at the same time for another
// reason, so that its table is there to be read, and no verdict on a kernel.
func TestLocksets(t *testing.T) {
	var lines []string
	seen := map[string][]vm.Clash{}
	for _, id := range eras {
		c := contracts(locksets(id))
		seen[id] = c.Clashes()
		lines = append(lines, id)
		for _, l := range clashes(c) {
			lines = append(lines, "  "+l)
		}
	}
	racetest.Golden(t, "locksets.txt", strings.Join(lines, "\n")+"\n")

	// What it says of the doubts about Sarcar's patch: munmap and swapoff write page
	// table entries under no common lock without it; with it exit_mmap and vmtruncate
	// still do, the one with mmap_sem and the other with the kernel lock. MM_GONE is
	// set under mmap_sem and tested under the kernel lock, as exec has no kernel lock.
	// acquire_swap_entry has just the kernel lock, which 2.4.0 no longer takes.
	hits := func(id, structure, a, b string) bool {
		return slices.ContainsFunc(seen[id], func(c vm.Clash) bool {
			return c.Structure == structure && (c.Writer.Who == a && c.Other.Who == b || c.Writer.Who == b && c.Other.Who == a)
		})
	}
	require.True(t, hits("V0", "page table entry", "unuse_process", "do_swap_page"))
	require.False(t, hits("V1", "page table entry", "unuse_process", "do_swap_page"))
	require.True(t, hits("V1", "page table entry", "unuse_process", "zap_page_range"))
	require.True(t, hits("V1", "def_flags", "exit_mmap", "sys_swapoff"))
	require.False(t, hits("V1", "swap_info", "sys_swapoff", "acquire_swap_entry"))
	require.True(t, hits("V3", "swap_info", "sys_swapoff", "acquire_swap_entry"))
	require.True(t, hits("V0", "SHM_ENTRY", "shm_nopage", "shm_rmid"))
	require.True(t, hits("V3", "info->i_direct", "shmem_nopage", "shmem_writepage"))
	require.False(t, hits("V5", "info->i_direct", "shmem_getpage", "shmem_writepage"))
	require.True(t, hits("V5", "info->swapped", "shmem_unuse", "shmem_writepage"))
}
