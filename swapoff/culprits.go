package swapoff

import "github.com/vmrace/vmrace/vm"

// The oracles of this file say who it is that a race hurts, so that the races of
// the mail can be told apart by the names of their bugs alone.

// Kinds of bugs that name a culprit or a victim.
const (
	Undead      vm.Kind = "reference forced to 0"
	DeadRead    vm.Kind = "read of a free handle"
	Overwritten vm.Kind = "entry overwritten"
	Emptied     vm.Kind = "mm emptied under a user"
	Unlisted    vm.Kind = "handle of a device off the list"
)

// force is the end of a round of try_to_unuse: whatever is left of the count goes.
// Its oracle, "VM: Undead swap entry": somebody still had a reference, or nobody has
// and it was lost before.
func (s *State) force(x *vm.Exec, e uint8) {
	v := vm.Load(x, &s.Map[e])
	if v == 0 {
		return
	}
	if v < vm.SwapMapMax && !s.undead(x, e) {
		x.Bug(vm.Leak, int(e), "swap handle forced to 0")
	}
	vm.Store(x, &s.Map[e], 0)
	vm.Store(x, &s.NrSwap, s.NrSwap+1)
}

// undead accuses for each kind of reference to a handle: in page tables, in the
// segment, in the swap cache and in the hands of a task. It reports whether there
// is any.
func (s *State) undead(x *vm.Exec, e uint8) (found bool) {
	x.LookAround()
	accuse := func(who string) {
		x.Bug(Undead, int(e), who)
		found = true
	}
	for m := range uint8(mms) {
		for a := range uint8(addrs) {
			if s.Mm[m].PTE[a] == swapped(e) && !s.inFlight(x, fnFault, fltFree, fltSet, m, a) {
				accuse(s.hidden(m, a))
			}
		}
	}
	if s.Shm.Entry == swapped(e) && !s.inFlight(x, fnShmNopage, nopFree, nopSet, 0, 0) {
		accuse(s.hiddenShm())
	}
	if s.Inode.Entry == swapped(e) && !s.clearing(x) {
		accuse(s.hiddenInode())
	}
	for cpu := range s.CPU {
		c := &s.CPU[cpu]
		for i := range c.Depth() {
			if who := s.holds(c, i, e); who != "" {
				accuse(who)
			}
		}
	}
	if s.cached(e) > 0 {
		accuse("swap cache")
	}
	return found
}

// hidden says why a walk has not found a page table entry.
func (s *State) hidden(m, a uint8) string {
	mm := &s.Mm[m]
	switch {
	case mm.Flags.Has(unmapped):
		return "exiting mm"
	case mm.Life.Gen() > 0: // made by a fork since the start
		return "child of a fork"
	case !s.hasTask(m):
		return "exiting mm"
	case mm.Flags.Has(moved):
		return "mremap"
	case !mm.Vmas.Has(int(a)):
		return "unlinked vma"
	case mm.Flags.Has(returned):
		return "kswapd"
	default:
		return "mm off the list"
	}
}

// hasTask reports whether some task has the mm.
func (s *State) hasTask(m uint8) bool {
	for _, t := range s.Task {
		if t == mmPtr(m+1) {
			return true
		}
	}
	return false
}

// hiddenShm says why shm_unuse has not found the entry of the segment.
func (s *State) hiddenShm() string {
	if s.Shm.State.Has(unlisted) {
		return "dying segment"
	}
	return "shm_swap"
}

// hiddenInode says why shmem_unuse has not found the entry of the inode.
func (s *State) hiddenInode() string {
	if s.Inode.State.Has(notListed) {
		return "dying segment"
	}
	return "shmem_writepage"
}

