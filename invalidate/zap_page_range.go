package invalidate

import "github.com/vmrace/vmrace/vm"

// zap_page_range, mm/memory.c, as munmap and exit call it: it takes a mapping
// away, whatever page it is of.
const (
	zapPTL = iota
	zapPresent
	zapClear
	zapDirty
	zapTag
	zapTagged
	zapRmap
	zapPut
	zapUnlock
)

var zapPageRangeListing = vm.Listing[State, locals]{Name: "zap_page_range", Source: "mm/memory.c, 2.6.16", Step: (*State).zapPageRange, Lines: []vm.Line{
	zapPTL:     {Text: "pte = pte_offset_map_lock(mm, pmd, addr, &ptl);"},
	zapPresent: {Text: "if (pte_present(ptent)) {"},
	zapClear:   {Text: "        ptent = ptep_get_and_clear_full(mm, addr, pte, tlb->fullmm);"},
	zapDirty:   {Text: "        if (pte_dirty(ptent) && !TestSetPageDirty(page)) { /* set_page_dirty */"},
	zapTag:     {Text: "                write_lock_irq(&mapping->tree_lock);", Del: PlainDirty},
	zapTagged:  {Text: "                radix_tree_tag_set, write_unlock_irq(&mapping->tree_lock); }", Del: PlainDirty},
	zapRmap:    {Text: "        page_remove_rmap(page);"},
	zapPut:     {Text: "        tlb_remove_page(tlb, page); }"},
	zapUnlock:  {Text: "pte_unmap_unlock(pte - 1, ptl);"},
}}

func (s *State) zapPageRange(x *vm.Exec, l *locals) vm.Next {
	v := l.how.vma()
	switch x.Line {
	case zapPTL:
		return s.PTL[v].Lock(x)
	case zapPresent:
		l.page = vm.Load(x, &s.PTE[v]).page()
		return vm.Unless(l.page != 0, zapUnlock)
	case zapClear:
		if s.zap(x, v)&pteDirty != 0 {
			l.how |= wasDirty
		}
	case zapDirty:
		return vm.Unless(l.how.has(wasDirty) && s.testSetDirty(x, l.page), zapRmap)
	case zapTag:
		return s.TreeLock.WriteLockIRQ(x)
	case zapTagged:
		return s.TreeLock.WriteUnlockIRQ(x)
	case zapRmap:
		s.rmapRemove(x, l.page)
	case zapPut:
		s.put(x, l.page)
	case zapUnlock:
		return s.PTL[v].Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
