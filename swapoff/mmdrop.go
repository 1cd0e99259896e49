package swapoff

import "github.com/vmrace/vmrace/vm"

// mmdrop and __mmdrop, kernel/fork.c: drops a reference to a mm_struct; the last
// one frees it. schedule() calls it without any lock.
const (
	drpDec = iota
	drpLock
	drpPgd
	drpDel
	drpUnlock
	drpFree
)

var mmdropListing = vm.Listing[State, locals]{Name: "mmdrop", Source: "kernel/fork.c", Step: (*State).mmdrop, Lines: []vm.Line{
	drpDec:    {Text: "if (!atomic_dec_and_test(&mm->mm_count)) return;"},
	drpLock:   {Text: "mmlist_modify_lock();", Add: H2},
	drpPgd:    {Text: "pgd_free(mm->pgd); /* that sleeps */", Add: ArchSleeps, Sleeps: true},
	drpDel:    {Text: "pgd_free(mm->pgd); list_del(&mm->mmlist);", Add: H2},
	drpUnlock: {Text: "mmlist_modify_unlock();", Add: H2},
	drpFree:   {Text: "kmem_cache_free(mm_cachep, mm);"},
}}

func (s *State) mmdrop(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none {
		return noMm(x)
	}
	m := &s.Mm[l.mm]
	switch x.Line {
	case drpDec:
		s.useMm(x, l.mm)
		if !m.Count.DecAndTest(x) {
			return vm.Return
		}
	case drpLock:
		return s.MmLock.Lock(x)
	case drpPgd:
		return s.BKL.MaySleep(x)
	case drpDel:
		s.Mmlist.Del(x, int(l.mm))
	case drpUnlock:
		return s.MmLock.Unlock(x)
	case drpFree:
		s.freeMm(x, l.mm)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// noMm is the oracle of a function that is called without an mm.
func noMm(x *vm.Exec) vm.Next {
	x.Bug(NullDeref, -1, "mm")
	return vm.Return
}

// freeMm is kmem_cache_free(mm_cachep, mm). Its oracles: the mm is free already,
// or its page tables still hold something.
func (s *State) freeMm(x *vm.Exec, i uint8) {
	m := &s.Mm[i]
	m.Life.Put(x, int(i), m.Life.Gen())
	for _, t := range *vm.Look(x, &m.PTE) {
		if t != 0 {
			x.Bug(vm.Leak, int(i), "page table of a freed mm")
		}
	}
}
