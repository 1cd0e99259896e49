package objrmap

import "github.com/vmrace/vmrace/vm"

// do_wp_page, mm/memory.c: a write to a page that was mapped for reading copies
// it, and the copy goes to the LRU.
const (
	wpGet = iota
	wpDrop
	wpAlloc
	wpLock
	wpSame
	wpRemoveRmap
	wpBreak
	wpAddRmap
	wpLRU
	wpPutMap
	wpGotoOld
	wpPutNew
	wpPutOld
	wpUnlock
)

var doWPPageListing = vm.Listing[ReservedState, rsvLocals]{Name: "do_wp_page", Source: "mm/memory.c", Step: (*ReservedState).doWPPage, Lines: []vm.Line{
	wpGet:        {Text: "page_cache_get(old_page);"},
	wpDrop:       {Text: "spin_unlock(&mm->page_table_lock);"},
	wpAlloc:      {Text: "new_page = alloc_page(GFP_HIGHUSER); copy_cow_page(old_page, new_page);", Sleeps: true},
	wpLock:       {Text: "spin_lock(&mm->page_table_lock);"},
	wpSame:       {Text: "if (pte_same(*page_table, pte)) {"},
	wpRemoveRmap: {Text: "        page_remove_rmap(old_page, page_table);", Del: Walk},
	wpBreak:      {Text: "        break_cow(vma, new_page, address, page_table);"},
	wpAddRmap:    {Text: "        page_add_rmap(new_page, page_table);", Del: Walk},
	wpLRU:        {Text: "        lru_cache_add_active(new_page);"},
	wpPutMap:     {Text: "        page_cache_release(old_page); /* the pte's reference */"},
	wpGotoOld:    {Text: "} else"},
	wpPutNew:     {Text: "        page_cache_release(new_page);"},
	wpPutOld:     {Text: "page_cache_release(old_page);"},
	wpUnlock:     {Text: "spin_unlock(&mm->page_table_lock);"},
}}

func (s *ReservedState) doWPPage(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case wpGet:
		s.get(x, l.page)
	case wpDrop, wpUnlock:
		return s.PTL.Unlock(x)
	case wpAlloc:
		if l.copy = s.alloc(x); l.copy == noCopy { // VM_FAULT_OOM
			s.put(x, l.page)
			return vm.Return
		}
	case wpLock:
		return s.PTL.Lock(x)
	case wpSame:
		return vm.Unless(vm.Load(x, &s.PTE) == l.entry, wpPutNew)
	case wpRemoveRmap:
		s.removeRmap(x, l.page)
	case wpBreak:
		s.set(x, pteOf(l.copy))
	case wpAddRmap:
		return s.CPU[x.CPU].Call(fnAddRmap, rsvLocals{page: l.copy})
	case wpLRU:
		s.Page[l.copy].Flags.Set(x, pgLRU)
	case wpPutMap, wpPutOld:
		s.put(x, l.page)
	case wpGotoOld:
		return vm.Goto(wpPutOld)
	case wpPutNew:
		s.put(x, l.copy)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
