package migrate

import "github.com/vmrace/vmrace/vm"

// follow_page_pte(FOLL_GET), mm/gup.c: an honest holder. It takes a reference
// through a page table entry, keeps it for a while, as a pagevec or a driver
// does, may store into the page, and drops it.
const (
	gupLock = iota
	gupGet
	gupUnlock
	gupStore
	gupDirty
	gupPut
	gupReturn
	gupOut
)

var gupListing = vm.Listing[State, locals]{Name: "follow_page_pte", Source: "mm/gup.c, 5.0.1", Step: (*State).followPage, Lines: []vm.Line{
	gupLock:   {Text: "spin_lock(ptl);", Order: vm.Acquire},
	gupGet:    {Text: "if (pte_present(*ptep)) get_page(page);"},
	gupUnlock: {Text: "spin_unlock(ptl);", Order: vm.Release},
	gupStore:  {Text: "memcpy(page_address(page), buf, len);"},
	gupDirty:  {Text: "set_page_dirty(page);", Order: vm.Full},
	gupPut:    {Text: "put_page(page);"},
	gupReturn: {Text: "return;"},
	gupOut:    {Text: "out: spin_unlock(ptl);", Order: vm.Release},
}}

func (s *State) followPage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case gupLock:
		return s.PTL.Lock(x)
	case gupGet:
		e := vm.Load(x, &s.PTE[l.i])
		if e.kind() != ptePresent || l.n == userStore && e&pteWrite == 0 {
			return vm.Goto(gupOut)
		}
		l.page = e.page()
		s.get(x, l.page, byOther)
	case gupUnlock, gupOut:
		return s.PTL.Unlock(x)
	case gupStore:
		if l.n != userStore {
			return vm.Goto(gupPut)
		}
		s.store(x, l.page)
	case gupDirty:
		s.Page[l.page].Flags.Set(x, dirty)
	case gupPut:
		return s.put(x, l.page, byOther)
	case gupReturn:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
