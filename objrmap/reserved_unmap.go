package objrmap

import "github.com/vmrace/vmrace/vm"

// try_to_unmap_one and try_to_unmap_obj_one, mm/rmap.c: both take a page out of
// a page table, the first one by its pte_chain or anon_vma, the second one, which
// only the object rmap has, a page of a file by its mapping. They differ in what
// they ask of the vma.
const (
	roTry = iota
	roPte
	roReserved
	roBug
	roClear
	roRemoveRmap
	roPut
	roUnlock
	roEnd
)

var unmapOneListing = vm.Listing[ReservedState, rsvLocals]{Name: "try_to_unmap_one", Source: "mm/rmap.c", Step: (*ReservedState).unmapOne, Lines: unmapLines(vm.Line{Del: Walk}, TestOne, BugOne)}

var unmapObjListing = vm.Listing[ReservedState, rsvLocals]{Name: "try_to_unmap_obj_one", Source: "mm/rmap.c, -mjb", Step: (*ReservedState).unmapOne, Lines: unmapLines(vm.Line{Add: ObjRmap}, TestObj, BugObj)}

func unmapLines(in vm.Line, test, bug vm.Patch) []vm.Line {
	return []vm.Line{
		roTry:        {Text: "if (!spin_trylock(&mm->page_table_lock)) return SWAP_AGAIN;", Add: in.Add, Del: in.Del},
		roPte:        {Text: "if (pte_pfn(*pte) != page_to_pfn(page)) goto out_unlock;", Add: in.Add, Del: in.Del},
		roReserved:   {Text: "if (vma->vm_flags & VM_RESERVED) goto out_unlock; /* SWAP_FAIL */", Add: test},
		roBug:        {Text: "BUG_ON(vma->vm_flags & VM_RESERVED);", Add: bug},
		roClear:      {Text: "ptep_get_and_clear(pte); if (PageSwapCache(page)) set_pte(entry);", Add: in.Add, Del: in.Del},
		roRemoveRmap: {Text: "page_remove_rmap(page, pte);", Add: in.Add, Del: in.Del},
		roPut:        {Text: "page_cache_release(page);", Add: in.Add, Del: in.Del},
		roUnlock:     {Text: "out_unlock: spin_unlock(&mm->page_table_lock);", Add: in.Add, Del: in.Del},
	}
}

func (s *ReservedState) unmapOne(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case roTry:
		return vm.Unless(s.PTL.TryLock(x), roEnd)
	case roPte:
		return vm.Unless(vm.Load(x, &s.PTE) == pteOf(l.page), roUnlock)
	case roReserved:
		return vm.Unless(!s.VMA.Test(x, vmReserved), roUnlock)
	case roBug:
		return x.BugOn(s.VMA.Test(x, vmReserved), int(l.page), "vma->vm_flags & VM_RESERVED")
	case roClear:
		s.unmapped(x, l.page)
		s.set(x, s.entryOf(x, l.page))
	case roRemoveRmap:
		s.removeRmap(x, l.page)
	case roPut:
		s.put(x, l.page)
	case roUnlock:
		return s.PTL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// entryOf is what stands in the pte of an unmapped page: the swap entry of a page
// in the swap cache; else nothing, and the next fault asks nopage again.
func (s *ReservedState) entryOf(x *vm.Exec, p uint8) rsvPTE {
	if vm.Look(x, &s.Page[p].Flags).Has(pgSwapCache) {
		return swapEntry + pteOf(p)
	}
	return 0
}
