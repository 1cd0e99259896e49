package invalidate

import "github.com/vmrace/vmrace/vm"

// page_cache_read, mm/filemap.c: puts a fresh page into the page cache, locked,
// and reads it from the disk, which may fail. It returns 0 or -ENOMEM. The pagevec that the new
// page waits in for the LRU is left out here; some initial states have one.
const (
	pcrAlloc = iota
	pcrLockPage
	pcrLock
	pcrExists
	pcrInsert
	pcrMapping
	pcrGet
	pcrUnlock
	pcrLRU
	pcrRead
	pcrUptodate
	pcrUnlockPage
	pcrPut
	pcrReturn
	pcrLost
	pcrLostPage
	pcrLostPut
)

var pageCacheReadListing = vm.Listing[State, locals]{Name: "page_cache_read", Source: "mm/filemap.c, 2.6.16", Step: (*State).pageCacheRead, Lines: []vm.Line{
	pcrAlloc:      {Text: "page = page_cache_alloc_cold(mapping); if (!page) return -ENOMEM;"},
	pcrLockPage:   {Text: "SetPageLocked(page); /* add_to_page_cache_lru */"},
	pcrLock:       {Text: "write_lock_irq(&mapping->tree_lock);"},
	pcrExists:     {Text: "if (radix_tree_lookup(&mapping->page_tree, offset)) goto exists;"},
	pcrInsert:     {Text: "radix_tree_insert(&mapping->page_tree, offset, page);"},
	pcrMapping:    {Text: "page->mapping = mapping;"},
	pcrGet:        {Text: "page_cache_get(page);"},
	pcrUnlock:     {Text: "write_unlock_irq(&mapping->tree_lock);"},
	pcrLRU:        {Text: "lru_cache_add(page);"},
	pcrRead:       {Text: "mapping->a_ops->readpage(file, page); /* outcome 1: an I/O error */"},
	pcrUptodate:   {Text: "if (!error) SetPageUptodate(page); /* end of I/O */"},
	pcrUnlockPage: {Text: "unlock_page(page);"},
	pcrPut:        {Text: "page_cache_release(page);"},
	pcrReturn:     {Text: "return 0;"},
	pcrLost:       {Text: "exists: write_unlock_irq(&mapping->tree_lock);"},
	pcrLostPage:   {Text: "ClearPageLocked(page);"},
	pcrLostPut:    {Text: "page_cache_release(page); return 0;"},
}}

// noMemory is what page_cache_read returns if no page is left.
const noMemory = 1

func (s *State) pageCacheRead(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case pcrAlloc:
		if l.page = s.alloc(x); l.page == 0 {
			return x.Return(noMemory)
		}
	case pcrLockPage:
		s.pg(x, l.page).Lock.TryLock(x)
	case pcrLock:
		return s.TreeLock.WriteLockIRQ(x)
	case pcrExists:
		return vm.Unless(vm.Load(x, &s.Tree) == 0, pcrLost)
	case pcrInsert:
		s.mayWriteTree(x)
		if *vm.Look(x, &s.Tree) != 0 {
			x.Bug(vm.ListCorruption, l.page.page(), "radix_tree_insert over another page")
		}
		vm.Store(x, &s.Tree, l.page)
	case pcrMapping:
		s.pg(x, l.page).Flags.Set(x, mapping)
	case pcrGet:
		s.get(x, l.page)
	case pcrUnlock, pcrLost:
		return s.TreeLock.WriteUnlockIRQ(x)
	case pcrLRU:
		*vm.Mark(x, &s.pg(x, l.page).Ghost) |= lru
	case pcrRead:
		if x.Choose(2) == 1 {
			l.how |= failed
		} else {
			s.readpage(x, l.page)
		}
	case pcrUptodate:
		if !l.how.has(failed) {
			s.pg(x, l.page).Flags.Set(x, uptodate)
		}
	case pcrUnlockPage, pcrLostPage:
		return s.pg(x, l.page).Lock.Unlock(x)
	case pcrPut:
		s.put(x, l.page)
	case pcrReturn:
		return vm.Return
	case pcrLostPut:
		s.put(x, l.page)
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
