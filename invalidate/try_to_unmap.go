package invalidate

import "github.com/vmrace/vmrace/vm"

// try_to_unmap, mm/rmap.c: removes every mapping of a locked page. The walk of
// the vmas is under i_mmap_lock.
const (
	ttuLock = iota
	ttuPTL
	ttuPresent
	ttuClear
	ttuDirty
	ttuTag
	ttuTagged
	ttuRmap
	ttuPut
	ttuUnlockPTL
	ttuNext
	ttuUnlock
)

var tryToUnmapListing = vm.Listing[State, locals]{Name: "try_to_unmap", Source: "mm/rmap.c, 2.6.16", Step: (*State).tryToUnmap, Lines: []vm.Line{
	ttuLock:      {Text: "spin_lock(&mapping->i_mmap_lock);", Del: Linux24},
	ttuPTL:       {Text: "spin_lock(ptl); /* page_check_address */", Del: Linux24},
	ttuPresent:   {Text: "if (pte_present(*pte) && page_to_pfn(page) == pte_pfn(*pte)) {", Del: Linux24},
	ttuClear:     {Text: "        pteval = ptep_clear_flush(vma, address, pte);", Del: Linux24},
	ttuDirty:     {Text: "        if (pte_dirty(pteval) && !TestSetPageDirty(page)) { /* set_page_dirty */", Del: Linux24},
	ttuTag:       {Text: "                write_lock_irq(&mapping->tree_lock);", Del: Linux24 | PlainDirty},
	ttuTagged:    {Text: "                radix_tree_tag_set, write_unlock_irq(&mapping->tree_lock); }", Del: Linux24 | PlainDirty},
	ttuRmap:      {Text: "        page_remove_rmap(page);", Del: Linux24},
	ttuPut:       {Text: "        page_cache_release(page); }", Del: Linux24},
	ttuUnlockPTL: {Text: "pte_unmap_unlock(pte, ptl);", Del: Linux24},
	ttuNext:      {Text: "/* the next vma of mapping->i_mmap */", Del: Linux24},
	ttuUnlock:    {Text: "spin_unlock(&mapping->i_mmap_lock);", Del: Linux24},
}}

func (s *State) tryToUnmap(x *vm.Exec, l *locals) vm.Next {
	v := l.how.vma()
	switch x.Line {
	case ttuLock:
		return s.MmapLock.Lock(x)
	case ttuPTL:
		return s.PTL[v].Lock(x)
	case ttuPresent:
		return vm.Unless(vm.Load(x, &s.PTE[v]).page() == l.page, ttuUnlockPTL)
	case ttuClear:
		if s.zap(x, v)&pteDirty != 0 {
			l.how |= wasDirty
		}
	case ttuDirty:
		return vm.Unless(l.how.has(wasDirty) && s.testSetDirty(x, l.page), ttuRmap)
	case ttuTag:
		return s.TreeLock.WriteLockIRQ(x)
	case ttuTagged:
		return s.TreeLock.WriteUnlockIRQ(x)
	case ttuRmap:
		s.rmapRemove(x, l.page)
	case ttuPut:
		s.put(x, l.page)
	case ttuUnlockPTL:
		return s.PTL[v].Unlock(x)
	case ttuNext:
		if v == 0 {
			l.how = vmaB
			return vm.Goto(ttuPTL)
		}
	case ttuUnlock:
		return s.MmapLock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
