package objrmap

import "github.com/vmrace/vmrace/vm"

// shrink_list, mm/vmscan.c, for one page that the scan takes off the LRU. Pages
// that are not there are never found.
const (
	slIsolate = iota
	slLockPage
	slAddToSwap
	slUnmap
	slUnmapAnon
	slUnmapObj
	slDelete
	slUnlockPage
	slPutback
	slPut
)

var shrinkListListing = vm.Listing[ReservedState, rsvLocals]{Name: "shrink_list", Source: "mm/vmscan.c", Step: (*ReservedState).shrinkList, Lines: []vm.Line{
	slIsolate:    {Text: "if (TestClearPageLRU(page)) page_cache_get(page); /* under lru_lock */", Del: Walk},
	slLockPage:   {Text: "if (TestSetPageLocked(page)) goto keep;", Del: Walk},
	slAddToSwap:  {Text: "if (page_mapped(page) && PageAnon(page)) add_to_swap(page);", Del: Walk},
	slUnmap:      {Text: "if (page_mapped(page)) try_to_unmap(page);", Del: Walk | ObjRmap},
	slUnmapAnon:  {Text: "if (page_mapped(page) && PageAnon(page)) try_to_unmap(page);", Add: ObjRmap},
	slUnmapObj:   {Text: "if (page_mapped(page) && page->mapping) try_to_unmap_obj(page);", Add: ObjRmap},
	slDelete:     {Text: "if (page_count(page) == 2) __delete_from_swap_cache(page); /* tree_lock */", Del: Walk},
	slUnlockPage: {Text: "unlock_page(page);", Del: Walk},
	slPutback:    {Text: "keep: if (!free) SetPageLRU(page); /* under lru_lock */", Del: Walk},
	slPut:        {Text: "page_cache_release(page);", Del: Walk},
}}

func (s *ReservedState) shrinkList(x *vm.Exec, l *rsvLocals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case slIsolate:
		if !pg.Flags.TestClear(x, pgLRU) {
			return vm.Return
		}
		s.get(x, l.page)
	case slLockPage:
		return vm.Unless(pg.Lock.TryLock(x), slPutback)
	case slAddToSwap:
		if f := vm.Load(x, &pg.Flags); *vm.Look(x, &pg.Map) > 0 && f.Has(pgAnon) && !f.Has(pgSwapCache) {
			pg.Flags.Set(x, pgSwapCache)
			pg.Count.Inc(x)
		}
	case slUnmap:
		if vm.Load(x, &pg.Map) > 0 {
			return s.CPU[x.CPU].Call(fnUnmapOne, rsvLocals{page: l.page})
		}
	case slUnmapAnon:
		if vm.Load(x, &pg.Map) > 0 && vm.Look(x, &pg.Flags).Has(pgAnon) {
			return s.CPU[x.CPU].Call(fnUnmapOne, rsvLocals{page: l.page})
		}
	case slUnmapObj:
		if vm.Load(x, &pg.Map) > 0 && !vm.Look(x, &pg.Flags).Has(pgAnon) {
			return s.CPU[x.CPU].Call(fnUnmapObj, rsvLocals{page: l.page})
		}
	case slDelete:
		if *vm.Look(x, &pg.Map) == 0 && vm.Load(x, &pg.Count) == 2 && pg.Flags.TestClear(x, pgSwapCache) {
			s.put(x, l.page)
		}
	case slUnlockPage:
		return pg.Lock.Unlock(x)
	case slPutback:
		if vm.Load(x, &pg.Count) > 1 {
			pg.Flags.Set(x, pgLRU)
		}
	case slPut:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
