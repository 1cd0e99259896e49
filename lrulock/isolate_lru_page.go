package lrulock

import "github.com/vmrace/vmrace/vm"

// isolate_lru_page, mm/vmscan.c, by a caller who holds a reference. It returns
// whether the page was on the LRU and is now the caller's. In 2.6.28 the
// isolation holds a reference of its own.
const (
	isPeek = iota
	isLock
	isTest
	isGet
	isClear
	isDel
	isUnlock
)

var isolateListing = vm.Listing[MlockState, mlockLocals]{Name: "isolate_lru_page", Source: "mm/vmscan.c", Step: (*MlockState).isolate, Lines: []vm.Line{
	isPeek:   {Text: "if (!PageLRU(page)) return -EBUSY;", Add: pageLock},
	isLock:   {Text: "spin_lock_irq(&zone->lru_lock);", Add: pageLock},
	isTest:   {Text: "if (PageLRU(page)) {", Add: pageLock},
	isGet:    {Text: "        get_page(page);", Add: Unevictable},
	isClear:  {Text: "        ClearPageLRU(page);", Add: pageLock},
	isDel:    {Text: "        list_del(&page->lru); ret = 0; }", Add: pageLock},
	isUnlock: {Text: "spin_unlock_irq(&zone->lru_lock); return ret;", Add: pageLock},
}}

func (s *MlockState) isolate(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case isPeek:
		if !pg.Flags.Test(x, pgLRU) {
			return vm.Return
		}
	case isLock:
		return s.LRU.LockIRQ(x)
	case isTest:
		return vm.Unless(pg.Flags.Test(x, pgLRU), isUnlock)
	case isGet:
		pg.Count.Inc(x)
	case isClear:
		pg.Flags.Clear(x, pgLRU)
	case isDel:
		s.zoneDel(x, p)
		l.n = isolated
	case isUnlock:
		s.unlockLRU(x)
		return x.Return(l.n)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// isolated is what isolate_lru_page returns, the other way round, if the page is
// the caller's.
const isolated = 1
