package invalidate

import "github.com/vmrace/vmrace/vm"

// References to a page that nobody can foresee: a pagevec on the way to the LRU,
// and get_user_pages.

const (
	draTake = iota
	draPut
)

var lruAddDrainListing = vm.Listing[State, locals]{Name: "lru_add_drain", Source: "mm/swap.c, 2.6.16", Step: (*State).lruAddDrain, Lines: []vm.Line{
	draTake: {Text: "pvec = &__get_cpu_var(lru_add_pvecs);"},
	draPut:  {Text: "release_pages(pvec->pages, pvec->nr, pvec->cold);"},
}}

func (s *State) lruAddDrain(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case draTake:
		// The reference is now the CPU's. Only one CPU drains its own pagevec.
		if l.page = vm.Load(x, &s.Pvec); l.page == 0 {
			return vm.Return
		}
		vm.Store(x, &s.Pvec, 0)
		*vm.Mark(x, &s.pg(x, l.page).Ghost) |= lru
	case draPut:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const (
	gupPTL = iota
	gupFollow
	gupGet
	gupUnlock
	gupUse
	gupPut
)

var getUserPagesListing = vm.Listing[State, locals]{Name: "get_user_pages", Source: "mm/memory.c, 2.6.16", Step: (*State).getUserPages, Lines: []vm.Line{
	gupPTL:    {Text: "ptep = pte_offset_map_lock(mm, pmd, address, &ptl);"},
	gupFollow: {Text: "page = pte_page(*ptep);"},
	gupGet:    {Text: "if (page) get_page(page);"},
	gupUnlock: {Text: "pte_unmap_unlock(ptep, ptl);"},
	gupUse:    {Text: "if (!page) return; /* I/O on the page */", Sleeps: true},
	gupPut:    {Text: "page_cache_release(page);"},
}}

func (s *State) getUserPages(x *vm.Exec, l *locals) vm.Next {
	v := l.how.vma()
	switch x.Line {
	case gupPTL:
		return s.PTL[v].Lock(x)
	case gupFollow:
		l.page = vm.Load(x, &s.PTE[v]).page()
	case gupGet:
		if l.page != 0 {
			s.get(x, l.page)
		}
	case gupUnlock:
		return s.PTL[v].Unlock(x)
	case gupUse:
		if l.page == 0 {
			return vm.Return
		}
	case gupPut:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
