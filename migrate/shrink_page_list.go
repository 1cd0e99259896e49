package migrate

import "github.com/vmrace/vmrace/vm"

// shrink_page_list with pageout and __remove_mapping, mm/vmscan.c, for one page
// that __isolate_lru_page takes off the LRU first. A page that is written out
// is clean at once: writeback is left out.
const (
	shrGet = iota
	shrLRU
	shrUnget
	shrUngot
	shrTry
	shrMapping
	shrMapped
	shrUnmap
	shrStill
	shrDirty
	shrFreeable
	shrClean
	shrWrite
	shrHasPrivate
	shrPrivate
	shrXALock
	shrFreeze
	shrRedirty
	shrUnfreeze
	shrSlot
	shrFlag
	shrNull
	shrXAUnlock
	shrClear
	shrQuiet
	shrUnlock
	shrFree
	shrDone
	shrCannot
	shrKeep
	shrPutback
	shrPut
)

var shrinkListing = vm.Listing[State, locals]{Name: "shrink_page_list", Source: "mm/vmscan.c, 5.0.1", Step: (*State).shrink, Lines: []vm.Line{
	shrGet:        {Text: "if (get_page_unless_zero(page)) /* __isolate_lru_page */", Order: vm.Full},
	shrLRU:        {Text: "        if (!ClearPageLRU(page)) {", Order: vm.Full},
	shrUnget:      {Text: "                put_page(page);"},
	shrUngot:      {Text: "                return; }"},
	shrTry:        {Text: "if (!trylock_page(page)) goto keep;", Order: vm.Acquire},
	shrMapping:    {Text: "if (!page_mapping(page)) goto keep_locked;"},
	shrMapped:     {Text: "if (page_mapped(page))"},
	shrUnmap:      {Text: "        try_to_unmap(page, ttu_flags);"},
	shrStill:      {Text: "if (page_mapped(page)) goto keep_locked;"},
	shrDirty:      {Text: "if (PageDirty(page)) {"},
	shrFreeable:   {Text: "        if (page_count(page) - page_has_private(page) != 2) goto keep_locked;"},
	shrClean:      {Text: "        clear_page_dirty_for_io(page);", Order: vm.Full},
	shrWrite:      {Text: "        mapping->a_ops->writepage(page, &wbc); }"},
	shrHasPrivate: {Text: "if (page_has_private(page))"},
	shrPrivate:    {Text: "        try_to_release_page(page, sc->gfp_mask);"},
	shrXALock:     {Text: "xa_lock_irqsave(&mapping->i_pages, flags);", Order: vm.Acquire},
	shrFreeze:     {Text: "if (!page_ref_freeze(page, 2)) goto cannot_free;", Order: vm.Full},
	shrRedirty:    {Text: "if (PageDirty(page)) {"},
	shrUnfreeze:   {Text: "        page_ref_unfreeze(page, 2); goto cannot_free; }", Order: vm.Release},
	shrSlot:       {Text: "xas_store(&xas, NULL); /* __delete_from_page_cache */", Order: vm.Release},
	shrFlag:       {Text: "ClearPageSwapCache(page);"},
	shrNull:       {Text: "page->mapping = NULL;"},
	shrXAUnlock:   {Text: "xa_unlock_irqrestore(&mapping->i_pages, flags);", Order: vm.Release},
	shrClear:      {Text: "__ClearPageLocked(page);", Del: Drop, Order: vm.Plain},
	shrQuiet:      {Text: "__ClearPageLocked(page);", Add: Quiet},
	shrUnlock:     {Text: "unlock_page(page);", Add: Drop, Del: Quiet},
	shrFree:       {Text: "free_unref_page_list: free_unref_page(page);"},
	shrDone:       {Text: "return;"},
	shrCannot:     {Text: "cannot_free: xa_unlock_irqrestore(&mapping->i_pages, flags);", Order: vm.Release},
	shrKeep:       {Text: "keep_locked: unlock_page(page);"},
	shrPutback:    {Text: "keep: putback_inactive_pages: SetPageLRU(page);"},
	shrPut:        {Text: "put_page(page);"},
}}

func (s *State) shrink(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	cpu := &s.CPU[x.CPU]
	switch x.Line {
	case shrGet:
		if !s.tryGet(x, l.page, byOther) {
			return vm.Return
		}
	case shrLRU:
		if pg.Flags.TestClear(x, lru) {
			s.disown(x, l.page, byOther)
			s.own(x, l.page, byIsolate)
			return vm.Goto(shrTry)
		}
	case shrUnget:
		return s.put(x, l.page, byOther)
	case shrUngot, shrDone:
		return vm.Return
	case shrTry:
		return vm.Unless(pg.Lock.TryLock(x), shrPutback)
	case shrMapping:
		return vm.Unless(s.pageMapping(x, l.page) != none, shrKeep)
	case shrMapped:
		return vm.Unless(vm.Load(x, &pg.Maps) > 0, shrDirty)
	case shrUnmap:
		how := pteSwap
		if pg.Mapping == file {
			how = 0
		}
		return cpu.Call(fnUnmap, locals{page: l.page, n: uint8(how)})
	case shrStill:
		return vm.Unless(vm.Load(x, &pg.Maps) == 0, shrKeep)
	case shrDirty:
		return vm.Unless(pg.Flags.Test(x, dirty), shrHasPrivate)
	case shrFreeable:
		n := 2
		if pg.Flags.Has(private) {
			n = 3
		}
		return vm.Unless(pg.Count.Read(x) == n, shrKeep)
	case shrClean:
		pg.Flags.Clear(x, dirty)
	case shrWrite:
		vm.Store(x, &s.Disk, vm.Load(x, &pg.Data))
	case shrHasPrivate:
		return vm.Unless(pg.Flags.Test(x, private), shrXALock)
	case shrPrivate:
		return cpu.Call(fnRelease, locals{page: l.page})
	case shrXALock:
		return s.XA.LockIRQ(x)
	case shrFreeze:
		return vm.Unless(s.freeze(x, l.page, 2), shrCannot)
	case shrRedirty:
		return vm.Unless(pg.Flags.Test(x, dirty), shrSlot)
	case shrUnfreeze:
		pg.Count.Unfreeze(x, 2)
		return vm.Goto(shrCannot)
	case shrSlot:
		vm.Store(x, &s.Slot, 0)
		if *vm.Look(x, &s.Disk) != *vm.Look(x, &s.Truth) {
			bug(x, Content, l.page, "reclaim of a page that was not written")
		}
	case shrFlag:
		pg.Flags.Clear(x, swapCache)
	case shrNull:
		vm.Store(x, &pg.Mapping, none)
	case shrXAUnlock, shrCannot:
		return s.XA.UnlockIRQ(x)
	case shrClear, shrQuiet:
		return pg.Lock.Unlock(x)
	case shrUnlock:
		return s.unlock(x, l.page)
	case shrFree:
		s.disown(x, l.page, byCache)
		s.disown(x, l.page, byIsolate)
		pg.Flags &^= waiters
		s.release(x, l.page)
	case shrKeep:
		return s.unlock(x, l.page)
	case shrPutback:
		s.putback(x, l.page, byIsolate)
	case shrPut:
		s.gaveUp(x, l.page, "reclaim")
		return s.put(x, l.page, byOther)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
