package lrulock

import "github.com/vmrace/vmrace/vm"

// mlock_page, Christoph Hellwig, LKML, 4 Mar 2004, with remove_from_lru_if_there
// written out. The names (a), (b) and (c) are those of the package comment.
const (
	skLock = iota
	skTest
	skLRULock
	skTestLRU
	skDel
	skZero
	skLRUUnlock
	skInc
	skUnlock
)

var sketchMlockListing = vm.Listing[MlockState, mlockLocals]{Name: "mlock_page", Source: "LKML, 4 Mar 2004", Step: (*MlockState).sketchMlock, Lines: []vm.Line{
	skLock:      {Text: "spin_lock_irq(&zone->lru_lock);", Add: OneLock},
	skTest:      {Text: "if (!test_and_set_bit(PG_mlocked, &page->flags)) {", Add: Sketch},
	skLRULock:   {Text: "        spin_lock_irq(&zone->lru_lock);", Add: Sketch, Del: OneLock},
	skTestLRU:   {Text: "        if (TestClearPageLRU(page))", Add: Sketch},
	skDel:       {Text: "                list_del(&page->lru);", Add: Sketch},
	skZero:      {Text: "        page->mlock_count = 0;", Add: Zero},
	skLRUUnlock: {Text: "        spin_unlock_irq(&zone->lru_lock); }", Add: Sketch, Del: OneLock},
	skInc:       {Text: "atomic_inc(&page->mlock_count);", Add: Sketch},
	skUnlock:    {Text: "spin_unlock_irq(&zone->lru_lock);", Add: OneLock},
}}

func (s *MlockState) sketchMlock(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case skLock, skLRULock:
		return s.LRU.LockIRQ(x)
	case skTest:
		return vm.Unless(!pg.Flags.TestSet(x, pgMlocked), skInc)
	case skTestLRU:
		return vm.Unless(pg.Flags.TestClear(x, pgLRU), skZero)
	case skDel:
		s.zoneDel(x, p)
	case skZero:
		pg.Link.SetCount(x, 0, p)
	case skLRUUnlock, skUnlock:
		return s.unlockLRU(x)
	case skInc:
		pg.Link.Inc(x, p)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
