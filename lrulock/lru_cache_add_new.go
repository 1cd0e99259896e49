package lrulock

import "github.com/vmrace/vmrace/vm"

// lru_cache_add, mm/swap.c, of a page that was just allocated: the page waits in
// this CPU's pagevec, which is full with two.
const (
	lcAlloc = iota
	lcGet
	lcVec
	lcFull
)

var lruCacheAddNewListing = vm.Listing[PagevecState, pagevecLocals]{Name: "lru_cache_add", Source: "mm/swap.c", Step: (*PagevecState).lruCacheAddNew, Lines: []vm.Line{
	lcAlloc: {Text: "page = alloc_page(GFP_HIGHUSER);"},
	lcGet:   {Text: "page_cache_get(page);"},
	lcVec:   {Text: "pagevec_add(&lru_add_pvecs[cpu], page)"},
	lcFull:  {Text: "if (!pagevec_space(pvec)) __pagevec_lru_add(pvec);"},
}}

func (s *PagevecState) lruCacheAddNew(x *vm.Exec, l *pagevecLocals) vm.Next {
	switch x.Line {
	case lcAlloc:
		for p := range s.Page {
			pg := vm.Look(x, &s.Page[p])
			if pg.Life.Free() > 0 {
				x.BugOn(pg.Flags&(pgLRU|pgActive) != 0, p, "prep_new_page: bad flags")
				pg.Count.Set(x, 1)
				pg.Life.Take(x, p)
				l.page = uint8(p)
				return vm.Fall
			}
		}
		return vm.Return
	case lcGet:
		s.Page[l.page].Count.Inc(x)
	case lcVec:
		v := &s.Pvec[x.CPU]
		if v.Len() == pagevecSize {
			x.Bug(vm.BadPage, int(l.page), "pagevec_add to a full pagevec")
		}
		vm.Store(x, v, v.With(int(l.page)))
		*vm.Mark(x, &s.Page[l.page].Flags) |= pgKnown
		vm.Mark(x, &s.Users).add(int(l.page)) // the caller's reference is now anybody's to drop
	case lcFull:
		if vm.Look(x, &s.Pvec[x.CPU]).Len() == pagevecSize {
			return s.CPU[x.CPU].Call(fnAddDrain, pagevecLocals{})
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
