package objrmap

import "github.com/vmrace/vmrace/vm"

// pte_alloc_map, mm/memory.c: hangs a page-table page on the pmd entry if there
// is none. It drops the lock to allocate, and looks again.
const (
	paNone = iota
	paDrop
	paVMADrop
	paAlloc
	paRelock
	paVMARelock
	paUpper
	paAgain
	paPopulate
	paGotoUnlock
	paFree
	paUpperUnlock
	paReturn
)

var pteAllocListing = vm.Listing[TableState, tabLocals]{Name: "pte_alloc_map", Source: "mm/memory.c", Step: (*TableState).pteAlloc, Lines: []vm.Line{
	paNone:        {Text: "if (!pmd_present(*pmd)) {"},
	paDrop:        {Text: "        spin_unlock(&mm->page_table_lock);", Del: PerVMA},
	paVMADrop:     {Text: "        spin_unlock(&vma->page_table_lock);", Add: PerVMA},
	paAlloc:       {Text: "        new = pte_alloc_one(mm, address);", Sleeps: true},
	paRelock:      {Text: "        spin_lock(&mm->page_table_lock);", Del: PerVMA},
	paVMARelock:   {Text: "        spin_lock(&vma->page_table_lock);", Add: PerVMA},
	paUpper:       {Text: "        spin_lock(&mm->page_table_lock);", Add: UpperLock},
	paAgain:       {Text: "        if (!pmd_present(*pmd))"},
	paPopulate:    {Text: "                pmd_populate(mm, pmd, new);"},
	paGotoUnlock:  {Text: "        else"},
	paFree:        {Text: "                pte_free(new);"},
	paUpperUnlock: {Text: "        spin_unlock(&mm->page_table_lock);", Add: UpperLock},
	paReturn:      {Text: "return pte_offset_map(pmd, address);"},
}}

func (s *TableState) pteAlloc(x *vm.Exec, l *tabLocals) vm.Next {
	switch x.Line {
	case paNone:
		return vm.Unless(vm.Load(x, &s.PMD) == 0, paReturn)
	case paDrop, paUpperUnlock:
		return s.PTL.Unlock(x)
	case paVMADrop:
		return s.Lock[l.lock].Unlock(x)
	case paAlloc:
		l.page = s.alloc(x)
	case paRelock, paUpper:
		return s.PTL.Lock(x)
	case paVMARelock:
		return s.Lock[l.lock].Lock(x)
	case paAgain:
		return vm.Unless(vm.Load(x, &s.PMD) == 0, paFree)
	case paPopulate:
		s.use(x, l.page)
		s.check(x, tabPMD)
		vm.Store(x, &s.PMD, l.page)
	case paGotoUnlock:
		return vm.Goto(paUpperUnlock)
	case paFree:
		s.use(x, l.page)
		s.free(x, l.page)
	case paReturn:
		return x.Return(vm.Load(x, &s.PMD))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// alloc takes a page for ptes. Two CPUs never need more than there are.
func (s *TableState) alloc(x *vm.Exec) uint8 {
	for i := range s.Page {
		if p := vm.Mark(x, &s.Page[i]); p.Life.Free() > 0 {
			p.Life.Take(x, i)
			p.PTE = 0
			return uint8(i + 1)
		}
	}
	return 0
}

func (s *TableState) free(x *vm.Exec, page uint8) {
	if page == 0 {
		return
	}
	p := &s.Page[page-1]
	p.Life.Put(x, int(page-1), p.Life.Gen())
}
