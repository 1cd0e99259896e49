package lrulock

import "github.com/vmrace/vmrace/vm"

// __pagevec_release, mm/swap.c: drops a reference to each page of a pagevec and
// frees the pages whose last one that was. The lock is taken for the first of
// them and kept for the rest; the pages are freed when it is dropped. One of
// Morton's two flavours takes the lock before the first reference goes.
const (
	vrLockFirst = iota
	vrPage
	vrOwnCount
	vrOwnLock
	vrOwnTest
	vrOwnDel
	vrOwnNr
	vrOwnClear
	vrOwnDrop
	vrPut
	vrPeek
	vrLock
	vrTest
	vrDel
	vrNr
	vrCount
	vrAdd
	vrNext
	vrUnlock
	vrFree
)

var pagevecReleaseListing = vm.Listing[PagevecState, pagevecLocals]{Name: "__pagevec_release", Source: "mm/swap.c", Step: (*PagevecState).pagevecRelease, Lines: []vm.Line{
	vrLockFirst: {Text: "spin_lock_irq(&_pagemap_lru_lock); lock_held = 1;", Add: LockVec},
	vrPage:      {Text: "page = pvec->pages[i];"},
	vrOwnCount:  {Text: "if (page_count(page) == 2) {", Add: LRUOwner},
	vrOwnLock:   {Text: "        if (!lock_held) spin_lock_irq(&pagemap_lru_lock);", Add: LRUOwner},
	vrOwnTest:   {Text: "        if (PageLRU(page) && page_count(page) == 2) {", Add: LRUOwner},
	vrOwnDel:    {Text: "                list_del(&page->lru);", Add: LRUOwner},
	vrOwnNr:     {Text: "                PageActive(page) ? nr_active-- : nr_inactive--;", Add: LRUOwner},
	vrOwnClear:  {Text: "                ClearPageLRU(page);", Add: LRUOwner},
	vrOwnDrop:   {Text: "                __put_page(page); } }", Add: LRUOwner},
	vrPut:       {Text: "if (!put_page_testzero(page)) continue;"},
	vrPeek:      {Text: "if (PageLRU(page)) {", Add: UnlessZero},
	vrLock:      {Text: "if (!lock_held) { spin_lock_irq(&_pagemap_lru_lock); lock_held = 1; }", Del: LockVec | LRUOwner},
	vrTest:      {Text: "if (TestClearPageLRU(page)) {", Del: LRUOwner},
	vrDel:       {Text: "        list_del(&page->lru);", Del: LRUOwner},
	vrNr:        {Text: "        PageActive(page) ? nr_active-- : nr_inactive--; }", Del: LRUOwner},
	vrCount:     {Text: "if (page_count(page) == 0) pagevec_add(&pages_to_free, page);", Del: Owner | LockVec | LRUOwner},
	vrAdd:       {Text: "pagevec_add(&pages_to_free, page);", Add: Owner | LockVec | LRUOwner},
	vrNext:      {Text: "while (++i < pagevec_count(pvec));"},
	vrUnlock:    {Text: "if (lock_held) spin_unlock_irq(&_pagemap_lru_lock);"},
	vrFree:      {Text: "pagevec_free(&pages_to_free);"},
}}

func (s *PagevecState) pagevecRelease(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	switch x.Line {
	case vrLockFirst:
		return s.hold(x, l)
	case vrPage:
		l.page = uint8(l.pvec.First())
		l.pvec = l.pvec.Without(int(l.page))
	case vrOwnCount:
		return vm.Unless(pg.Count.Read(x) == 2, vrPut)
	case vrOwnLock, vrLock:
		if l.n != lockHeld {
			return s.hold(x, l)
		}
	case vrOwnTest:
		return vm.Unless(pg.Flags.Test(x, pgLRU) && pg.Count.Read(x) == 2, vrPut)
	case vrOwnDel, vrDel:
		s.listDel(x, p)
	case vrOwnNr, vrNr:
		s.nr(x, p, -1)
	case vrOwnClear:
		pg.Flags.Clear(x, pgLRU)
	case vrOwnDrop:
		pg.Count.Dec(x)
	case vrPut:
		return vm.Unless(s.put(x, p), vrNext)
	case vrPeek:
		return vm.Unless(pg.Flags.Test(x, pgLRU), vrCount)
	case vrTest:
		return vm.Unless(pg.Flags.TestClear(x, pgLRU), vrCount)
	case vrCount:
		if pg.Count.Read(x) == 0 {
			l.list = l.list.With(p)
		} else {
			pg.Life.Forgive(x)
		}
	case vrAdd:
		l.list = l.list.With(p)
	case vrNext:
		return vm.Unless(l.pvec == 0, vrPage)
	case vrUnlock:
		if l.n == lockHeld {
			l.n = 0
			return s.unlockLRU(x)
		}
	case vrFree:
		return s.freeVec(x, &l.list, vrFree)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// lockHeld in n: the function has taken the LRU lock and keeps it.
const lockHeld = 1

// hold takes the LRU lock and notes in n that it is held.
func (s *PagevecState) hold(x *vm.Exec, l *pagevecLocals) vm.Next {
	n := s.LRU.LockIRQ(x)
	if n == vm.Fall {
		l.n = lockHeld
	}
	return n
}

// The other flavour of pagevec_release does not expect pages to become free: it
// leaves one without a reference on the LRU.
const (
	vpPage = iota
	vpPut
	vpNext
)

var pagevecPlainListing = vm.Listing[PagevecState, pagevecLocals]{Name: "__pagevec_release_plain", Source: "Andrew Morton, LKML, 25 Aug 2002", Step: (*PagevecState).pagevecPlain, Lines: []vm.Line{
	vpPage: {Text: "page = pvec->pages[i];", Add: PlainBack | PlainVec},
	vpPut:  {Text: "put_page_testzero(page);", Add: PlainBack | PlainVec},
	vpNext: {Text: "while (++i < pagevec_count(pvec));", Add: PlainBack | PlainVec},
}}

func (s *PagevecState) pagevecPlain(x *vm.Exec, l *pagevecLocals) vm.Next {
	switch x.Line {
	case vpPage:
		l.page = uint8(l.pvec.First())
		l.pvec = l.pvec.Without(int(l.page))
	case vpPut:
		s.drop(x, int(l.page))
	case vpNext:
		return vm.Unless(l.pvec == 0, vpPage)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
