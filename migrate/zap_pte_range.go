package migrate

import "github.com/vmrace/vmrace/vm"

// zap_pte_range, mm/memory.c: clears a page table entry, of munmap, exit or
// truncation. The page is put behind the flush, without the page table lock.
const (
	zapLock = iota
	zapClear
	zapPresent
	zapDirty
	zapRmap
	zapSwap
	zapUnlock
	zapPut
)

var zapListing = vm.Listing[State, locals]{Name: "zap_pte_range", Source: "mm/memory.c, 5.0.1", Step: (*State).zapPteRange, Lines: []vm.Line{
	zapLock:    {Text: "spin_lock(ptl);", Order: vm.Acquire},
	zapClear:   {Text: "ptent = ptep_get_and_clear_full(mm, addr, pte);", Order: vm.Full},
	zapPresent: {Text: "if (pte_present(ptent)) {"},
	zapDirty:   {Text: "        if (pte_dirty(ptent)) set_page_dirty(page);", Order: vm.Full},
	zapRmap:    {Text: "        page_remove_rmap(page); }", Order: vm.Full},
	zapSwap:    {Text: "else if (!non_swap_entry(entry)) free_swap_and_cache(entry);"},
	zapUnlock:  {Text: "spin_unlock(ptl);", Order: vm.Release},
	zapPut:     {Text: "if (page) put_page(page); /* tlb_flush_mmu_free */"},
}}

func (s *State) zapPteRange(x *vm.Exec, l *locals) vm.Next {
	e := pte(l.n)
	switch x.Line {
	case zapLock:
		return s.PTL.Lock(x)
	case zapClear:
		l.n = uint8(vm.Load(x, &s.PTE[l.i]))
		vm.Store(x, &s.PTE[l.i], 0)
	case zapPresent:
		return vm.Unless(e.kind() == ptePresent, zapSwap)
	case zapDirty:
		if e&pteDirty != 0 {
			s.Page[e.page()].Flags.Set(x, dirty)
		}
	case zapRmap:
		s.unmapped(x, e.page())
		return vm.Goto(zapUnlock)
	case zapSwap:
		if e.kind() == pteSwap {
			vm.Store(x, &s.SwapMap, vm.Load(x, &s.SwapMap)-1)
		}
	case zapUnlock:
		return s.PTL.Unlock(x)
	case zapPut:
		if e.kind() == ptePresent {
			return s.put(x, e.page(), byOther)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
