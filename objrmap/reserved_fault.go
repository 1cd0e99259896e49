package objrmap

import "github.com/vmrace/vmrace/vm"

// handle_pte_fault, mm/memory.c: a thread reads or writes the page. The functions
// that it calls drop page_table_lock.
const (
	hpLock = iota
	hpEntry
	hpNone
	hpSwap
	hpWrite
	hpUnlock
)

var handlePteFaultListing = vm.Listing[ReservedState, rsvLocals]{Name: "handle_pte_fault", Source: "mm/memory.c", Step: (*ReservedState).handlePteFault, Lines: []vm.Line{
	hpLock:   {Text: "spin_lock(&mm->page_table_lock);"},
	hpEntry:  {Text: "entry = *pte;"},
	hpNone:   {Text: "if (pte_none(entry)) return do_no_page(...);"},
	hpSwap:   {Text: "if (!pte_present(entry)) return do_swap_page(...);"},
	hpWrite:  {Text: "if (write_access && !pte_write(entry)) return do_wp_page(...);"},
	hpUnlock: {Text: "spin_unlock(&mm->page_table_lock);"},
}}

func (s *ReservedState) handlePteFault(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case hpLock:
		return s.PTL.Lock(x)
	case hpEntry:
		l.entry = vm.Load(x, &s.PTE)
		l.copy = 1 // the entry is not yet dealt with
	case hpNone:
		if l.entry != *vm.Look(x, &s.PTE) {
			x.Bug(NotPresent, -1, "a fault acts on something else than the pte")
		}
		if l.entry == 0 {
			l.copy = 0
			return s.CPU[x.CPU].Call(fnNoPage, *l)
		}
	case hpSwap:
		if l.entry.swapped() {
			l.copy = 0
			return s.CPU[x.CPU].Call(fnSwapPage, *l)
		}
	case hpWrite:
		// A private mapping of a page that is no copy is read-only.
		if l.write && l.entry.present() && !vm.Look(x, &s.VMA).Has(vmShared) && !s.anon(x, l.entry) {
			l.copy = 0
			return s.CPU[x.CPU].Call(fnWPPage, rsvLocals{page: l.entry.page(), entry: l.entry, write: true})
		}
	case hpUnlock:
		if l.copy == 0 {
			return vm.Return
		}
		s.touched(x, l.write)
		return s.PTL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// anon reports whether a pte maps a private copy.
func (s *ReservedState) anon(x *vm.Exec, e rsvPTE) bool {
	return vm.Look(x, &s.Page[e.page()].Flags).Has(pgAnon)
}

// touched is the oracle of a fault that is done, with page_table_lock still held:
// there is a page, a private write has made a copy, and a shared mapping is still
// the driver's page.
func (s *ReservedState) touched(x *vm.Exec, write bool) {
	vm.Look(x, &s.PTE)
	switch shared := vm.Look(x, &s.VMA).Has(vmShared); {
	case !s.PTE.present():
		x.Bug(NotPresent, -1, "a fault leaves no page")
	case write && !shared && !s.anon(x, s.PTE):
		x.Bug(NotPresent, int(s.PTE.page()), "a private write has made no copy")
	case shared && s.anon(x, s.PTE):
		x.Bug(NotPresent, int(s.PTE.page()), "a shared mapping is a copy")
	}
}
