package refcount

import "github.com/vmrace/vmrace/vm"

// shrink_list, mm/vmscan.c: tries to free the pages of shrink_cache's private
// list; the caller holds a reference to each. It returns those that it freed.
// Writeback is left out: a dirty page is kept.
const (
	lstLockPage = iota
	lstChainLock
	lstAnon
	lstChainUnlock
	lstAddSwap
	lstSwapCache
	lstChainLock2
	lstUnmap
	lstUnmapPut
	lstUnmapNegative
	lstUnmapDrop
	lstChainUnlock2
	lstDirty
	lstMapping
	lstTreeLock
	lstCount
	lstCount3
	lstRemove
	lstTreeUnlock
	lstCachePut
	lstLRUPut
	lstFreedUnlock
	lstNonLRU
	lstNonLRUNegative
	lstNonLRULocked
	lstNonLRUPlain
	lstFree
	lstContinue
	lstActivate
	lstTreeKeep
	lstKeep
)

var shrinkListListing = vm.Listing[State, locals]{Name: "shrink_list", Source: "mm/vmscan.c", Step: (*State).shrinkList, Lines: []vm.Line{
	lstLockPage:       {Text: "if (TestSetPageLocked(page)) goto keep;"},
	lstChainLock:      {Text: "pte_chain_lock(page);"},
	lstAnon:           {Text: "if (page->pte.chain && !page->mapping && !PagePrivate(page)) {"},
	lstChainUnlock:    {Text: "        pte_chain_unlock(page);"},
	lstAddSwap:        {Text: "        if (!add_to_swap(page)) goto activate_locked; /* page_cache_get */"},
	lstSwapCache:      {Text: "        page->mapping = &swapper_space; set_page_dirty(page);"},
	lstChainLock2:     {Text: "        pte_chain_lock(page); }"},
	lstUnmap:          {Text: "if (page->pte.chain) try_to_unmap(page);"},
	lstUnmapPut:       {Text: "        page_cache_release(page); /* try_to_unmap_one */", Del: Skewed | Leave | DropPeek | DropLock | LockFirst},
	lstUnmapNegative:  {Text: "        if (atomic_add_negative(-1, &page->count)) /* try_to_unmap_one */", Add: Skewed},
	lstUnmapDrop:      {Text: "        page_cache_release(page); /* try_to_unmap_one: never the last */", Add: Leave | DropPeek | DropLock | LockFirst},
	lstChainUnlock2:   {Text: "pte_chain_unlock(page);"},
	lstDirty:          {Text: "if (PageDirty(page)) goto keep_locked;"},
	lstMapping:        {Text: "if (!page->mapping) goto keep_locked;"},
	lstTreeLock:       {Text: "write_lock(&mapping->page_lock);"},
	lstCount:          {Text: "if (page_count(page) != 2) goto keep_locked;", Del: LRUOwner},
	lstCount3:         {Text: "if (page_count(page) != LRU_PLUS_CACHE + 1) goto keep_locked;", Add: LRUOwner},
	lstRemove:         {Text: "__remove_from_page_cache(page);"},
	lstTreeUnlock:     {Text: "write_unlock(&mapping->page_lock);"},
	lstCachePut:       {Text: "__put_page(page); /* the page cache's */"},
	lstLRUPut:         {Text: "__put_page(page); /* the LRU's */", Add: LRUOwner},
	lstFreedUnlock:    {Text: "unlock_page(page);"},
	lstNonLRU:         {Text: "if (put_page_testzero(page)) /* __pagevec_release_nonlru */", Del: Skewed | VecLockFirst | PlainNonLRU},
	lstNonLRUNegative: {Text: "if (atomic_add_negative(-1, &page->count)) /* __pagevec_release_nonlru */", Add: Skewed},
	lstNonLRULocked:   {Text: "__pagevec_release(&freed_pvec);", Add: VecLockFirst, Del: PlainNonLRU},
	lstNonLRUPlain:    {Text: "put_page_testzero(page); /* reclaim will find it */", Add: PlainNonLRU},
	lstFree:           {Text: "        __free_pages_ok(page, 0);", Del: VecLockFirst | PlainNonLRU},
	lstContinue:       {Text: "continue;"},
	lstActivate:       {Text: "activate_locked: SetPageActive(page);"},
	lstTreeKeep:       {Text: "keep: write_unlock(&mapping->page_lock);"},
	lstKeep:           {Text: "keep_locked: unlock_page(page);"},
}}

