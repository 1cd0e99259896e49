package refcount

import "github.com/vmrace/vmrace/vm"

// shrink_cache, mm/vmscan.c, 2.5.31 and the rmap kernels: the scan of 2.4 with
// pte.chain. It drops the LRU lock to wait for a page under writeback, and to give
// an anonymous page a place in swap, each time with a reference. Unmapping and
// freeing are left out.
const (
	rmpLock = iota
	rmpPage
	rmpCount
	rmpWriteback
	rmpGet
	rmpUnlock
	rmpWait
	rmpPut
	rmpRelock
	rmpTryLock
	rmpChainLock
	rmpAnon
	rmpAnonGet
	rmpAnonChainUnlock
	rmpAnonUnlock
	rmpAddSwap
	rmpActLock
	rmpActTest
	rmpActMove
	rmpActNr
	rmpActUnlock
	rmpAnonUnlockPage
	rmpAnonPut
	rmpAnonDone
	rmpSwapCache
	rmpSwapPut
	rmpSwapUnlock
	rmpSwapDone
	rmpChainUnlock
	rmpUnlockPage
	rmpEnd
)

var shrinkCacheRMapListing = vm.Listing[State, locals]{Name: "shrink_cache", Source: "mm/vmscan.c, 2.5.31", Step: (*State).shrinkCacheRMap, Lines: []vm.Line{
	rmpLock:            {Text: "spin_lock(&pagemap_lru_lock);", Add: RMap},
	rmpPage:            {Text: "page = list_entry(inactive_list.prev, struct page, lru);", Add: RMap},
	rmpCount:           {Text: "if (!page_count(page)) continue;", Add: RMap},
	rmpWriteback:       {Text: "if (PageWriteback(page)) {", Add: RMap},
	rmpGet:             {Text: "        page_cache_get(page);", Add: RMap},
	rmpUnlock:          {Text: "        spin_unlock(&pagemap_lru_lock);", Add: RMap},
	rmpWait:            {Text: "        wait_on_page_writeback(page);", Add: RMap, Sleeps: true},
	rmpPut:             {Text: "        page_cache_release(page);", Add: RMap},
	rmpRelock:          {Text: "        spin_lock(&pagemap_lru_lock); continue; }", Add: RMap},
	rmpTryLock:         {Text: "if (TestSetPageLocked(page)) continue;", Add: RMap},
	rmpChainLock:       {Text: "pte_chain_lock(page);", Add: RMap},
	rmpAnon:            {Text: "if (page->pte.chain && !page->mapping && !PagePrivate(page)) {", Add: RMap},
	rmpAnonGet:         {Text: "        page_cache_get(page);", Add: RMap},
	rmpAnonChainUnlock: {Text: "        pte_chain_unlock(page);", Add: RMap},
	rmpAnonUnlock:      {Text: "        spin_unlock(&pagemap_lru_lock);", Add: RMap},
	rmpAddSwap:         {Text: "        if (!add_to_swap(page)) { /* else page_cache_get */", Add: RMap},
	rmpActLock:         {Text: "                spin_lock(&pagemap_lru_lock); /* activate_page */", Add: RMap},
	rmpActTest:         {Text: "                if (PageLRU(page) && !PageActive(page)) {", Add: RMap},
	rmpActMove:         {Text: "                        list_move(&page->lru, &active_list);", Add: RMap},
	rmpActNr:           {Text: "                        SetPageActive(page); nr_active++; nr_inactive--; }", Add: RMap},
	rmpActUnlock:       {Text: "                spin_unlock(&pagemap_lru_lock);", Add: RMap},
	rmpAnonUnlockPage:  {Text: "                unlock_page(page);", Add: RMap},
	rmpAnonPut:         {Text: "                page_cache_release(page);", Add: RMap},
	rmpAnonDone:        {Text: "                goto next; }", Add: RMap},
	rmpSwapCache:       {Text: "        page->mapping = &swapper_space; set_page_dirty(page);", Add: RMap},
	rmpSwapPut:         {Text: "        page_cache_release(page); /* the swap cache holds one */", Add: RMap},
	rmpSwapUnlock:      {Text: "        unlock_page(page);", Add: RMap},
	rmpSwapDone:        {Text: "        goto next; }", Add: RMap},
	rmpChainUnlock:     {Text: "pte_chain_unlock(page);", Add: RMap},
	rmpUnlockPage:      {Text: "unlock_page(page);", Add: RMap},
	rmpEnd:             {Text: "spin_unlock(&pagemap_lru_lock);", Add: RMap},
}}

func (s *State) shrinkCacheRMap(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	pg := &s.Page[p]
	switch x.Line {
	case rmpLock, rmpActLock:
		return s.LRU.Lock(x)
	case rmpRelock:
		if n := s.LRU.Lock(x); n != vm.Fall {
			return n
		}
		return vm.Goto(rmpEnd)
	case rmpPage:
		p, ok := s.Inactive.Tail(x)
		if !ok {
			return vm.Goto(rmpEnd)
		}
		vm.Look(x, &s.Page[p].Life)
		l.page = s.pointer(p)
	case rmpCount:
		return vm.Unless(s.pageCount(x, l.page) != 0, rmpEnd)
	case rmpWriteback:
		return vm.Unless(pg.Flags.Test(x, writeback), rmpTryLock)
	case rmpGet, rmpAnonGet:
		s.get(x, l.page)
	case rmpUnlock, rmpAnonUnlock, rmpActUnlock, rmpEnd:
		return s.unlockLRU(x)
	case rmpWait:
		if pg.Flags.Test(x, writeback) {
			return vm.Block
		}
	case rmpPut, rmpAnonPut, rmpSwapPut:
		return s.CPU[x.CPU].Call(fnPut, locals{page: l.page})
	case rmpTryLock:
		return vm.Unless(pg.Lock.TryLock(x), rmpEnd)
	case rmpChainLock:
		return pg.Bit.Lock(x)
	case rmpAnon:
		return vm.Unless(vm.Load(x, &pg.Chain) != 0 && !pg.Flags.Test(x, mapping|private), rmpChainUnlock)
	case rmpAnonChainUnlock, rmpChainUnlock:
		return pg.Bit.Unlock(x)
	case rmpAddSwap:
		if x.Choose(2) == 0 {
			s.get(x, l.page)
			return vm.Goto(rmpSwapCache)
		}
	case rmpActTest:
		return vm.Unless(pg.Flags.Test(x, lru) && !pg.Flags.Has(active), rmpActUnlock)
	case rmpActMove:
		s.Inactive.Del(x, p)
		s.Active.AddHead(x, p)
	case rmpActNr:
		s.nrTake(x, p)
		pg.Flags.Set(x, active)
		s.nrAdd(x, p)
	case rmpAnonUnlockPage, rmpSwapUnlock, rmpUnlockPage:
		return pg.Lock.Unlock(x)
	case rmpAnonDone, rmpSwapDone:
		return vm.Return
	case rmpSwapCache:
		pg.Flags.Set(x, mapping|swapCache|dirty)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
