package migrate

import "github.com/vmrace/vmrace/vm"

// iomap_page_create, fs/iomap.c, of a write: the page gets PG_private, and with
// it a reference. The caller finds and locks the page.
const (
	crtFind = iota
	crtFound
	crtLock
	crtMapping
	crtPrivate
	crtGet
	crtSet
	crtUnlock
	crtPut
)

var createListing = vm.Listing[State, locals]{Name: "iomap_page_create", Source: "fs/iomap.c, 5.0.1", Step: (*State).createPrivate, Lines: []vm.Line{
	crtFind:    {Text: "page = find_get_page(mapping, index);"},
	crtFound:   {Text: "if (!page) return;"},
	crtLock:    {Text: "lock_page(page);", Sleeps: true, Order: vm.Acquire},
	crtMapping: {Text: "if (page->mapping == mapping)"},
	crtPrivate: {Text: "if (!page_has_private(page)) {"},
	crtGet:     {Text: "        get_page(page);", Add: hasRef},
	crtSet:     {Text: "        SetPagePrivate(page); }"},
	crtUnlock:  {Text: "unlock_page(page);"},
	crtPut:     {Text: "put_page(page);"},
}}

func (s *State) createPrivate(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case crtFind:
		return s.CPU[x.CPU].Call(fnFind, locals{})
	case crtFound:
		r := x.Result()
		if r == 0 {
			return vm.Return
		}
		l.page = r - 1
	case crtLock:
		return s.lock(x, l.page)
	case crtMapping:
		return vm.Unless(vm.Load(x, &pg.Mapping) == file, crtUnlock)
	case crtPrivate:
		return vm.Unless(!pg.Flags.Test(x, private), crtUnlock)
	case crtGet:
		s.get(x, l.page, byPrivate)
	case crtSet:
		pg.Flags.Set(x, private)
	case crtUnlock:
		return s.unlock(x, l.page)
	case crtPut:
		return s.put(x, l.page, byOther)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
