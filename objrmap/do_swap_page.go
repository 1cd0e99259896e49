package objrmap

import "github.com/vmrace/vmrace/vm"

// do_swap_page, mm/memory.c: brings a copy back in.
const (
	spDrop = iota
	spLookup
	spLockPage
	spLock
	spSame
	spDelete
	spSet
	spAddRmap
	spUnlock
	spGotoPage
	spUnlockLost
	spRelease
	spUnlockPage
)

var doSwapPageListing = vm.Listing[ReservedState, rsvLocals]{Name: "do_swap_page", Source: "mm/memory.c", Step: (*ReservedState).doSwapPage, Lines: []vm.Line{
	spDrop:       {Text: "spin_unlock(&mm->page_table_lock);"},
	spLookup:     {Text: "page = lookup_swap_cache(entry); or read_swap_cache_async(entry);", Sleeps: true},
	spLockPage:   {Text: "lock_page(page);", Sleeps: true},
	spLock:       {Text: "spin_lock(&mm->page_table_lock);"},
	spSame:       {Text: "if (pte_same(*page_table, orig_pte)) {"},
	spDelete:     {Text: "        swap_free(entry); remove_exclusive_swap_page(page);"},
	spSet:        {Text: "        set_pte(page_table, mk_pte(page, vma->vm_page_prot));"},
	spAddRmap:    {Text: "        page_add_rmap(page, page_table);", Del: Walk},
	spUnlock:     {Text: "        spin_unlock(&mm->page_table_lock);"},
	spGotoPage:   {Text: "} else {"},
	spUnlockLost: {Text: "        spin_unlock(&mm->page_table_lock);"},
	spRelease:    {Text: "        page_cache_release(page); }"},
	spUnlockPage: {Text: "unlock_page(page);"},
}}

func (s *ReservedState) doSwapPage(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case spDrop, spUnlockLost:
		return s.PTL.Unlock(x)
	case spUnlock:
		s.touched(x, false)
		return s.PTL.Unlock(x)
	case spLookup:
		return s.lookup(x, l)
	case spLockPage:
		return s.Page[l.page].Lock.Lock(x)
	case spLock:
		return s.PTL.Lock(x)
	case spSame:
		return vm.Unless(vm.Load(x, &s.PTE) == l.entry, spUnlockLost)
	case spDelete:
		if s.Page[l.page].Flags.TestClear(x, pgSwapCache) {
			s.put(x, l.page)
		}
	case spSet:
		s.set(x, pteOf(l.page))
	case spAddRmap:
		return s.CPU[x.CPU].Call(fnAddRmap, rsvLocals{page: l.page})
	case spGotoPage:
		return vm.Goto(spUnlockPage)
	case spRelease:
		s.put(x, l.page)
	case spUnlockPage:
		return s.Page[l.page].Lock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// lookup finds the page in the swap cache, under its tree_lock, or reads it in,
// which puts it there and on the LRU. The pte has changed if the page has
// become something else: then there is nothing left to do. While the page is on
// its way from the swap cache to the allocator the kernel would take another
// one; the model has one for each swap entry and waits.
func (s *ReservedState) lookup(x *vm.Exec, l *rsvLocals) vm.Next {
	l.page = l.entry.page()
	pg := vm.Mark(x, &s.Page[l.page])
	switch {
	case vm.Load(x, &s.PTE) != l.entry:
		return vm.Return
	case pg.Life.Free() > 0:
		s.take(x, l.page)
		pg.Flags |= pgSwapCache | pgLRU
		pg.Count.Inc(x)
	case pg.Flags.Has(pgSwapCache):
		s.get(x, l.page)
	default:
		return vm.Block
	}
	return vm.Fall
}
