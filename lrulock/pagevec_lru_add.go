package lrulock

import "github.com/vmrace/vmrace/vm"

// __pagevec_lru_add, which lru_add_drain calls for this CPU's pagevec, mm/swap.c:
// the pages go to the inactive list under one hold of the lock, then the
// references of the pagevec go.
const (
	ladTake = iota
	ladPage
	ladEarly
	ladLock
	ladSet
	ladList
	ladNr
	ladOwn
	ladNext
	ladUnlock
	ladRelease
	ladPlain
)

var pagevecLRUAddListing = vm.Listing[PagevecState, pagevecLocals]{Name: "__pagevec_lru_add", Source: "mm/swap.c", Step: (*PagevecState).pagevecLRUAdd, Lines: []vm.Line{
	ladTake:    {Text: "pvec = &lru_add_pvecs[cpu]; if (!pagevec_count(pvec)) return;"},
	ladPage:    {Text: "page = pvec->pages[i];"},
	ladEarly:   {Text: "if (TestSetPageLRU(page)) BUG();", Add: SetEarly},
	ladLock:    {Text: "if (!lock_held) spin_lock_irq(&_pagemap_lru_lock);"},
	ladSet:     {Text: "if (TestSetPageLRU(page)) BUG();", Del: SetEarly},
	ladList:    {Text: "list_add(&page->lru, &inactive_list);"},
	ladNr:      {Text: "nr_inactive++;"},
	ladOwn:     {Text: "page_cache_get(page);", Add: LRUOwner},
	ladNext:    {Text: "while (++i < pagevec_count(pvec));"},
	ladUnlock:  {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	ladRelease: {Text: "pagevec_release(pvec);", Del: PlainVec},
	ladPlain:   {Text: "pagevec_release_plain(pvec);", Add: PlainVec},
}}

func (s *PagevecState) pagevecLRUAdd(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	switch x.Line {
	case ladTake:
		v := &s.Pvec[x.CPU]
		l.pvec = vm.Load(x, v)
		l.list = l.pvec
		vm.Store(x, v, 0)
		if l.pvec == 0 {
			return vm.Return
		}
	case ladPage:
		if l.list == 0 {
			return vm.Goto(ladUnlock)
		}
		l.page = uint8(l.list.First())
		l.list = l.list.Without(int(l.page))
	case ladEarly, ladSet:
		return x.BugOn(pg.Flags.TestSet(x, pgLRU), p, "PageLRU(page) in __pagevec_lru_add")
	case ladLock:
		if l.n != lockHeld {
			return s.hold(x, l)
		}
	case ladList:
		s.listAdd(x, p)
	case ladNr:
		s.nr(x, p, 1)
	case ladOwn:
		pg.Count.Inc(x)
	case ladNext:
		return vm.Goto(ladPage)
	case ladUnlock:
		return s.unlockLRU(x)
	case ladRelease:
		return s.release(x, fnPagevecRelease, l.pvec)
	case ladPlain:
		return s.release(x, fnPlain, l.pvec)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