// holds says who holds a reference to the handle in an activation: it is in
// no table yet, or no more.
func (s *State) holds(c *vm.CPU[locals], i int, e uint8) string {
	at, l := c.At(i), c.Locals(i)
	in := func(first, last uint8) bool { return first <= at.Line && at.Line <= last }
	switch at.Func {
	case fnFork:
		if in(frkSet, frkSet) && l.pte == swapped(e) {
			return "child of a fork"
		}
	case fnZap:
		if in(zapSwap, zapSwap) && l.pte == swapped(e) {
			return s.hidden(l.mm, l.addr)
		}
		if in(zapFree, zapFree) && s.Page[l.page].Index == e {
			return "free_page_and_swap_cache"
		}
	case fnMremap:
		if in(mrmSet, mrmSet) && l.pte == swapped(e) {
			return "mremap"
		}
	case fnSwapOut:
		if l.entry == e && (in(tsoReuse, tsoReuse) || in(tsoSet, tsoSet)) {
			return "kswapd"
		}
	case fnShrink:
		if in(shkFree, shkFree) && s.Page[l.page].Index == e {
			return "shrink_mmap"
		}
	case fnShmSwap:
		if in(swpKernelEnd, swpAdd) && l.entry == e {
			return "shm_swap"
		}
	case fnShmemWritepage:
		if l.entry == e && (in(smwLock, smwSet) || in(smwAdd, smwAdd)) {
			return "shmem_writepage"
		}
	case fnIput:
		if l.pte == swapped(e) && in(iptFree, iptFree) {
			return "dying segment"
		}
	case fnReadahead:
		more := l.entry <= e && e < l.aux
		if in(rdaMore, rdaNext) && more && !(at.Line == rdaNext && e == l.entry) {
			return "readahead"
		}
	case fnRead:
		if l.entry == e && i > 0 && (in(rscFind, rscFound) || in(rscAlloc, rscAdd)) {
			return callers[c.At(i-1).Func]
		}
	}
	return ""
}

// callers name who has called a function that several others share.
var callers = [functions]string{
	fnSwapoff:      "try_to_unuse",
	fnSwapoff24:    "try_to_unuse",
	fnFault:        "do_swap_page",
	fnReadahead:    "readahead",
	fnShmNopage:    "shm_nopage",
	fnShmemNopage:  "shmem_nopage",
	fnShmemGetpage: "shmem_getpage",
	fnIput:         "shmem_truncate",
	fnWpPage:       "do_wp_page",
	fnZap:          "free_page_and_swap_cache",
}

// caller returns who has called the function that the CPU executes, or what it
// executes if that is no shared function.
func (s *State) caller(cpu int) string {
	c := &s.CPU[cpu]
	for i := c.Depth() - 1; i >= 0; i-- {
		if who := callers[c.At(i).Func]; who != "" {
			return who
		}
	}
	return ""
}

// ofShm reports whether a page is one that shared memory has in use.
func (s *State) ofShm(p uint8) bool {
	if s.Shm.Entry.present() && s.Shm.Entry.page() == p {
		return true
	}
	if s.Inode.Pages.Has(int(p)) {
		return true
	}
	for i := range s.CPU {
		c := &s.CPU[i]
		if !c.Idle() && c.At(0).Func == fnShmemNopage && c.At(0).Line > smnDelete && c.Locals(0).page == p {
			return true
		}
		if !c.Idle() && c.At(0).Func == fnShmNopage && c.At(0).Line >= nopPageLock && c.Locals(0).page == p {
			return true
		}
	}
	return false
}

// deleter names who deletes a page from the swap cache. swapoff deletes pages of
// processes and of shared memory, which are different races.
func (s *State) deleter(x *vm.Exec, p uint8) string {
	x.LookAround()
	who := s.caller(x.CPU)
	if who == callers[fnSwapoff] && s.ofShm(p) {
		return who + " of a shm page"
	}
	return who
}

// unchanged is the oracle of code that is about to set an entry which it has read
// before.
func unchanged(x *vm.Exec, t, was pte, who string) {
	if t != was {
		x.Bug(Overwritten, -1, who)
	}
}

// own is the oracle of a fault that frees the handle which it has read in an
// entry: the entry no longer holds the handle.
func own(x *vm.Exec, t pte, e uint8, who string) {
	if t != swapped(e) {
		x.Bug(BadEntry, int(e), who)
	}
}
