package objrmap

import "github.com/vmrace/vmrace/vm"

// page_check_address, mm/rmap.c, with vma_address: reclaim computes where a page
// is mapped from two words of the vma, and looks whether it is. Before 2.6.7 this
// is try_to_unmap_obj_one of -mjb, with page_table_lock.
const (
	prLock = iota
	prAnonLock
	prPgoff
	prStart
	prCheck
	prClear
	prUnlock
	prAnonUnlock
)

var pageCheckAddressListing = vm.Listing[StackState, stkLocals]{Name: "page_check_address", Source: "mm/rmap.c", Step: (*StackState).unmapStack, Lines: []vm.Line{
	prLock:       {Text: "spin_lock(&mm->page_table_lock);", Del: StackNolock | StackAnon},
	prAnonLock:   {Text: "page_lock_anon_vma(page);", Add: StackAnon},
	prPgoff:      {Text: "vma_address: offset = page->index - vma->vm_pgoff;"},
	prStart:      {Text: "        address = vma->vm_start + (offset << PAGE_SHIFT);"},
	prCheck:      {Text: "if (page_to_pfn(page) != pte_pfn(*pte)) goto out;"},
	prClear:      {Text: "ptep_clear_flush(vma, address, pte);"},
	prUnlock:     {Text: "out: spin_unlock(&mm->page_table_lock);", Del: StackNolock | StackAnon},
	prAnonUnlock: {Text: "out: spin_unlock(&anon_vma->lock);", Add: StackAnon},
}}

func (s *StackState) unmapStack(x *vm.Exec, l *stkLocals) vm.Next {
	switch x.Line {
	case prLock:
		return s.PTL.Lock(x)
	case prAnonLock:
		return s.Anon.Lock(x)
	case prPgoff:
		s.check(x, stkRange, false)
		l.tmp = l.page - vm.Load(x, &s.Pgoff)
	case prStart:
		s.check(x, stkRange, false)
		l.tmp += vm.Load(x, &s.Start)
	case prCheck:
		return vm.Unless(l.tmp == l.page && vm.Load(x, &s.PTE).Has(int(l.page)), prUnlock)
	case prClear:
		if l.tmp != l.page {
			x.Bug(WrongVMA, int(l.page), "reclaim clears the pte of another page")
		}
		vm.Store(x, &s.PTE, s.PTE.Without(int(l.page)))
	case prUnlock:
		return s.PTL.Unlock(x)
	case prAnonUnlock:
		return s.Anon.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
