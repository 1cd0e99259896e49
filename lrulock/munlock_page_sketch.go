package lrulock

import "github.com/vmrace/vmrace/vm"

// munlock_page, the counterpart that the sketch leaves to the reader: count
// down, and the last one clears the flag and puts the page on the LRU. The names
// (d), (e) and (f) are those of the package comment.
const (
	suLock = iota
	suDec
	suClear
	suLRULock
	suSetLRU
	suList
	suLRUUnlock
	suUnlock
)

var sketchMunlockListing = vm.Listing[MlockState, mlockLocals]{Name: "munlock_page", Source: "after LKML, 4 Mar 2004", Step: (*MlockState).sketchMunlock, Lines: []vm.Line{
	suLock:      {Text: "spin_lock_irq(&zone->lru_lock);", Add: OneLock},
	suDec:       {Text: "if (atomic_dec_and_test(&page->mlock_count)) {", Add: Sketch},
	suClear:     {Text: "        clear_bit(PG_mlocked, &page->flags);", Add: Sketch},
	suLRULock:   {Text: "        spin_lock_irq(&zone->lru_lock);", Add: Sketch, Del: OneLock},
	suSetLRU:    {Text: "        if (TestSetPageLRU(page)) BUG();", Add: Sketch},
	suList:      {Text: "        add_page_to_inactive_list(zone, page);", Add: Sketch},
	suLRUUnlock: {Text: "        spin_unlock_irq(&zone->lru_lock); }", Add: Sketch, Del: OneLock},
	suUnlock:    {Text: "spin_unlock_irq(&zone->lru_lock);", Add: OneLock},
}}

func (s *MlockState) sketchMunlock(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case suLock, suLRULock:
		return s.LRU.LockIRQ(x)
	case suDec:
		return vm.Unless(pg.Link.DecAndTest(x, p), suUnlock)
	case suClear:
		pg.Flags.Clear(x, pgMlocked)
	case suSetLRU:
		return x.BugOn(pg.Flags.TestSet(x, pgLRU), p, "PageLRU(page) in munlock_page")
	case suList:
		s.zoneAdd(x, s.evictableList(x, p), p)
	case suLRUUnlock, suUnlock:
		return s.unlockLRU(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
