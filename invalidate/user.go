package invalidate

import "github.com/vmrace/vmrace/vm"

// What the user does with a page that is mapped. If it is not, the operation
// does nothing: the fault is an operation of its own.

const loadLine = 0

var loadListing = vm.Listing[State, locals]{Name: "user load", Source: "the program", Step: (*State).load, Lines: []vm.Line{
	loadLine: {Text: "x = *p;"},
}}

// load reads through the page table entry. Its oracle: an invalidation has
// promised newer data. A private copy and a driver's page may be of any age.
func (s *State) load(x *vm.Exec, l *locals) vm.Next {
	if x.Line != loadLine {
		panic(x.Lost())
	}
	h := vm.Load(x, &s.PTE[l.how.vma()]).page()
	if h == 0 {
		return vm.Fall
	}
	p := s.pg(x, h)
	vm.Look(x, p)
	if !p.Flags.Has(anon) && !p.Ghost.Has(driver) && vm.Load(x, &p.Data) < *vm.Look(x, &s.Floor) {
		x.Bug(Stale, h.page(), "load")
	}
	return vm.Fall
}

const storeLine = 0

var storeListing = vm.Listing[State, locals]{Name: "user store", Source: "the program", Step: (*State).store, Lines: []vm.Line{
	storeLine: {Text: "*p = x;"},
}}

// store writes through a writable page table entry. Its oracle: the page is in
// no page cache, and so the store cannot come to the disk.
func (s *State) store(x *vm.Exec, l *locals) vm.Next {
	if x.Line != storeLine {
		panic(x.Lost())
	}
	v := l.how.vma()
	e := vm.Load(x, &s.PTE[v])
	if e&pteWrite == 0 {
		return vm.Fall
	}
	vm.Store(x, &s.PTE[v], e|pteDirty)
	p := s.pg(x, e.page())
	vm.Mark(x, &p.Ghost)
	if vm.Look(x, &p.Flags).Has(anon) || p.Ghost.Has(driver) {
		return vm.Fall
	}
	if *vm.Look(x, &s.Tree) != e.page() {
		x.Bug(LostStore, e.page().page(), "the page has no mapping")
	}
	p.Ghost |= unsaved
	return vm.Fall
}
