package refcount

import "github.com/vmrace/vmrace/vm"

// __pagevec_release, mm/swap.c: drops a reference to each page of a pagevec, and
// frees the pages whose last one that was. The lock is taken for the first such
// page and kept for the rest; the pages are freed after it is dropped.
const (
	vecLockFirst = iota
	vecPut
	vecNegative
	vecPeek
	vecLock
	vecTest
	vecStrict
	vecMust
	vecLoad
	vecStore
	vecDel
	vecNr
	vecCount
	vecAdd
	vecUnlock
	vecFree
)

var pagevecReleaseListing = vm.Listing[State, locals]{Name: "__pagevec_release", Source: "mm/swap.c", Step: (*State).pagevecRelease, Lines: []vm.Line{
	vecLockFirst: {Text: "spin_lock_irq(&_pagemap_lru_lock);", Add: VecLockFirst},
	vecPut:       {Text: "if (!put_page_testzero(page)) continue;", Del: Skewed},
	vecNegative:  {Text: "if (!atomic_add_negative(-1, &page->count)) continue;", Add: Skewed},
	vecPeek:      {Text: "if (PageLRU(page)) {", Add: GetFirst},
	vecLock:      {Text: "if (!lock_held) spin_lock_irq(&_pagemap_lru_lock);", Del: VecLockFirst | LRUOwner},
	vecTest:      {Text: "if (TestClearPageLRU(page))", Del: GetFirst | LRUOwner},
	vecStrict:    {Text: "if (!TestClearPageLRU(page)) BUG();", Add: GetFirst, Del: NonAtomic},
	vecMust:      {Text: "BUG_ON(!PageLRU(page));", Add: NonAtomic},
	vecLoad:      {Text: "__ClearPageLRU(page); /* load */", Add: NonAtomic},
	vecStore:     {Text: "        /* store */", Add: NonAtomic},
	vecDel:       {Text: "        list_del(&page->lru);", Del: LRUOwner},
	vecNr:        {Text: "        TestClearPageActive(page) ? nr_active-- : nr_inactive--;", Del: LRUOwner},
	vecCount:     {Text: "if (page_count(page) == 0) pagevec_add(&pages_to_free, page);", Del: Owner | VecLockFirst | LRUOwner},
	vecAdd:       {Text: "pagevec_add(&pages_to_free, page);", Add: Owner | VecLockFirst | LRUOwner},
	vecUnlock:    {Text: "if (lock_held) spin_unlock_irq(&_pagemap_lru_lock);", Del: LRUOwner},
	vecFree:      {Text: "pagevec_free(&pages_to_free);"},
}}

func (s *State) pagevecRelease(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case vecLockFirst:
		return s.vecHold(x, l)
	case vecPut, vecNegative:
		if l.pvec.empty() {
			return vm.Goto(vecUnlock)
		}
		l.page = l.pvec.first()
		l.pvec = l.pvec.without(l.page)
		if x.Line == vecPut {
			return vm.Unless(s.put(x, l.page), vecPut)
		}
		return vm.Unless(s.putSkewed(x, l.page), vecNegative)
	case vecPeek:
		return vm.Unless(s.Page[p].Flags.Test(x, lru), vecCount)
	case vecLock:
		if l.scan == 0 {
			return s.vecHold(x, l)
		}
	case vecTest:
		return vm.Unless(s.Page[p].Flags.TestClear(x, lru), vecCount)
	case vecStrict:
		return x.BugOn(!s.Page[p].Flags.TestClear(x, lru), p, "!PageLRU(page) in __pagevec_release")
	case vecMust:
		return x.BugOn(!s.Page[p].Flags.Test(x, lru), p, "!PageLRU(page) in __pagevec_release")
	case vecLoad:
		// The lock is held from here to the store, so scan need not tell.
		l.scan = scan(vm.Load(x, &s.Page[p].Flags))
	case vecStore:
		vm.Store(x, &s.Page[p].Flags, vm.Flags(l.scan)&^lru)
		l.scan = 1
	case vecDel:
		s.listDel(x, p)
	case vecNr:
		s.nrDel(x, p)
	case vecCount:
		if s.pageCount(x, l.page) == 0 {
			l.list = l.list.add(l.page)
		} else {
			s.Page[p].Life.Forgive(x)
		}
		return vm.Goto(vecPut)
	case vecAdd:
		l.list = l.list.add(l.page)
		return vm.Goto(vecPut)
	case vecUnlock:
		if l.scan != 0 {
			return s.unlockLRU(x)
		}
	case vecFree:
		if l.list.empty() {
			return vm.Return
		}
		h := l.list.first()
		l.list = l.list.without(h)
		s.freePages(x, h)
		if !l.list.empty() {
			return vm.Goto(vecFree)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// vecHold takes the LRU lock and notes in scan that it is held.
func (s *State) vecHold(x *vm.Exec, l *locals) vm.Next {
	n := s.LRU.LockIRQ(x)
	if n == vm.Fall {
		l.scan = 1
	}
	return n
}
