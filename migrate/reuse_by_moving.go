package migrate

import "github.com/vmrace/vmrace/vm"

// The path (b) of Torvalds' mail of 5 Feb 2019, which no kernel has: a page
// leaves the swap cache and enters a page table, and the reference of the one
// becomes that of the other. The count does not change. The page lock is only
// tried, because there is no reference to sleep with.
const (
	byPTL = iota
	bySame
	byXALock
	byLoad
	byTry
	bySlot
	byFlag
	byXAUnlock
	bySet
	byRmap
	bySwap
	byUnlock
	byPTLUnlock
	byDone
	byFail
	byOut
)

var moveRefListing = vm.Listing[State, locals]{Name: "reuse_by_moving", Source: "Linus Torvalds, LKML, 5 Feb 2019", Step: (*State).reuseByMoving, Lines: []vm.Line{
	byPTL:       {Text: "spin_lock(ptl);", Order: vm.Acquire},
	bySame:      {Text: "if (!pte_same(*pte, swap_pte)) goto unlock;"},
	byXALock:    {Text: "xa_lock_irq(&swapper_space->i_pages);", Order: vm.Acquire},
	byLoad:      {Text: "page = xas_load(&xas); if (!page) goto fail;"},
	byTry:       {Text: "if (!trylock_page(page)) goto fail;", Del: NoPageLock, Order: vm.Acquire},
	bySlot:      {Text: "xas_store(&xas, NULL);", Order: vm.Release},
	byFlag:      {Text: "ClearPageSwapCache(page);"},
	byXAUnlock:  {Text: "xa_unlock_irq(&swapper_space->i_pages);", Order: vm.Release},
	bySet:       {Text: "set_pte_at(mm, address, pte, mk_pte(page)); /* the cache's reference */"},
	byRmap:      {Text: "page_add_anon_rmap(page);", Order: vm.Full},
	bySwap:      {Text: "swap_free(entry);"},
	byUnlock:    {Text: "unlock_page(page);", Del: NoPageLock},
	byPTLUnlock: {Text: "spin_unlock(ptl);", Order: vm.Release},
	byDone:      {Text: "return;"},
	byFail:      {Text: "fail: xa_unlock_irq(&swapper_space->i_pages);", Order: vm.Release},
	byOut:       {Text: "unlock: spin_unlock(ptl);", Order: vm.Release},
}}

func (s *State) reuseByMoving(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case byPTL:
		return s.PTL.Lock(x)
	case bySame:
		return vm.Unless(vm.Load(x, &s.PTE[l.i]) == pteSwap && s.SwapMap == 1, byOut)
	case byXALock:
		return s.XA.LockIRQ(x)
	case byLoad:
		e := vm.Load(x, &s.Slot)
		if e == 0 {
			return vm.Goto(byFail)
		}
		l.page = e.page()
	case byTry:
		return vm.Unless(pg.Lock.TryLock(x), byFail)
	case bySlot:
		vm.Store(x, &s.Slot, 0)
	case byFlag:
		pg.Flags.Clear(x, swapCache)
	case byXAUnlock, byFail:
		return s.XA.UnlockIRQ(x)
	case bySet:
		vm.Store(x, &s.PTE[l.i], ptePresent|pte(l.page))
		s.disown(x, l.page, byCache)
		s.own(x, l.page, byOther)
	case byRmap:
		s.mapped(x, l.page)
	case bySwap:
		vm.Store(x, &s.SwapMap, vm.Load(x, &s.SwapMap)-1)
	case byUnlock:
		return s.unlock(x, l.page)
	case byPTLUnlock, byOut:
		return s.PTL.Unlock(x)
	case byDone:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
