package lrulock

import "github.com/vmrace/vmrace/vm"

// dup_mmap with copy_one_pte, kernel/fork.c and mm/memory.c: the child's vma is
// not VM_LOCKED, but it maps the page. l.mm is the parent, l.other the child, whose
// mmap_sem the parent has in place of the child's not being there yet.
const (
	dmDown = iota
	dmCopy
	dmFlags
	dmPTL
	dmFollow
	dmReserved
	dmGet
	dmSet
	dmUnlockPTL
	dmUpChild
	dmUp
)

var dupMmapListing = vm.Listing[MlockState, mlockLocals]{Name: "dup_mmap", Source: "kernel/fork.c", Step: (*MlockState).dupMmap, Lines: []vm.Line{
	dmDown:      {Text: "down_write(&oldmm->mmap_sem);", Sleeps: true},
	dmCopy:      {Text: "*tmp = *mpnt;"},
	dmFlags:     {Text: "tmp->vm_flags &= ~VM_LOCKED;"},
	dmPTL:       {Text: "spin_lock(&oldmm->page_table_lock);"},
	dmFollow:    {Text: "page = pte_page(*src_pte);"},
	dmReserved:  {Text: "if (PageReserved(page)) goto set;", Add: PGReserved},
	dmGet:       {Text: "get_page(page);"},
	dmSet:       {Text: "set_pte(dst_pte, pte);"},
	dmUnlockPTL: {Text: "spin_unlock(&oldmm->page_table_lock);"},
	dmUpChild:   {Text: "wake_up_forked_process(p);"},
	dmUp:        {Text: "up_write(&oldmm->mmap_sem);"},
}}

func (s *MlockState) dupMmap(x *vm.Exec, l *mlockLocals) vm.Next {
	m, child := &s.MM[l.mm], &s.MM[l.other]
	switch x.Line {
	case dmDown:
		return m.Sem.downWrite(x)
	case dmCopy:
		vm.Store(x, &child.VMA, vm.Load(x, &m.VMA)&(vmThere|vmLocked))
	case dmFlags:
		child.VMA.Clear(x, vmLocked)
	case dmPTL:
		return m.PTL.Lock(x)
	case dmFollow:
		l.page = s.follow(x, m)
		return vm.Unless(l.page != noPage, dmUnlockPTL)
	case dmReserved:
		return vm.Unless(!s.page(x, l.page).Flags.Test(x, pgReserved), dmSet)
	case dmGet:
		s.page(x, l.page).Count.Inc(x)
	case dmSet:
		vm.Store(x, &child.PTE, l.page+1)
	case dmUnlockPTL:
		return m.PTL.Unlock(x)
	case dmUpChild:
		promise(x, !child.VMA.Has(vmLocked), "fork without VM_LOCKED")
		return child.Sem.up(x)
	case dmUp:
		return m.Sem.up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
