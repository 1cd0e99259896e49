package refcount

import "github.com/vmrace/vmrace/vm"

// do_anonymous_page, mm/memory.c: the allocator's next customer. It maps a new
// page whose count is one; lru_cache_add leaves the page in this CPU's pagevec,
// off the LRU, with a reference of the pagevec's own. A pagevec has room for all
// pages of the model.
const (
	anonAlloc = iota
	anonBug
	anonGet
	anonAdd
	anonLock
	anonMap
	anonUnlock
)

var anonListing = vm.Listing[State, locals]{Name: "do_anonymous_page", Source: "mm/memory.c", Step: (*State).doAnonymousPage, Lines: []vm.Line{
	anonAlloc:  {Text: "page = alloc_page(GFP_HIGHUSER);"},
	anonBug:    {Text: "BUG_ON(page_count(page) == 0); /* page_cache_get */", Add: InPlace},
	anonGet:    {Text: "page_cache_get(page); /* lru_cache_add */"},
	anonAdd:    {Text: "pagevec_add(&lru_add_pvecs[cpu], page);"},
	anonLock:   {Text: "pte_chain_lock(page);"},
	anonMap:    {Text: "set_pte(page_table, entry); page_add_rmap(page, page_table);"},
	anonUnlock: {Text: "pte_chain_unlock(page);"},
}}

func (s *State) doAnonymousPage(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case anonAlloc:
		h, ok := s.takePage(x)
		if !ok {
			return vm.Return
		}
		l.page = h
	case anonBug:
		return x.BugOn(s.pageCount(x, l.page) == 0, p, "page_count(page) == 0 in page_cache_get")
	case anonGet:
		s.get(x, l.page)
	case anonAdd:
		vec := vm.Mark(x, &s.Pvec[x.CPU])
		*vec = vec.add(l.page)
	case anonLock:
		return s.Page[p].Bit.Lock(x)
	case anonMap:
		vm.Store(x, &s.Page[p].Chain, s.Page[p].Chain+1)
	case anonUnlock:
		return s.Page[p].Bit.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
