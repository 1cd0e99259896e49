package objrmap

import "github.com/vmrace/vmrace/vm"

// swap_out_vma, mm/vmscan.c, 2.4, with try_to_swap_out: walks the page tables of
// a vma. It comes to every page that is mapped, on the LRU or not, and so it must
// pass a driver's vma over.
const (
	woLock = iota
	woReserved
	woPte
	woPageReserved
	woTryLock
	woAddToSwap
	woClear
	woPut
	woUnlockPage
	woUnlock
)

var swapOutVMAListing = vm.Listing[ReservedState, rsvLocals]{Name: "swap_out_vma", Source: "mm/vmscan.c, 2.4", Step: (*ReservedState).swapOutVMA, Lines: []vm.Line{
	woLock:         {Text: "spin_lock(&mm->page_table_lock);", Add: Walk},
	woReserved:     {Text: "if (vma->vm_flags & VM_RESERVED) return count;", Add: TestWalk},
	woPte:          {Text: "page = pte_page(*dir); if (!pte_present(*dir)) continue;", Add: Walk},
	woPageReserved: {Text: "if (PageReserved(page)) continue;", Add: Walk},
	woTryLock:      {Text: "try_to_swap_out: if (TryLockPage(page)) return 0;", Add: Walk},
	woAddToSwap:    {Text: "        if (!page->mapping && PageDirty(page)) add_to_swap_cache(page, entry);", Add: Walk},
	woClear:        {Text: "        ptep_get_and_clear(page_table); set_pte(swap entry, if any);", Add: Walk},
	woPut:          {Text: "        page_cache_release(page);", Add: Walk},
	woUnlockPage:   {Text: "        UnlockPage(page);", Add: Walk},
	woUnlock:       {Text: "spin_unlock(&mm->page_table_lock);", Add: Walk},
}}

func (s *ReservedState) swapOutVMA(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case woLock:
		return s.PTL.Lock(x)
	case woReserved:
		return vm.Unless(!s.VMA.Test(x, vmReserved), woUnlock)
	case woPte:
		e := vm.Load(x, &s.PTE)
		if !e.present() {
			return vm.Goto(woUnlock)
		}
		l.page = e.page()
	case woPageReserved:
		return vm.Unless(!s.Page[l.page].Flags.Test(x, pgReserved), woUnlock)
	case woTryLock:
		return vm.Unless(s.Page[l.page].Lock.TryLock(x), woUnlock)
	case woAddToSwap:
		pg := &s.Page[l.page]
		if f := vm.Load(x, &pg.Flags); !f.Has(pgMapping) && f.Has(pgDirty) && !f.Has(pgSwapCache) {
			pg.Flags.Set(x, pgSwapCache)
			pg.Count.Inc(x)
		}
	case woClear:
		s.unmapped(x, l.page)
		s.set(x, s.entryOf(x, l.page))
	case woPut:
		s.put(x, l.page)
	case woUnlockPage:
		return s.Page[l.page].Lock.Unlock(x)
	case woUnlock:
		return s.PTL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
