package objrmap

import "github.com/vmrace/vmrace/vm"

// do_mlock, mm/mlock.c, with mlock_fixup and make_pages_present, which faults
// the pages in while mmap_sem is held for writing.
const (
	mlDown = iota
	mlFind
	mlLock
	mlFlags
	mlUnlock
	mlTable
	mlEntry
	mlDrop
	mlLockPage
	mlRelock
	mlPte
	mlUnlockTable
	mlUnlockPage
	mlUp
)

var doMlockListing = vm.Listing[VMAState, locals]{Name: "do_mlock", Source: "mm/mlock.c, mm/memory.c", Step: (*VMAState).doMlock, Lines: []vm.Line{
	mlDown:        {Text: "down_write(&current->mm->mmap_sem);", Sleeps: true},
	mlFind:        {Text: "vma = find_vma_prev(current->mm, start, &prev); if (!vma) goto out;"},
	mlLock:        {Text: "mlock_fixup: spin_lock(&mm->page_table_lock);", Del: AnonVMA},
	mlFlags:       {Text: "        vma->vm_flags |= VM_LOCKED;"},
	mlUnlock:      {Text: "        spin_unlock(&mm->page_table_lock);", Del: AnonVMA},
	mlTable:       {Text: "make_pages_present: follow_page: spin_lock(&mm->page_table_lock);"},
	mlEntry:       {Text: "        pte = *ptep;"},
	mlDrop:        {Text: "        spin_unlock(&mm->page_table_lock);"},
	mlLockPage:    {Text: "        do_swap_page: lock_page(page);", Sleeps: true},
	mlRelock:      {Text: "                spin_lock(&mm->page_table_lock);"},
	mlPte:         {Text: "                if (pte_same) set_pte(mk_pte(page, vma->vm_page_prot));"},
	mlUnlockTable: {Text: "                spin_unlock(&mm->page_table_lock);"},
	mlUnlockPage:  {Text: "                unlock_page(page);"},
	mlUp:          {Text: "out: up_write(&current->mm->mmap_sem);"},
}}

func (s *VMAState) doMlock(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case mlDown:
		return m.Sem.DownWrite(x)
	case mlFind:
		s.check(x, l.mm, vmaTree, false)
		vm.Load(x, &m.Mmap)
		s.look(x, l.mm)
		v, ok := s.attachedAt(l.mm, addr(l.page))
		if !ok {
			return vm.Goto(mlUp)
		}
		l.vma = refOf(v)
	case mlLock, mlTable, mlRelock:
		return m.PTL.Lock(x)
	case mlFlags:
		s.check(x, l.mm, vmaFlags, true)
		s.use(x, l.vma, "mlock_fixup").Flags.Set(x, locked)
	case mlEntry:
		s.check(x, l.mm, pageTables, false)
		l.seen = vm.Load(x, &m.Swapped).Has(int(l.page))
	case mlDrop:
		n := m.PTL.Unlock(x)
		if l.seen {
			return n
		}
		s.populate(x, l)
		return vm.Goto(mlUp)
	case mlLockPage:
		return s.Page[l.page].Lock(x)
	case mlPte:
		if vm.Load(x, &m.Swapped).Has(int(l.page)) {
			s.swapIn(x, l)
		}
	case mlUnlock:
		return m.PTL.Unlock(x)
	case mlUnlockTable:
		s.populate(x, l)
		return m.PTL.Unlock(x)
	case mlUnlockPage:
		return s.Page[l.page].Unlock(x)
	case mlUp:
		return m.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// populate is a note for the oracle: from here on the page must stay. Its own
// oracle: the page is there, and VM_LOCKED is set.
func (s *VMAState) populate(x *vm.Exec, l *locals) {
	v := s.use(x, l.vma, "do_mlock")
	vm.Mark(x, &v.Flags)
	vm.Look(x, &s.mm(l.mm).Swapped)
	if !v.Flags.Has(locked) || s.mm(l.mm).Swapped.Has(int(l.page)) {
		x.Bug(NotPresent, -1, "mlock returns too early")
	}
	v.Flags |= populated
}
