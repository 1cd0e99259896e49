package invalidate

import "github.com/vmrace/vmrace/vm"

// unmap_mapping_range, mm/memory.c, with zap_pte_range: raises truncate_count
// and clears the page table entries of both vmas. Unless it was told to zap
// private copies too, it passes over every page whose mapping is not the file's,
// also over one that has lost its mapping.
//
// The lock break in the walk, with its restart address in vm_truncate_count, is
// for the race shared-mapping: the file has one page here. Left out is truncate_count where no fault looks
// at it, from 2.6.23 on. The barriers round it order what is in order here.
const (
	umLock = iota
	umCount
	umSize
	umPTL
	umPresent
	umCheck
	umClear
	umDirty
	umTag
	umTagged
	umRmap
	umPut
	umUnlockPTL
	umNext
	umUnlock
)

var unmapMappingRangeListing = vm.Listing[State, locals]{Name: "unmap_mapping_range", Source: "mm/memory.c, 2.6.16", Step: (*State).unmapMappingRange, Lines: []vm.Line{
	umLock:      {Text: "spin_lock(&mapping->i_mmap_lock);"},
	umCount:     {Text: "mapping->truncate_count++;", Del: Locked},
	umSize:      {Text: "/* reordered: */ i_size_write(inode, offset);", Add: CountFirst},
	umPTL:       {Text: "pte = pte_offset_map_lock(mm, pmd, addr, &ptl);"},
	umPresent:   {Text: "if (pte_present(ptent)) {"},
	umCheck:     {Text: "        if (details->check_mapping && details->check_mapping != page->mapping) continue;"},
	umClear:     {Text: "        ptent = ptep_get_and_clear(mm, addr, pte);"},
	umDirty:     {Text: "        if (pte_dirty(ptent) && !TestSetPageDirty(page)) { /* set_page_dirty */"},
	umTag:       {Text: "                write_lock_irq(&mapping->tree_lock);", Del: PlainDirty},
	umTagged:    {Text: "                radix_tree_tag_set, write_unlock_irq(&mapping->tree_lock); }", Del: PlainDirty},
	umRmap:      {Text: "        page_remove_rmap(page);"},
	umPut:       {Text: "        tlb_remove_page(tlb, page); }"},
	umUnlockPTL: {Text: "pte_unmap_unlock(pte - 1, ptl);"},
	umNext:      {Text: "/* the next vma of mapping->i_mmap */"},
	umUnlock:    {Text: "spin_unlock(&mapping->i_mmap_lock);"},
}}

func (s *State) unmapMappingRange(x *vm.Exec, l *locals) vm.Next {
	v := l.how.vma()
	switch x.Line {
	case umLock:
		return s.MmapLock.Lock(x)
	case umCount:
		vm.Store(x, &s.TruncateCount, vm.Load(x, &s.TruncateCount)+1)
	case umSize:
		vm.Store(x, &s.Size, 0)
	case umPTL:
		return s.PTL[v].Lock(x)
	case umPresent:
		l.page = vm.Load(x, &s.PTE[v]).page()
		return vm.Unless(l.page != 0, umUnlockPTL)
	case umCheck:
		return vm.Unless(l.how.has(evenCows) || s.cached(x, l.page), umUnlockPTL)
	case umClear:
		if s.zap(x, v)&pteDirty != 0 {
			l.how |= wasDirty
		}
		if !l.how.has(evenCows) && vm.Look(x, &s.Page[l.page.page()].Flags).Has(anon) {
			x.Bug(LostStore, l.page.page(), "a private copy")
		}
	case umDirty:
		return vm.Unless(l.how.has(wasDirty) && s.testSetDirty(x, l.page), umRmap)
	case umTag:
		return s.TreeLock.WriteLockIRQ(x)
	case umTagged:
		return s.TreeLock.WriteUnlockIRQ(x)
	case umRmap:
		s.rmapRemove(x, l.page)
	case umPut:
		s.put(x, l.page)
	case umUnlockPTL:
		return s.PTL[v].Unlock(x)
	case umNext:
		if v == 0 {
			l.page, l.how = 0, l.how&evenCows|vmaB
			return vm.Goto(umPTL)
		}
	case umUnlock:
		return s.MmapLock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
