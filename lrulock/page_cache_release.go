package lrulock

import "github.com/vmrace/vmrace/vm"

// page_cache_release with __page_cache_release, mm/swap.c, in its many shapes.
const (
	pcOwnCount = iota
	pcTryLock
	pcOwnTest
	pcOwnDel
	pcOwnNr
	pcOwnClear
	pcOwnDrop
	pcOwnUnlock
	pcLockFirst
	pcPut
	pcLeave
	pcDrop
	pcPeek
	pcLock
	pcNotLRU
	pcTest
	pcDel
	pcNr
	pcCount
	pcUnlock
	pcFree
)

var pageCacheReleaseListing = vm.Listing[PagevecState, pagevecLocals]{Name: "page_cache_release", Source: "mm/swap.c", Step: (*PagevecState).pageCacheRelease, Lines: []vm.Line{
	pcOwnCount:  {Text: "if (page_count(page) != 2) goto put;", Add: LRUOwner},
	pcTryLock:   {Text: "if (!spin_trylock(&pagemap_lru_lock)) goto put;", Add: LRUOwner},
	pcOwnTest:   {Text: "if (PageLRU(page) && page_count(page) == 2) {", Add: LRUOwner},
	pcOwnDel:    {Text: "        list_del(&page->lru);", Add: LRUOwner},
	pcOwnNr:     {Text: "        PageActive(page) ? nr_active-- : nr_inactive--;", Add: LRUOwner},
	pcOwnClear:  {Text: "        ClearPageLRU(page);", Add: LRUOwner},
	pcOwnDrop:   {Text: "        __put_page(page); }", Add: LRUOwner},
	pcOwnUnlock: {Text: "spin_unlock(&pagemap_lru_lock);", Add: LRUOwner},
	pcLockFirst: {Text: "spin_lock_irqsave(&_pagemap_lru_lock, flags);", Add: LockPut},
	pcPut:       {Text: "if (!put_page_testzero(page)) goto out;", Del: Leave | DropLock},
	pcLeave:     {Text: "put_page_testzero(page); return;", Add: Leave},
	pcDrop:      {Text: "if (!put_page_testzero(page)) return;", Add: DropLock},
	pcPeek:      {Text: "if (PageLRU(page)) {", Add: UnlessZero},
	pcLock:      {Text: "spin_lock_irqsave(&_pagemap_lru_lock, flags);", Del: Leave | LockPut | LRUOwner},
	pcNotLRU:    {Text: "if (PageLRU(page) || page_count(page) != 0) goto out;", Add: DropLock},
	pcTest:      {Text: "if (TestClearPageLRU(page)) {", Del: Leave | DropLock | LRUOwner},
	pcDel:       {Text: "        list_del(&page->lru);", Del: Leave | DropLock | LRUOwner},
	pcNr:        {Text: "        PageActive(page) ? nr_active-- : nr_inactive--; }", Del: Leave | DropLock | LRUOwner},
	pcCount:     {Text: "if (page_count(page) != 0) page = NULL;", Del: noRelease | Owner},
	pcUnlock:    {Text: "out: spin_unlock_irqrestore(&_pagemap_lru_lock, flags);", Del: Leave | LRUOwner},
	pcFree:      {Text: "if (page) __free_pages_ok(page, 0);", Del: Leave},
}}

func (s *PagevecState) pageCacheRelease(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	switch x.Line {
	case pcOwnCount:
		return vm.Unless(pg.Count.Read(x) == 2, pcPut)
	case pcTryLock:
		return vm.Unless(s.LRU.TryLock(x), pcPut)
	case pcOwnTest:
		return vm.Unless(pg.Flags.Test(x, pgLRU) && pg.Count.Read(x) == 2, pcOwnUnlock)
	case pcOwnDel, pcDel:
		s.listDel(x, p)
	case pcOwnNr, pcNr:
		s.nr(x, p, -1)
	case pcOwnClear:
		pg.Flags.Clear(x, pgLRU)
	case pcOwnDrop:
		pg.Count.Dec(x)
	case pcOwnUnlock:
		s.checkLRU(x)
		return s.LRU.Unlock(x)
	case pcLockFirst, pcLock:
		return s.LRU.LockIRQ(x)
	case pcPut:
		if s.put(x, p) {
			return vm.Fall
		}
		l.n = noFree
		if s.LRU.HeldBy(x.CPU) {
			return vm.Goto(pcUnlock)
		}
		return vm.Return
	case pcLeave:
		s.drop(x, p)
		return vm.Return
	case pcDrop:
		if !s.drop(x, p) {
			return vm.Return
		}
	case pcPeek:
		return vm.Unless(pg.Flags.Test(x, pgLRU), pcFree)
	case pcNotLRU:
		if pg.Flags.Test(x, pgLRU) || pg.Count.Read(x) != 0 {
			l.n = noFree
			return vm.Goto(pcUnlock)
		}
		pg.Life.Owe(x, p)
	case pcTest:
		return vm.Unless(pg.Flags.TestClear(x, pgLRU), pcCount)
	case pcCount:
		if pg.Count.Read(x) != 0 {
			pg.Life.Forgive(x)
			l.n = noFree
		}
	case pcUnlock:
		return s.unlockLRU(x)
	case pcFree:
		if l.n != noFree {
			s.free(x, p)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// noFree in n: somebody else frees the page.
const noFree = 1
