package migrate

import "github.com/vmrace/vmrace/vm"

// try_to_unmap, mm/rmap.c: takes the page out of every page table entry that
// maps it, each under the page table lock. Migration leaves migration entries
// behind; reclaim leaves swap entries, or nothing for a page of a file.
const (
	unmLock = iota
	unmMaps
	unmClear
	unmDirty
	unmSwap
	unmSet
	unmRmap
	unmPut
	unmUnlock
	unmNext
)

var unmapListing = vm.Listing[State, locals]{Name: "try_to_unmap", Source: "mm/rmap.c, 5.0.1", Step: (*State).tryToUnmap, Lines: []vm.Line{
	unmLock:   {Text: "spin_lock(ptl);", Order: vm.Acquire},
	unmMaps:   {Text: "if (pte_page(*pte) == page) {"},
	unmClear:  {Text: "        pteval = ptep_clear_flush(vma, address, pte);", Order: vm.Full},
	unmDirty:  {Text: "        if (pte_dirty(pteval)) set_page_dirty(page);", Order: vm.Full},
	unmSwap:   {Text: "        if (PageAnon(page)) swap_duplicate(entry);"},
	unmSet:    {Text: "        set_pte_at(mm, address, pte, swp_pte);"},
	unmRmap:   {Text: "        page_remove_rmap(page);", Order: vm.Full},
	unmPut:    {Text: "        put_page(page); }"},
	unmUnlock: {Text: "spin_unlock(ptl);", Order: vm.Release},
	unmNext:   {Text: "cond_resched(); /* rmap_walk: next page table entry */", Sleeps: true},
}}

func (s *State) tryToUnmap(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case unmLock:
		return s.PTL.Lock(x)
	case unmMaps:
		e := vm.Load(x, &s.PTE[l.i])
		return vm.Unless(e.maps(l.page), unmUnlock)
	case unmClear:
		l.new = uint8(vm.Load(x, &s.PTE[l.i]))
		vm.Store(x, &s.PTE[l.i], 0)
	case unmDirty:
		if pte(l.new)&pteDirty != 0 {
			pg.Flags.Set(x, dirty)
		}
	case unmSwap:
		if pte(l.n) == pteSwap {
			vm.Store(x, &s.SwapMap, vm.Load(x, &s.SwapMap)+1)
		}
	case unmSet:
		switch pte(l.n) {
		case pteMigration:
			vm.Store(x, &s.PTE[l.i], pteMigration|pte(l.page)|pte(l.new)&pteWrite)
		case pteSwap:
			vm.Store(x, &s.PTE[l.i], pteSwap)
		}
	case unmRmap:
		s.unmapped(x, l.page)
	case unmPut:
		return s.put(x, l.page, byOther)
	case unmUnlock:
		return s.PTL.Unlock(x)
	case unmNext:
		l.i++
		l.new = 0
		return vm.Unless(l.i == ptes, unmLock)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// unmapped is page_remove_rmap, atomic_add_negative(-1, &page->_mapcount). Its
// oracle: the page is not mapped.
func (s *State) unmapped(x *vm.Exec, p uint8) {
	m := &s.Page[p].Maps
	if vm.Load(x, m) == 0 {
		bug(x, vm.BadPage, p, "page_remove_rmap of a page that is not mapped")
		return
	}
	vm.Store(x, m, *m-1)
}

// mapped is page_add_rmap, atomic_inc_and_test(&page->_mapcount).
func (s *State) mapped(x *vm.Exec, p uint8) {
	s.alive(x, p, "page_add_rmap")
	vm.Store(x, &s.Page[p].Maps, vm.Load(x, &s.Page[p].Maps)+1)
}
