package lrulock

import "github.com/vmrace/vmrace/vm"

// activate_page, mm/swap.c, by somebody with a reference: the page moves from the
// inactive to the active list.
const (
	acPeek = iota
	acClaim
	acLock
	acTest
	acDel
	acNrDel
	acSet
	acAdd
	acNrAdd
	acSetLRU
	acUnlock
)

var activatePageListing = vm.Listing[PagevecState, pagevecLocals]{Name: "activate_page", Source: "mm/swap.c", Step: (*PagevecState).activatePage, Lines: []vm.Line{
	acPeek:   {Text: "if (!PageLRU(page) || PageActive(page)) return;"},
	acClaim:  {Text: "if (!TestClearPageLRU(page)) return;", Add: Claim},
	acLock:   {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	acTest:   {Text: "if (PageLRU(page) && !PageActive(page)) {", Del: Claim},
	acDel:    {Text: "        list_del(&page->lru);"},
	acNrDel:  {Text: "        PageActive(page) ? nr_active-- : nr_inactive--;"},
	acSet:    {Text: "        SetPageActive(page);"},
	acAdd:    {Text: "        list_add(&page->lru, &active_list);"},
	acNrAdd:  {Text: "        nr_active++; }"},
	acSetLRU: {Text: "SetPageLRU(page);", Add: Claim},
	acUnlock: {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
}}

func (s *PagevecState) activatePage(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	switch x.Line {
	case acPeek:
		if f := vm.Load(x, &pg.Flags); f&(pgLRU|pgActive) != pgLRU {
			return vm.Return
		}
	case acClaim:
		if !pg.Flags.TestClear(x, pgLRU) {
			return vm.Return
		}
	case acLock:
		return s.LRU.LockIRQ(x)
	case acTest:
		return vm.Unless(vm.Load(x, &pg.Flags)&(pgLRU|pgActive) == pgLRU, acUnlock)
	case acDel:
		s.listDel(x, p)
	case acNrDel:
		s.nr(x, p, -1)
	case acSet:
		pg.Flags.Set(x, pgActive)
	case acAdd:
		s.guarded(x, p)
		s.Active.AddHead(x, p)
	case acNrAdd:
		s.guarded(x, p)
		vm.Store(x, &s.NrActive, s.NrActive+1)
	case acSetLRU:
		pg.Flags.Set(x, pgLRU)
	case acUnlock:
		return s.unlockLRU(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
