package migrate

import "github.com/vmrace/vmrace/vm"

// generic_file_buffered_read, mm/filemap.c: read(2) of the page. A page that is
// not up to date is under I/O, or a migration has not copied it yet: its lock
// tells when it is.
const (
	rdFind = iota
	rdFound
	rdUptodate
	rdLock
	rdMapping
	rdUnlock
	rdCopy
	rdPut
	rdReturn
	rdGone
	rdGonePut
	rdAgain
)

var readListing = vm.Listing[State, locals]{Name: "generic_file_buffered_read", Source: "mm/filemap.c, 5.0.1", Step: (*State).read, Lines: []vm.Line{
	rdFind:     {Text: "page = find_get_page(mapping, index);"},
	rdFound:    {Text: "if (!page) return;"},
	rdUptodate: {Text: "if (!PageUptodate(page)) {"},
	rdLock:     {Text: "        lock_page_killable(page);", Sleeps: true, Order: vm.Acquire},
	rdMapping:  {Text: "        if (!page->mapping) goto find_page;"},
	rdUnlock:   {Text: "        unlock_page(page); }"},
	rdCopy:     {Text: "copy_page_to_iter(page, offset, nr, iter);"},
	rdPut:      {Text: "put_page(page);"},
	rdReturn:   {Text: "return;"},
	rdGone:     {Text: "unlock_page(page);"},
	rdGonePut:  {Text: "put_page(page);"},
	rdAgain:    {Text: "goto find_page;"},
}}

func (s *State) read(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case rdFind:
		return s.CPU[x.CPU].Call(fnFind, locals{})
	case rdFound:
		r := x.Result()
		if r == 0 {
			return vm.Return
		}
		l.page = r - 1
	case rdUptodate:
		return vm.Unless(!pg.Flags.Test(x, uptodate), rdCopy)
	case rdLock:
		return s.lock(x, l.page)
	case rdMapping:
		return vm.Unless(vm.Load(x, &pg.Mapping) != none, rdGone)
	case rdUnlock, rdGone:
		return s.unlock(x, l.page)
	case rdCopy:
		s.lookAt(x, l.page)
	case rdPut, rdGonePut:
		return s.put(x, l.page, byOther)
	case rdReturn:
		return vm.Return
	case rdAgain:
		l.page = 0
		return vm.Goto(rdFind)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// lookAt is the oracle of a read by somebody who has looked the page up and has
// a reference since: it must have the content, unless the object has no page
// any more.
func (s *State) lookAt(x *vm.Exec, p uint8) {
	s.alive(x, p, "load")
	if *vm.Look(x, &s.Slot) != 0 && vm.Load(x, &s.Page[p].Data) != *vm.Look(x, &s.Truth) {
		bug(x, Content, p, "stale")
	}
}
