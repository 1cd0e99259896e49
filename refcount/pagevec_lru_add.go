package refcount

import "github.com/vmrace/vmrace/vm"

// __pagevec_lru_add, mm/swap.c: puts the pages of this CPU's pagevec on the
// inactive list and drops the pagevec's references, which may be the last ones.
const (
	addEarly = iota
	addLock
	addSet
	addNext
	addList
	addGet
	addNr
	addUnlock
	addRelease
)

var pagevecLRUAddListing = vm.Listing[State, locals]{Name: "__pagevec_lru_add", Source: "mm/swap.c", Step: (*State).pagevecLRUAdd, Lines: []vm.Line{
	addEarly:   {Text: "if (TestSetPageLRU(page)) BUG();", Add: SetEarly},
	addLock:    {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	addSet:     {Text: "if (TestSetPageLRU(page)) BUG();", Del: SetEarly},
	addNext:    {Text: "page = pvec->pages[i];", Add: SetEarly},
	addList:    {Text: "list_add(&page->lru, &inactive_list);"},
	addGet:     {Text: "page_cache_get(page); /* the LRU's */", Add: LRUOwner},
	addNr:      {Text: "nr_inactive++;"},
	addUnlock:  {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	addRelease: {Text: "pagevec_release(pvec);"},
}}

func (s *State) pagevecLRUAdd(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case addLock:
		return s.LRU.LockIRQ(x)
	case addEarly:
		l.page = l.list.first()
		p = l.page.page()
		l.list = l.list.without(l.page)
		x.BugOn(s.Page[p].Flags.TestSet(x, lru), p, "PageLRU(page) in lru_cache_add")
		if !l.list.empty() {
			return vm.Goto(addEarly)
		}
		l.list = l.pvec
	case addNext:
		l.page = l.list.first()
		l.list = l.list.without(l.page)
	case addSet:
		l.page = l.list.first()
		p = l.page.page()
		l.list = l.list.without(l.page)
		return x.BugOn(s.Page[p].Flags.TestSet(x, lru), p, "PageLRU(page) in __pagevec_lru_add")
	case addList:
		s.lruAdd(x, p)
	case addGet:
		s.get(x, l.page)
	case addNr:
		s.nrAdd(x, p)
		if !l.list.empty() {
			return vm.Goto(addSet)
		}
	case addUnlock:
		return s.unlockLRU(x)
	case addRelease:
		return s.CPU[x.CPU].Call(fnPagevecRelease, locals{pvec: l.pvec})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// drain is lru_add_drain on this CPU: it calls __pagevec_lru_add if there is
// anything to add.
func (s *State) drain(x *vm.Exec) vm.Next {
	v := *vm.Mark(x, &s.Pvec[x.CPU])
	if v.empty() {
		return vm.Fall
	}
	s.Pvec[x.CPU] = 0
	return s.CPU[x.CPU].Call(fnPagevecLRUAdd, locals{list: v, pvec: v})
}
