package refcount

import "github.com/vmrace/vmrace/vm"

// zap_page_range, mm/memory.c, for one page, with the
// free_page_and_swap_cache of mm/swap_state.c that its mmu_gather comes to: takes
// the page out of the page table, and out of the swap cache if it was the only
// user, and drops the page table's reference.
const (
	zapLock = iota
	zapClear
	zapUnlock
	zapSwapCache
	zapTryLock
	zapTreeLock
	zapCount
	zapCount3
	zapRemove
	zapTreeUnlock
	zapCachePut
	zapTreeKeep
	zapUnlockPage
	zapPut
)

var zapListing = vm.Listing[State, locals]{Name: "zap_page_range", Source: "mm/memory.c", Step: (*State).zapPageRange, Lines: []vm.Line{
	zapLock:       {Text: "pte_chain_lock(page);"},
	zapClear:      {Text: "ptep_get_and_clear(ptep); page_remove_rmap(page, ptep);"},
	zapUnlock:     {Text: "pte_chain_unlock(page);"},
	zapSwapCache:  {Text: "if (PageSwapCache(page) &&"},
	zapTryLock:    {Text: "        !TestSetPageLocked(page)) {"},
	zapTreeLock:   {Text: "        write_lock(&swapper_space.page_lock);"},
	zapCount:      {Text: "        if (page_count(page) == 2 && !PageWriteback(page)) {", Del: LRUOwner},
	zapCount3:     {Text: "        if (page_count(page) == LRU_PLUS_CACHE + 1 && !PageWriteback(page)) {", Add: LRUOwner},
	zapRemove:     {Text: "                __delete_from_swap_cache(page);"},
	zapTreeUnlock: {Text: "                write_unlock(&swapper_space.page_lock);"},
	zapCachePut:   {Text: "                page_cache_release(page); /* the swap cache's */"},
	zapTreeKeep:   {Text: "        } else write_unlock(&swapper_space.page_lock);"},
	zapUnlockPage: {Text: "        unlock_page(page); }"},
	zapPut:        {Text: "page_cache_release(page);"},
}}

func (s *State) zapPageRange(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page.page()]
	switch x.Line {
	case zapLock:
		return pg.Bit.Lock(x)
	case zapClear:
		if vm.Load(x, &pg.Chain) == 0 {
			l.scan = 1 // pte_none
			return vm.Goto(zapUnlock)
		}
		vm.Store(x, &pg.Chain, pg.Chain-1)
		vm.Look(x, &s.Page[l.page.page()].Life)
		l.page = s.pointer(l.page.page())
	case zapUnlock:
		pg.Bit.Unlock(x)
		if l.scan != 0 {
			return vm.Return
		}
	case zapSwapCache:
		return vm.Unless(pg.Flags.Test(x, swapCache), zapPut)
	case zapTryLock:
		return vm.Unless(pg.Lock.TryLock(x), zapPut)
	case zapTreeLock:
		return s.Tree.Lock(x)
	case zapCount:
		return vm.Unless(s.pageCount(x, l.page) == 2 && *vm.Look(x, &pg.Flags)&(mapping|writeback) == mapping, zapTreeKeep)
	case zapCount3:
		return vm.Unless(s.pageCount(x, l.page) == 3 && *vm.Look(x, &pg.Flags)&(mapping|writeback) == mapping, zapTreeKeep)
	case zapRemove:
		pg.Flags.Clear(x, dirty|mapping|swapCache)
	case zapTreeUnlock:
		return s.Tree.Unlock(x)
	case zapCachePut:
		s.putQuiet(x, l.page)
		return vm.Goto(zapUnlockPage)
	case zapTreeKeep:
		return s.Tree.Unlock(x)
	case zapUnlockPage:
		return pg.Lock.Unlock(x)
	case zapPut:
		return s.CPU[x.CPU].Call(fnPut, locals{page: l.page})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
