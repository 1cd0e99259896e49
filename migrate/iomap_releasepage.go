package migrate

import "github.com/vmrace/vmrace/vm"

// iomap_page_release, fs/iomap.c, of a truncation or of reclaim: the page loses
// PG_private, and with it a reference. The page is locked.
const (
	relClear = iota
	relPut
)

var releaseListing = vm.Listing[State, locals]{Name: "iomap_page_release", Source: "fs/iomap.c, 5.0.1", Step: (*State).releasePrivate, Lines: []vm.Line{
	relClear: {Text: "ClearPagePrivate(page);"},
	relPut:   {Text: "put_page(page);", Add: hasRef},
}}

func (s *State) releasePrivate(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case relClear:
		s.Page[l.page].Flags.Clear(x, private)
	case relPut:
		return s.put(x, l.page, byPrivate)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
