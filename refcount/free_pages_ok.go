package refcount

import "github.com/vmrace/vmrace/vm"

// __free_pages_ok, mm/page_alloc.c, up to 2.5.31: a page that is still on the
// LRU is taken off it by lru_cache_del. The count is not looked at again.
const (
	freeIsLRU = iota
	freeLock
	freeTest
	freeDel
	freeNr
	freeUnlock
	freeFree
)

var freePagesListing = vm.Listing[State, locals]{Name: "__free_pages_ok", Source: "mm/page_alloc.c", Step: (*State).freePagesOK, Lines: []vm.Line{
	freeIsLRU:  {Text: "if (PageLRU(page)) lru_cache_del(page);", Add: ScanLocked | RMap},
	freeLock:   {Text: "        spin_lock(&pagemap_lru_lock);", Add: ScanLocked | RMap},
	freeTest:   {Text: "        if (TestClearPageLRU(page))", Add: ScanLocked | RMap},
	freeDel:    {Text: "                list_del(&page->lru);", Add: ScanLocked | RMap},
	freeNr:     {Text: "                PageActive(page) ? nr_active_pages-- : nr_inactive_pages--;", Add: ScanLocked | RMap},
	freeUnlock: {Text: "        spin_unlock(&pagemap_lru_lock);", Add: ScanLocked | RMap},
	freeFree:   {Text: "list_add(&page->list, &area->free_list);", Add: ScanLocked | RMap},
}}

func (s *State) freePagesOK(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case freeIsLRU:
		return vm.Unless(s.Page[p].Flags.Test(x, lru), freeFree)
	case freeLock:
		return s.LRU.LockIRQ(x)
	case freeTest:
		return vm.Unless(s.Page[p].Flags.TestClear(x, lru), freeUnlock)
	case freeDel:
		s.listDel(x, p)
	case freeNr:
		s.nrDel(x, p)
	case freeUnlock:
		return s.unlockLRU(x)
	case freeFree:
		s.freeUnchecked(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
