package migrate

import "github.com/vmrace/vmrace/vm"

// find_get_page with page_cache_get_speculative, mm/filemap.c: a lookup without
// a lock. It returns the page plus one, or 0.
const (
	fndLoad = iota
	fndGet
	fndReload
	fndReturn
	fndPut
	fndRepeat
)

var findListing = vm.Listing[State, locals]{Name: "find_get_page", Source: "mm/filemap.c, 5.0.1", Step: (*State).findGetPage, Lines: []vm.Line{
	fndLoad:   {Text: "repeat: page = xas_load(&xas); if (!page) return NULL;"},
	fndGet:    {Text: "if (!page_cache_get_speculative(page)) goto repeat;", Order: vm.Full},
	fndReload: {Text: "if (page == xas_reload(&xas))"},
	fndReturn: {Text: "        return page;"},
	fndPut:    {Text: "put_page(page);"},
	fndRepeat: {Text: "goto repeat;"},
}}

func (s *State) findGetPage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case fndLoad:
		e := vm.Load(x, &s.Slot)
		if e == 0 {
			return x.Return(0)
		}
		l.page = e.page()
	case fndGet:
		return vm.Unless(s.tryGet(x, l.page, byOther), fndLoad)
	case fndReload:
		return vm.Unless(vm.Load(x, &s.Slot) == slotOf(l.page), fndPut)
	case fndReturn:
		return x.Return(l.page + 1)
	case fndPut:
		return s.put(x, l.page, byOther)
	case fndRepeat:
		l.page = 0
		return vm.Goto(fndLoad)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
