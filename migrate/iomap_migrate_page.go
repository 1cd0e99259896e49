package migrate

import "github.com/vmrace/vmrace/vm"

// iomap_migrate_page, fs/iomap.c, behind the move of the mapping: PG_private
// goes to the new page, and so must its reference. buffer_migrate_page does the
// same in another order. Both pages are locked.
const (
	prvClear = iota
	prvBufferPut
	prvGet
	prvPut
	prvSet
)

var privateListing = vm.Listing[State, locals]{Name: "iomap_migrate_page", Source: "fs/iomap.c, 5.0.1", Step: (*State).migratePrivate, Lines: []vm.Line{
	prvClear:     {Text: "ClearPagePrivate(page);", Order: vm.Plain},
	prvBufferPut: {Text: "put_page(page); /* buffer_migrate_page */", Add: Buffers},
	prvGet:       {Text: "get_page(newpage);", Add: IomapRef | Buffers},
	prvPut:       {Text: "put_page(page);", Add: IomapRef},
	prvSet:       {Text: "SetPagePrivate(newpage);"},
}}

func (s *State) migratePrivate(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case prvClear:
		s.Page[l.page].Flags.Clear(x, private)
	case prvGet:
		s.get(x, l.new, byPrivate)
	case prvBufferPut, prvPut:
		return s.put(x, l.page, byPrivate)
	case prvSet:
		s.Page[l.new].Flags.Set(x, private)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
