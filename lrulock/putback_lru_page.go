package lrulock

import "github.com/vmrace/vmrace/vm"

// putback_lru_page, mm/vmscan.c: an isolated page goes to the list that fits its
// state, and the state is looked at again once PG_lru can be seen. The caller
// drops the reference of the isolation.
//
// In 2.6.28 the processor may make the second look early, while its store of
// PG_lru still waits in the store buffer; the line that says so notes in l.n
// what it saw, and a barrier throws that away. That takes a processor on which to
// set a bit is no barrier: powerpc, not x86. 5.18 leaves all of this to the
// pagevec.
const (
	pbClear = iota
	pbEvictable
	pbGet
	pbVec
	pbLock
	pbAhead
	pbSetUnevictable
	pbSetLRU
	pbList
	pbUnlock
	pbBarrier
	pbAgain
	pbPeek
	pbLockAgain
	pbTest
	pbClearLRU
	pbDel
	pbUnlockAgain
	pbRedo
)

var putbackListing = vm.Listing[MlockState, mlockLocals]{Name: "putback_lru_page", Source: "mm/vmscan.c", Step: (*MlockState).putback, Lines: []vm.Line{
	pbClear:          {Text: "ClearPageUnevictable(page);", Add: Unevictable},
	pbEvictable:      {Text: "if (page_evictable(page)) {", Add: Unevictable},
	pbGet:            {Text: "        page_cache_get(page);", Add: list3},
	pbVec:            {Text: "        pagevec_add(&lru_add_pvecs, page); }", Add: list3},
	pbLock:           {Text: "spin_lock_irq(&zone->lru_lock);", Add: Unevictable},
	pbAhead:          {Text: "/* PG_mlocked below may be read here */", Add: Unevictable},
	pbSetUnevictable: {Text: "SetPageUnevictable(page);", Add: Unevictable},
	pbSetLRU:         {Text: "SetPageLRU(page);", Add: Unevictable},
	pbList:           {Text: "add_page_to_lru_list(zone, page, LRU_UNEVICTABLE);", Add: Unevictable},
	pbUnlock:         {Text: "spin_unlock_irq(&zone->lru_lock);", Add: Unevictable},
	pbBarrier:        {Text: "smp_mb();", Add: Barrier},
	pbAgain:          {Text: "if (!page_evictable(page)) return;", Add: Unevictable},
	pbPeek:           {Text: "if (PageLRU(page)) { /* isolate_lru_page */", Add: Unevictable},
	pbLockAgain:      {Text: "        spin_lock_irq(&zone->lru_lock);", Add: Unevictable},
	pbTest:           {Text: "        if (PageLRU(page)) {", Add: Unevictable},
	pbClearLRU:       {Text: "                ClearPageLRU(page);", Add: Unevictable},
	pbDel:            {Text: "                list_del(&page->lru); ret = 0; }", Add: Unevictable},
	pbUnlockAgain:    {Text: "        spin_unlock_irq(&zone->lru_lock); }", Add: Unevictable},
	pbRedo:           {Text: "if (!ret) goto redo;", Add: Unevictable},
}}

// What the processor has read ahead.
const (
	aheadMlocked = 1
	aheadClear   = 2
)

func (s *MlockState) putback(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case pbClear:
		pg.Flags.Clear(x, pgUnevictable)
	case pbEvictable:
		return vm.Unless(!pg.Flags.Test(x, pgMlocked), pbLock)
	case pbGet:
		pg.Count.Inc(x)
	case pbVec:
		vm.Store(x, &s.Pvec[x.CPU], s.Pvec[x.CPU].With(p))
		return vm.Return
	case pbLock, pbLockAgain:
		return s.LRU.LockIRQ(x)
	case pbAhead:
		if x.Choose(2) == 1 {
			l.n = aheadClear
			if pg.Flags.Test(x, pgMlocked) {
				l.n = aheadMlocked
			}
		}
	case pbSetUnevictable:
		pg.Flags.Set(x, pgUnevictable)
	case pbSetLRU:
		pg.Flags.Set(x, pgLRU)
	case pbList:
		s.zoneAdd(x, &s.Unevictable, p)
	case pbUnlock, pbUnlockAgain:
		return s.unlockLRU(x)
	case pbBarrier:
		l.n = 0
	case pbAgain:
		ahead := l.n
		l.n = 0
		if ahead == 0 && pg.Flags.Test(x, pgMlocked) || ahead == aheadMlocked {
			return vm.Return
		}
	case pbPeek:
		if !pg.Flags.Test(x, pgLRU) {
			return vm.Return
		}
	case pbTest:
		return vm.Unless(pg.Flags.Test(x, pgLRU), pbUnlockAgain)
	case pbClearLRU:
		pg.Flags.Clear(x, pgLRU)
	case pbDel:
		s.zoneDel(x, p)
		l.other = isolated
	case pbRedo:
		if l.other == isolated {
			l.other = 0
			return vm.Goto(pbClear)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
