package invalidate

import "github.com/vmrace/vmrace/vm"

// shrink_list, mm/vmscan.c, with remove_mapping: reclaims one page that the
// caller has isolated from the LRU with a reference. It tests the count under the
// tree_lock, and it does not unmap a page without mapping. Write-back is left out.
const (
	shrIsolate = iota
	shrLock
	shrWriteback
	shrMapped
	shrUnmap
	shrDirty
	shrMapping
	shrTreeLock
	shrCount
	shrDirtyAgain
	shrDelete
	shrNull
	shrTreeUnlock
	shrPut
	shrUnlock
	shrFree
	shrReturn
	shrKeepTree
	shrKeep
	shrKeepPut
)

var shrinkListListing = vm.Listing[State, locals]{Name: "shrink_list", Source: "mm/vmscan.c, 2.6.16", Step: (*State).shrinkList, Lines: []vm.Line{
	shrIsolate:    {Text: "page = lru_to_page(page_list); /* isolated with a reference */", Del: Linux24},
	shrLock:       {Text: "if (TestSetPageLocked(page)) goto keep;", Del: Linux24},
	shrWriteback:  {Text: "if (PageWriteback(page)) goto keep_locked;", Del: Linux24},
	shrMapped:     {Text: "if (page_mapped(page) && mapping) {", Del: Linux24},
	shrUnmap:      {Text: "        try_to_unmap(page); }", Del: Linux24},
	shrDirty:      {Text: "if (PageDirty(page)) goto keep_locked;", Del: Linux24},
	shrMapping:    {Text: "if (!mapping) goto keep_locked; /* remove_mapping */", Del: Linux24},
	shrTreeLock:   {Text: "write_lock_irq(&mapping->tree_lock);", Del: Linux24},
	shrCount:      {Text: "if (page_count(page) != 2) goto cannot_free;", Del: Linux24},
	shrDirtyAgain: {Text: "if (PageDirty(page)) goto cannot_free;", Del: Linux24},
	shrDelete:     {Text: "radix_tree_delete(&mapping->page_tree, page->index);", Del: Linux24},
	shrNull:       {Text: "page->mapping = NULL;", Del: Linux24},
	shrTreeUnlock: {Text: "write_unlock_irq(&mapping->tree_lock);", Del: Linux24},
	shrPut:        {Text: "__put_page(page);", Del: Linux24},
	shrUnlock:     {Text: "unlock_page(page);", Del: Linux24},
	shrFree:       {Text: "page_cache_release(page); /* freed */", Del: Linux24},
	shrReturn:     {Text: "continue;", Del: Linux24},
	shrKeepTree:   {Text: "cannot_free: write_unlock_irq(&mapping->tree_lock);", Del: Linux24},
	shrKeep:       {Text: "keep_locked: unlock_page(page);", Del: Linux24},
	shrKeepPut:    {Text: "keep: list_add(&page->lru, &ret_pages); page_cache_release(page);", Del: Linux24},
}}

func (s *State) shrinkList(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case shrIsolate:
		if l.page = s.isolate(x); l.page == 0 {
			return vm.Return
		}
	case shrLock:
		return vm.Unless(s.pg(x, l.page).Lock.TryLock(x), shrKeepPut)
	case shrWriteback:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, writeback), shrKeep)
	case shrMapped:
		return vm.Unless(s.mapped(x, l.page) && s.cached(x, l.page), shrDirty)
	case shrUnmap:
		return s.CPU[x.CPU].Call(fnTryToUnmap, locals{page: l.page})
	case shrDirty:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, dirty), shrKeep)
	case shrMapping:
		return vm.Unless(s.cached(x, l.page), shrKeep)
	case shrTreeLock:
		return s.TreeLock.WriteLockIRQ(x)
	case shrCount:
		return vm.Unless(s.count(x, l.page) == 2, shrKeepTree)
	case shrDirtyAgain:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, dirty), shrKeepTree)
	case shrDelete:
		s.treeDelete(x, l.page)
	case shrNull:
		s.clearMapping(x, l.page)
	case shrTreeUnlock, shrKeepTree:
		return s.TreeLock.WriteUnlockIRQ(x)
	case shrPut, shrFree, shrKeepPut:
		s.put(x, l.page)
	case shrUnlock, shrKeep:
		return s.pg(x, l.page).Lock.Unlock(x)
	case shrReturn:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// isolate takes the first page of a file from the LRU, with a reference, as
// isolate_lru_pages does under zone->lru_lock. Copies are left to swap.
func (s *State) isolate(x *vm.Exec) handle {
	for i := range s.Page {
		p := &s.Page[i]
		if vm.Look(x, &p.Ghost).Has(lru) && p.Count.IncNotZero(x) {
			return handle(i + 1)
		}
	}
	return 0
}
