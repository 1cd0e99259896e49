package lrulock

import "github.com/vmrace/vmrace/vm"

// putback_lru_pages, mm/vmscan.c: the pages of a private list go back to the
// lists under the lock, and the references of the scan go in batches, for which
// the lock is dropped. shrink_cache and refill_inactive end with these lines.
const (
	plLock = iota
	plPage
	plSet
	plClear
	plList
	plNr
	plVec
	plFull
	plUnlockFull
	plRelease
	plPlain
	plLockAgain
	plNext
	plUnlock
	plReleaseLast
	plPlainLast
)

var putbackPagesListing = vm.Listing[PagevecState, pagevecLocals]{Name: "putback_lru_pages", Source: "mm/vmscan.c", Step: (*PagevecState).putbackPages, Lines: []vm.Line{
	plLock:        {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	plPage:        {Text: "page = list_entry(page_list.prev, struct page, lru);"},
	plSet:         {Text: "if (TestSetPageLRU(page)) BUG();"},
	plClear:       {Text: "if (!page_referenced(page)) ClearPageActive(page);"},
	plList:        {Text: "list_move(&page->lru, PageActive(page) ? &active_list : &inactive_list);"},
	plNr:          {Text: "PageActive(page) ? nr_active++ : nr_inactive++;"},
	plVec:         {Text: "pagevec_add(&pvec, page);"},
	plFull:        {Text: "if (!pagevec_space(&pvec)) {"},
	plUnlockFull:  {Text: "        spin_unlock_irq(&_pagemap_lru_lock);"},
	plRelease:     {Text: "        __pagevec_release(&pvec);", Del: PlainBack | PlainVec},
	plPlain:       {Text: "        __pagevec_release_plain(&pvec);", Add: PlainBack | PlainVec},
	plLockAgain:   {Text: "        spin_lock_irq(&_pagemap_lru_lock); }"},
	plNext:        {Text: "while (!list_empty(&page_list));"},
	plUnlock:      {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	plReleaseLast: {Text: "pagevec_release(&pvec);", Del: PlainBack | PlainVec},
	plPlainLast:   {Text: "pagevec_release_plain(&pvec);", Add: PlainBack | PlainVec},
}}

func (s *PagevecState) putbackPages(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	switch x.Line {
	case plLock, plLockAgain:
		return s.LRU.LockIRQ(x)
	case plPage:
		if l.list == 0 {
			return vm.Goto(plUnlock)
		}
		l.page = uint8(l.list.First())
		l.list = l.list.Without(int(l.page))
	case plSet:
		return x.BugOn(pg.Flags.TestSet(x, pgLRU), p, "PageLRU(page) in putback_lru_pages")
	case plClear:
		pg.Flags.Clear(x, pgActive)
	case plList:
		s.listAdd(x, p)
	case plNr:
		s.nr(x, p, 1)
	case plVec:
		l.pvec = l.pvec.With(p)
	case plFull:
		return vm.Unless(l.pvec.Len() == pagevecSize, plNext)
	case plUnlockFull, plUnlock:
		return s.unlockLRU(x)
	case plRelease, plReleaseLast:
		v := l.pvec
		l.pvec = 0
		return s.release(x, fnPagevecRelease, v)
	case plPlain, plPlainLast:
		v := l.pvec
		l.pvec = 0
		return s.release(x, fnPlain, v)
	case plNext:
		return vm.Goto(plPage)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
