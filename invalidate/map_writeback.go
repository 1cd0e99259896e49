package invalidate

import "github.com/vmrace/vmrace/vm"

// write_cache_pages, mm/page-writeback.c, for one page: clear_page_dirty_for_io
// makes the entries that map the page read-only, so that the next store faults
// and asks ->page_mkwrite again; writepage then uses up the reserved block.
const (
	wrbLock = iota
	wrbMapping
	wrbDirty
	wrbPTL
	wrbClean
	wrbUnlockPTL
	wrbClear
	wrbWrite
	wrbUnlock
)

var mapWritebackListing = vm.Listing[MapState, mapLocals]{Name: "write_cache_pages", Source: "mm/page-writeback.c, 2.6.23", Step: (*MapState).writeback, Lines: []vm.Line{
	wrbLock:      {Text: "lock_page(page);", Sleeps: true},
	wrbMapping:   {Text: "if (page->mapping != mapping) goto unlock;"},
	wrbDirty:     {Text: "if (!PageDirty(page)) goto unlock; /* clear_page_dirty_for_io */"},
	wrbPTL:       {Text: "pte = page_check_address(page, mm, address, &ptl); /* page_mkclean */"},
	wrbClean:     {Text: "entry = pte_wrprotect(pte_mkclean(ptep_clear_flush(vma, address, pte)));"},
	wrbUnlockPTL: {Text: "pte_unmap_unlock(pte, ptl);"},
	wrbClear:     {Text: "TestClearPageDirty(page);"},
	wrbWrite:     {Text: "mapping->a_ops->writepage(page, wbc);"},
	wrbUnlock:    {Text: "unlock: unlock_page(page);"},
}}

func (s *MapState) writeback(x *vm.Exec, l *mapLocals) vm.Next {
	switch x.Line {
	case wrbLock:
		return s.Lock[l.page].Lock(x)
	case wrbMapping:
		return vm.Unless(s.cached(x, l.page), wrbUnlock)
	case wrbDirty:
		return vm.Unless(vm.Load(x, &s.Dirty).Has(int(l.page)), wrbUnlock)
	case wrbPTL:
		return s.PTL.Lock(x)
	case wrbClean:
		vm.Store(x, &s.PTE[l.page], vm.Load(x, &s.PTE[l.page])&mapPresent)
	case wrbUnlockPTL:
		return s.PTL.Unlock(x)
	case wrbClear:
		set(x, &s.Dirty, l.page, false)
	case wrbWrite:
		s.write(x, l.page)
	case wrbUnlock:
		return s.Lock[l.page].Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// write is the I/O: what was stored is on the disk, in the block reserved for it.
func (s *MapState) write(x *vm.Exec, p uint8) {
	set(x, &s.Reserved, p, false)
	unsaved := vm.Mark(x, &s.Unsaved)
	*unsaved = unsaved.Without(int(p))
}
