package refcount

import "github.com/vmrace/vmrace/vm"

// __page_cache_release, mm/swap.c: the count of the page is zero, take it off
// the LRU and free it. The decrement was not under the lock that is taken here.
const (
	relBug = iota
	relPeek
	relOwn
	relLock
	relPut
	relTest
	relStrict
	relMust
	relLoad
	relStore
	relNotLRU
	relZero
	relDel
	relNr
	relCount
	relUnlock
	relFreePage
	relFree
)

var releaseListing = vm.Listing[State, locals]{Name: "__page_cache_release", Source: "mm/swap.c", Step: (*State).release, Lines: []vm.Line{
	relBug:      {Text: "BUG_ON(page_count(page) != 0);", Del: NoBugOn | LRUOwner},
	relPeek:     {Text: "if (PageLRU(page)) {", Add: Unlocked | GetFirst},
	relOwn:      {Text: "if (PageLRU(page)) return;", Add: DropPeek},
	relLock:     {Text: "spin_lock_irqsave(&_pagemap_lru_lock, flags);", Del: DropPeek | LRUOwner},
	relPut:      {Text: "if (!put_page_testzero(page)) goto unlock;", Add: LockFirst},
	relTest:     {Text: "if (TestClearPageLRU(page))", Del: Strict | GetFirst | DropPeek | DropLock | LRUOwner},
	relStrict:   {Text: "if (!TestClearPageLRU(page)) BUG();", Add: Strict | GetFirst, Del: NonAtomic},
	relMust:     {Text: "BUG_ON(!PageLRU(page));", Add: NonAtomic},
	relLoad:     {Text: "__ClearPageLRU(page); /* load */", Add: NonAtomic},
	relStore:    {Text: "        /* store */", Add: NonAtomic},
	relNotLRU:   {Text: "if (PageLRU(page)) goto unlock;", Add: DropLock},
	relZero:     {Text: "if (page_count(page) != 0) goto unlock;", Add: DropLock},
	relDel:      {Text: "        list_del(&page->lru);", Del: DropPeek | DropLock | LRUOwner},
	relNr:       {Text: "        TestClearPageActive(page) ? nr_active-- : nr_inactive--;", Del: DropPeek | DropLock | LRUOwner},
	relCount:    {Text: "if (page_count(page) != 0) page = NULL;", Del: Strict | Owner | LockFirst | DropPeek | DropLock | LRUOwner},
	relUnlock:   {Text: "spin_unlock_irqrestore(&_pagemap_lru_lock, flags);", Del: DropPeek | LRUOwner},
	relFreePage: {Text: "if (put_page_testzero(page)) /* __free_page */", Add: FreePage},
	relFree:     {Text: "if (page) __free_pages_ok(page, 0);"},
}}

func (s *State) release(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case relBug:
		return x.BugOn(s.pageCount(x, l.page) != 0, p, "page_count(page) != 0 in __page_cache_release")
	case relPeek:
		return vm.Unless(s.Page[p].Flags.Test(x, lru), relFreePage)
	case relOwn:
		if s.Page[p].Flags.Test(x, lru) {
			return vm.Return
		}
		s.Page[p].Life.Owe(x, p)
	case relLock:
		return s.LRU.LockIRQ(x)
	case relPut:
		if !s.put(x, l.page) {
			l.page = noPage
			return vm.Goto(relUnlock)
		}
	case relTest:
		return vm.Unless(s.Page[p].Flags.TestClear(x, lru), relCount)
	case relStrict:
		return x.BugOn(!s.Page[p].Flags.TestClear(x, lru), p, "!PageLRU(page) in __page_cache_release")
	case relMust:
		return x.BugOn(!s.Page[p].Flags.Test(x, lru), p, "!PageLRU(page) in __page_cache_release")
	case relLoad:
		l.scan = scan(vm.Load(x, &s.Page[p].Flags))
	case relStore:
		vm.Store(x, &s.Page[p].Flags, vm.Flags(l.scan)&^lru)
	case relNotLRU:
		if s.Page[p].Flags.Test(x, lru) {
			l.page = noPage
			return vm.Goto(relUnlock)
		}
	case relZero:
		if s.pageCount(x, l.page) != 0 {
			l.page = noPage
			return vm.Goto(relUnlock)
		}
		s.Page[p].Life.Owe(x, p)
	case relDel:
		s.listDel(x, p)
	case relNr:
		s.nrDel(x, p)
	case relCount:
		if s.pageCount(x, l.page) != 0 {
			s.Page[p].Life.Forgive(x)
			l.page = noPage
		}
	case relUnlock:
		return s.unlockLRU(x)
	case relFreePage:
		return vm.Unless(l.page != noPage && s.drop(x, l.page), relFree+1)
	case relFree:
		if l.page != noPage {
			s.freePages(x, l.page)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
