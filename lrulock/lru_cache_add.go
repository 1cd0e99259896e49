package lrulock

import "github.com/vmrace/vmrace/vm"

// lru_cache_add, mm/swap.c, for a new page, and what the kernels with a mlocked
// state do instead for a page of a VM_LOCKED vma: mlock_new_vma_page of 2007,
// lru_cache_add_active_or_unevictable of 2.6.28, mlock_new_page of 5.18.
const (
	laLocked = iota
	laGet
	laVec
	laSetMlock
	laMlockGet
	laOne
	laTestSet
	laNr
	laLock
	laSetUnevictable
	laSetLRU
	laList
	laUnlock
	laSetMlocked
	laNewNr
	laNewGet
	laNewVec
	laNewNow
)

var lruCacheAddListing = vm.Listing[MlockState, mlockLocals]{Name: "lru_cache_add", Source: "mm/swap.c", Step: (*MlockState).lruCacheAdd, Lines: []vm.Line{
	laLocked:         {Text: "if (vma->vm_flags & VM_LOCKED) goto mlocked;", Add: pageLock | Count},
	laGet:            {Text: "page_cache_get(page);"},
	laVec:            {Text: "pagevec_add(&lru_add_pvecs, page);"},
	laSetMlock:       {Text: "SetPageMLock(page);", Add: Piggin},
	laMlockGet:       {Text: "get_page(page);", Add: Piggin},
	laOne:            {Text: "set_page_mlock_count(page, 1);", Add: Piggin},
	laTestSet:        {Text: "if (!TestSetPageMlocked(page))", Add: Unevictable},
	laNr:             {Text: "        inc_zone_page_state(page, NR_MLOCK);", Add: Unevictable},
	laLock:           {Text: "spin_lock_irq(&zone->lru_lock);", Add: Unevictable},
	laSetUnevictable: {Text: "SetPageUnevictable(page);", Add: Unevictable},
	laSetLRU:         {Text: "SetPageLRU(page);", Add: Unevictable},
	laList:           {Text: "add_page_to_lru_list(zone, page, LRU_UNEVICTABLE);", Add: Unevictable},
	laUnlock:         {Text: "spin_unlock_irq(&zone->lru_lock);", Add: Unevictable},
	laSetMlocked:     {Text: "SetPageMlocked(page);", Add: Count},
	laNewNr:          {Text: "__mod_zone_page_state(zone, NR_MLOCK, 1);", Add: Count},
	laNewGet:         {Text: "get_page(page);", Add: Count},
	laNewVec:         {Text: "if (!pagevec_add(pvec, mlock_new(page))) mlock_pagevec(pvec);", Add: Count},
	laNewNow:         {Text: "mlock_pagevec(pvec);", Add: AtOnce},
}}

func (s *MlockState) lruCacheAdd(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case laLocked:
		return vm.Unless(!s.MM[l.mm].VMA.Test(x, vmLocked), laSetMlock)
	case laGet:
		pg.Count.Inc(x)
	case laVec:
		vm.Store(x, &s.Pvec[x.CPU], s.Pvec[x.CPU].With(p))
		return vm.Return
	case laSetMlock, laSetMlocked:
		pg.Flags.Set(x, pgMlocked)
	case laMlockGet, laNewGet:
		pg.Count.Inc(x)
	case laOne:
		pg.Link.SetCount(x, 1, p)
	case laTestSet:
		return vm.Unless(!pg.Flags.TestSet(x, pgMlocked), laLock)
	case laNr, laNewNr:
		vm.Store(x, &s.NrMlock, s.NrMlock+1)
	case laLock:
		return s.LRU.LockIRQ(x)
	case laSetUnevictable:
		pg.Flags.Set(x, pgUnevictable)
	case laSetLRU:
		pg.Flags.Set(x, pgLRU)
	case laList:
		s.zoneAdd(x, &s.Unevictable, p)
	case laUnlock:
		return s.unlockLRU(x)
	case laNewVec:
		if s.vec(x, l.page, vecNew) {
			return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
		}
	case laNewNow:
		return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
