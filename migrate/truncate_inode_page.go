package migrate

import "github.com/vmrace/vmrace/vm"

// truncate_inode_page, mm/truncate.c, with delete_from_page_cache: takes a page
// of a file out of all page tables and of the tree.
const (
	trcFind = iota
	trcFound
	trcLock
	trcMapping
	trcUnmap
	trcNext
	trcHasPrivate
	trcPrivate
	trcXALock
	trcSlot
	trcNull
	trcXAUnlock
	trcPutCache
	trcUnlock
	trcPut
)

var truncateListing = vm.Listing[State, locals]{Name: "truncate_inode_page", Source: "mm/truncate.c, 5.0.1", Step: (*State).truncate, Lines: []vm.Line{
	trcFind:       {Text: "page = find_get_page(mapping, index); /* pagevec_lookup_entries */"},
	trcFound:      {Text: "if (!page) return;"},
	trcLock:       {Text: "lock_page(page);", Sleeps: true, Order: vm.Acquire},
	trcMapping:    {Text: "if (page->mapping == mapping) {"},
	trcUnmap:      {Text: "        unmap_mapping_pages(page->mapping, page->index); /* one mapping */"},
	trcNext:       {Text: "        /* next mapping */"},
	trcHasPrivate: {Text: "if (page_has_private(page))"},
	trcPrivate:    {Text: "        do_invalidatepage(page, 0, PAGE_SIZE);"},
	trcXALock:     {Text: "xa_lock_irqsave(&mapping->i_pages, flags);", Order: vm.Acquire},
	trcSlot:       {Text: "xas_store(&xas, NULL);", Order: vm.Release},
	trcNull:       {Text: "page->mapping = NULL;"},
	trcXAUnlock:   {Text: "xa_unlock_irqrestore(&mapping->i_pages, flags);", Order: vm.Release},
	trcPutCache:   {Text: "put_page(page); /* page_cache_free_page */ }"},
	trcUnlock:     {Text: "unlock_page(page);"},
	trcPut:        {Text: "put_page(page);"},
}}

func (s *State) truncate(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	cpu := &s.CPU[x.CPU]
	switch x.Line {
	case trcFind:
		return cpu.Call(fnFind, locals{})
	case trcFound:
		r := x.Result()
		if r == 0 {
			return vm.Return
		}
		l.page = r - 1
	case trcLock:
		return s.lock(x, l.page)
	case trcMapping:
		return vm.Unless(vm.Load(x, &pg.Mapping) == file, trcUnlock)
	case trcUnmap:
		l.i++
		return cpu.Call(fnZap, locals{i: l.i - 1})
	case trcNext:
		return vm.Unless(l.i == ptes, trcUnmap)
	case trcHasPrivate:
		return vm.Unless(pg.Flags.Test(x, private), trcXALock)
	case trcPrivate:
		return cpu.Call(fnRelease, locals{page: l.page})
	case trcXALock:
		return s.XA.LockIRQ(x)
	case trcSlot:
		vm.Store(x, &s.Slot, 0)
	case trcNull:
		vm.Store(x, &pg.Mapping, none)
	case trcXAUnlock:
		return s.XA.UnlockIRQ(x)
	case trcPutCache:
		return s.put(x, l.page, byCache)
	case trcUnlock:
		return s.unlock(x, l.page)
	case trcPut:
		return s.put(x, l.page, byOther)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
