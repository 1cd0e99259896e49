package objrmap

import "github.com/vmrace/vmrace/vm"

// page_add_rmap, mm/rmap.c: notes that a pte maps the page.
const (
	arReserved = iota
	arObject
	arAdd
)

var pageAddRmapListing = vm.Listing[ReservedState, rsvLocals]{Name: "page_add_rmap", Source: "mm/rmap.c", Step: (*ReservedState).pageAddRmap, Lines: []vm.Line{
	arReserved: {Text: "if (PageReserved(page)) return;", Del: Walk},
	arObject:   {Text: "if (!PageAnon(page) && !page->mapping) BUG();", Add: ObjRmap},
	arAdd:      {Text: "page->mapcount++; /* or a pte_chain entry */", Del: Walk},
}}

func (s *ReservedState) pageAddRmap(x *vm.Exec, l *rsvLocals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case arReserved:
		if pg.Flags.Test(x, pgReserved) {
			return vm.Return
		}
	case arObject:
		return x.BugOn(vm.Load(x, &pg.Flags)&(pgAnon|pgMapping) == 0, int(l.page), "!page->mapping in page_add_rmap")
	case arAdd:
		vm.Store(x, &pg.Map, pg.Map+1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// removeRmap is page_remove_rmap.
func (s *ReservedState) removeRmap(x *vm.Exec, p uint8) {
	pg := vm.Look(x, &s.Page[p])
	if pg.Flags.Has(pgReserved) {
		return
	}
	if pg.Map == 0 {
		x.Bug(vm.CountBelowZero, int(p), "mapcount")
		return
	}
	vm.Store(x, &pg.Map, pg.Map-1)
}
