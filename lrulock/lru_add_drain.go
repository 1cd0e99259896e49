package lrulock

import "github.com/vmrace/vmrace/vm"

// lru_add_drain with __pagevec_lru_add, mm/swap.c: this CPU's pages go to the
// inactive list, and in 5.18 to the unevictable one; then its mlock_pvec is
// worked off. The model takes the lock once for each page.
const (
	drPage = iota
	drLock
	drSet
	drEvictable
	drUnevictable
	drZero
	drList
	drUnlock
	drPut
	drNext
	drMlock
)

var lruAddDrainListing = vm.Listing[MlockState, mlockLocals]{Name: "lru_add_drain", Source: "mm/swap.c", Step: (*MlockState).lruAddDrain, Lines: []vm.Line{
	drPage:        {Text: "page = pvec->pages[i];"},
	drLock:        {Text: "spin_lock_irq(&zone->lru_lock);"},
	drSet:         {Text: "if (TestSetPageLRU(page)) BUG();"},
	drEvictable:   {Text: "if (!page_evictable(page)) {", Add: Count},
	drUnevictable: {Text: "        SetPageUnevictable(page);", Add: Count},
	drZero:        {Text: "        page->mlock_count = 0; goto next; }", Add: Count},
	drList:        {Text: "add_page_to_inactive_list(zone, page);"},
	drUnlock:      {Text: "spin_unlock_irq(&zone->lru_lock);"},
	drPut:         {Text: "put_page(page);"},
	drNext:        {Text: "while (++i < pagevec_count(pvec));"},
	drMlock:       {Text: "if (pagevec_count(mlock_pvec)) mlock_pagevec(mlock_pvec);", Add: Count},
}}

func (s *MlockState) lruAddDrain(x *vm.Exec, l *mlockLocals) vm.Next {
	v := &s.Pvec[x.CPU]
	switch x.Line {
	case drPage:
		if *vm.Look(x, v) == 0 {
			return vm.Goto(drMlock)
		}
		l.page = uint8(vm.Load(x, v).First())
		vm.Store(x, v, v.Without(int(l.page)))
	case drLock:
		return s.LRU.LockIRQ(x)
	case drSet:
		return x.BugOn(s.page(x, l.page).Flags.TestSet(x, pgLRU), int(l.page), "PageLRU(page) in __pagevec_lru_add")
	case drEvictable:
		return vm.Unless(s.page(x, l.page).Flags.Test(x, pgMlocked), drList)
	case drUnevictable:
		s.page(x, l.page).Flags.Set(x, pgUnevictable)
	case drZero:
		s.page(x, l.page).Link.SetCount(x, 0, int(l.page))
		return vm.Goto(drUnlock)
	case drList:
		s.zoneAdd(x, s.evictableList(x, int(l.page)), int(l.page))
	case drUnlock:
		return s.unlockLRU(x)
	case drPut:
		return s.callOn(x, fnPut, l.page)
	case drNext:
		return vm.Unless(vm.Load(x, v) == 0, drPage)
	case drMlock:
		if *vm.Look(x, &s.MlockVec[x.CPU]) != 0 {
			return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
