package refcount

import "github.com/vmrace/vmrace/vm"

// page_cache_release, include/linux/pagemap.h: drops a reference that the caller
// owns. The pages of the model are not reserved.
const (
	putTwo = iota
	putTryLock
	putIsLRU
	putStillTwo
	putClear
	putDel
	putNr
	putLRU
	putUnlock
	putTest
	putNegative
	putFree
	putLeave
	putDrop
	putLocked
)

var putPageListing = vm.Listing[State, locals]{Name: "page_cache_release", Source: "include/linux/pagemap.h", Step: (*State).putPage, Lines: []vm.Line{
	putTwo:      {Text: "if (page_count(page) == 2 &&", Add: LRUOwner},
	putTryLock:  {Text: "        spin_trylock(&pagemap_lru_lock)) {", Add: LRUOwner},
	putIsLRU:    {Text: "        if (PageLRU(page) &&", Add: LRUOwner},
	putStillTwo: {Text: "            page_count(page) == 2) {", Add: LRUOwner},
	putClear:    {Text: "                ClearPageLRU(page);", Add: LRUOwner},
	putDel:      {Text: "                list_del(&page->lru);", Add: LRUOwner},
	putNr:       {Text: "                TestClearPageActive(page) ? nr_active-- : nr_inactive--;", Add: LRUOwner},
	putLRU:      {Text: "                __put_page(page); /* the LRU's */ }", Add: LRUOwner},
	putUnlock:   {Text: "        spin_unlock(&pagemap_lru_lock); }", Add: LRUOwner},
	putTest:     {Text: "if (put_page_testzero(page)) __page_cache_release(page);", Del: Skewed | Leave | DropPeek | DropLock | LockFirst | ScanLocked | RMap},
	putNegative: {Text: "if (atomic_add_negative(-1, &page->count)) __page_cache_release(page);", Add: Skewed},
	putFree:     {Text: "if (put_page_testzero(page)) __free_pages_ok(page, 0);", Add: ScanLocked | RMap},
	putLeave:    {Text: "put_page_testzero(page); /* reclaim will find it */", Add: Leave},
	putDrop:     {Text: "if (put_page_testzero(page)) __page_cache_release(page); /* unless reclaim does */", Add: DropPeek | DropLock},
	putLocked:   {Text: "__page_cache_release(page); /* puts under the lock */", Add: LockFirst},
}}

func (s *State) putPage(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	slow, f := false, fnRelease
	switch x.Line {
	case putTwo:
		return vm.Unless(s.pageCount(x, l.page) == 2, putTest)
	case putTryLock:
		return vm.Unless(s.LRU.TryLock(x), putTest)
	case putIsLRU:
		return vm.Unless(s.Page[p].Flags.Test(x, lru), putUnlock)
	case putStillTwo:
		return vm.Unless(s.pageCount(x, l.page) == 2, putUnlock)
	case putClear:
		s.Page[p].Flags.Clear(x, lru)
	case putDel:
		s.listDel(x, p)
	case putNr:
		s.nrDel(x, p)
	case putLRU:
		s.putQuiet(x, l.page)
	case putUnlock:
		return s.unlockLRU(x)
	case putTest:
		slow = s.put(x, l.page)
	case putNegative:
		slow = s.putSkewed(x, l.page)
	case putFree:
		slow, f = s.put(x, l.page), fnFree
	case putLeave:
		s.drop(x, l.page)
	case putDrop:
		slow = s.drop(x, l.page)
	case putLocked:
		slow = true
	default:
		panic(x.Lost())
	}
	if slow {
		return s.CPU[x.CPU].Call(f, locals{page: l.page})
	}
	return vm.Fall
}
