package objrmap

import "github.com/vmrace/vmrace/vm"

// do_no_page, mm/memory.c: the driver's nopage hands out a page. A write to a
// private mapping copies it at once, "early COW": the copy is anonymous and goes
// to the LRU, whatever the vma is.
const (
	npDrop = iota
	npNopage
	npEarly
	npAlloc
	npPut
	npLRU
	npLock
	npNone
	npSet
	npAddRmap
	npUnlock
	npReturn
	npRelease
	npUnlockLost
	npEnd
)

var doNoPageListing = vm.Listing[ReservedState, rsvLocals]{Name: "do_no_page", Source: "mm/memory.c", Step: (*ReservedState).doNoPage, Lines: []vm.Line{
	npDrop:       {Text: "spin_unlock(&mm->page_table_lock);"},
	npNopage:     {Text: "new_page = vma->vm_ops->nopage(vma, address, 0);", Sleeps: true},
	npEarly:      {Text: "if (write_access && !(vma->vm_flags & VM_SHARED)) {"},
	npAlloc:      {Text: "        page = alloc_page(GFP_HIGHUSER); copy_user_highpage(page, new_page);", Sleeps: true},
	npPut:        {Text: "        page_cache_release(new_page); new_page = page;"},
	npLRU:        {Text: "        lru_cache_add_active(page); }"},
	npLock:       {Text: "spin_lock(&mm->page_table_lock);"},
	npNone:       {Text: "if (pte_none(*page_table)) {"},
	npSet:        {Text: "        set_pte(page_table, mk_pte(new_page, vma->vm_page_prot));"},
	npAddRmap:    {Text: "        page_add_rmap(new_page, page_table);", Del: Walk},
	npUnlock:     {Text: "        spin_unlock(&mm->page_table_lock);"},
	npReturn:     {Text: "        return VM_FAULT_MINOR; }"},
	npRelease:    {Text: "page_cache_release(new_page);"},
	npUnlockLost: {Text: "spin_unlock(&mm->page_table_lock);"},
}}

func (s *ReservedState) doNoPage(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case npDrop, npUnlockLost:
		return s.PTL.Unlock(x)
	case npUnlock:
		s.touched(x, l.write)
		return s.PTL.Unlock(x)
	case npNopage:
		l.page = device
		s.get(x, device)
	case npEarly:
		return vm.Unless(l.write && !s.VMA.Test(x, vmShared), npLock)
	case npAlloc:
		if l.copy = s.alloc(x); l.copy == noCopy { // VM_FAULT_OOM
			s.put(x, l.page)
			return vm.Return
		}
	case npPut:
		s.put(x, l.page)
		l.page = l.copy
	case npLRU:
		s.Page[l.page].Flags.Set(x, pgLRU)
	case npLock:
		return s.PTL.Lock(x)
	case npNone:
		return vm.Unless(vm.Load(x, &s.PTE) == 0, npRelease)
	case npSet:
		s.set(x, pteOf(l.page))
		if l.write {
			*vm.Mark(x, &s.Page[l.page].Flags) |= pgDirty
		}
	case npAddRmap:
		return s.CPU[x.CPU].Call(fnAddRmap, rsvLocals{page: l.page})
	case npReturn:
		return vm.Return
	case npRelease:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// set is set_pte. Its oracle: page_table_lock is held.
func (s *ReservedState) set(x *vm.Exec, e rsvPTE) {
	vm.Look(x, &s.PTL)
	reservedLaw.Check(x, 0, -1, s.held(x.CPU), true)
	vm.Store(x, &s.PTE, e)
}

// reservedLaw is the contract of the page table: everybody takes page_table_lock.
var reservedLaw = vm.Contracts{Locks: lockNames, Structures: []vm.Contract{
	{Name: "page tables", Writers: []vm.Party{{Who: "faults and reclaim", Hold: vm.Exclusive(ptl)}}},
}}

func (s *ReservedState) held(cpu int) vm.LockSet {
	if s.PTL.HeldBy(cpu) {
		return vm.Exclusive(ptl)
	}
	return 0
}