func (s *State) shrinkList(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page.page()]
	switch x.Line {
	case lstLockPage:
		if l.list.empty() {
			return x.Return(uint8(l.pvec))
		}
		l.page = l.list.first()
		l.list = l.list.without(l.page)
		return vm.Unless(s.Page[l.page.page()].Lock.TryLock(x), lstLockPage)
	case lstChainLock, lstChainLock2:
		return pg.Bit.Lock(x)
	case lstAnon:
		return vm.Unless(vm.Load(x, &pg.Chain) != 0 && !pg.Flags.Test(x, mapping|private), lstUnmap)
	case lstChainUnlock, lstChainUnlock2:
		return pg.Bit.Unlock(x)
	case lstAddSwap:
		if x.Choose(2) == 1 {
			return vm.Goto(lstActivate)
		}
		s.get(x, l.page)
	case lstSwapCache:
		pg.Flags.Set(x, mapping|swapCache|dirty)
	case lstUnmap:
		if vm.Load(x, &pg.Chain) == 0 {
			return vm.Goto(lstChainUnlock2)
		}
		vm.Store(x, &pg.Chain, pg.Chain-1)
	case lstUnmapPut:
		if s.put(x, l.page) {
			return s.CPU[x.CPU].Call(fnRelease, locals{page: l.page})
		}
		return vm.Goto(lstUnmap)
	case lstUnmapNegative:
		if s.putSkewed(x, l.page) {
			return s.CPU[x.CPU].Call(fnRelease, locals{page: l.page})
		}
		return vm.Goto(lstUnmap)
	case lstUnmapDrop:
		s.drop(x, l.page)
		return vm.Goto(lstUnmap)
	case lstDirty:
		return vm.Unless(!pg.Flags.Test(x, dirty), lstKeep)
	case lstMapping:
		return vm.Unless(pg.Flags.Test(x, mapping), lstKeep)
	case lstTreeLock:
		return s.Tree.Lock(x)
	case lstCount:
		return vm.Unless(s.pageCount(x, l.page) == 2, lstTreeKeep)
	case lstCount3:
		return vm.Unless(s.pageCount(x, l.page) == 3, lstTreeKeep)
	case lstRemove:
		s.uncache(x, l.page)
	case lstTreeUnlock, lstTreeKeep:
		return s.Tree.Unlock(x)
	case lstCachePut, lstLRUPut:
		s.putQuiet(x, l.page)
	case lstFreedUnlock:
		l.pvec = l.pvec.add(l.page)
		return pg.Lock.Unlock(x)
	case lstNonLRU:
		return vm.Unless(s.put(x, l.page), lstContinue)
	case lstNonLRUNegative:
		return vm.Unless(s.putSkewed(x, l.page), lstContinue)
	case lstNonLRULocked:
		return s.CPU[x.CPU].Call(fnPagevecRelease, locals{pvec: pagevec(0).add(l.page)})
	case lstNonLRUPlain:
		s.drop(x, l.page)
	case lstFree:
		s.freePages(x, l.page)
	case lstContinue:
		return vm.Goto(lstLockPage)
	case lstActivate:
		pg.Flags.Set(x, active)
		return vm.Goto(lstKeep)
	case lstKeep:
		pg.Lock.Unlock(x)
		return vm.Goto(lstLockPage)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
