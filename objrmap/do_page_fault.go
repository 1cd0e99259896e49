package objrmap

import "github.com/vmrace/vmrace/vm"

// do_page_fault, with handle_mm_fault and do_swap_page of mm/memory.c: a thread
// of the process touches a page. A page that was never there is of no interest.
const (
	pfDown = iota
	pfFind
	pfNone
	pfStart
	pfLock
	pfEntry
	pfDrop
	pfLockPage
	pfRelock
	pfProt
	pfUnlock
	pfUnlockPage
	pfUp
)

var doPageFaultListing = vm.Listing[VMAState, locals]{Name: "do_page_fault", Source: "arch/i386/mm/fault.c, mm/memory.c", Step: (*VMAState).doPageFault, Lines: []vm.Line{
	pfDown:       {Text: "down_read(&mm->mmap_sem);", Sleeps: true},
	pfFind:       {Text: "vma = find_vma(mm, address);"},
	pfNone:       {Text: "if (!vma) goto bad_area;"},
	pfStart:      {Text: "if (vma->vm_start > address) goto bad_area;"},
	pfLock:       {Text: "handle_mm_fault: spin_lock(&mm->page_table_lock);"},
	pfEntry:      {Text: "        entry = *pte;"},
	pfDrop:       {Text: "do_swap_page: spin_unlock(&mm->page_table_lock);"},
	pfLockPage:   {Text: "        lock_page(page);", Sleeps: true},
	pfRelock:     {Text: "        spin_lock(&mm->page_table_lock);"},
	pfProt:       {Text: "        if (pte_same) set_pte(mk_pte(page, vma->vm_page_prot));"},
	pfUnlock:     {Text: "        spin_unlock(&mm->page_table_lock);"},
	pfUnlockPage: {Text: "        unlock_page(page);"},
	pfUp:         {Text: "bad_area: up_read(&mm->mmap_sem);"},
}}

func (s *VMAState) doPageFault(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case pfDown:
		return m.Sem.DownRead(x)
	case pfFind:
		return s.CPU[x.CPU].Call(fnFindVMA, locals{mm: l.mm, page: l.page})
	case pfNone:
		l.vma = ref(x.Result())
		s.innocent(x, l, l.vma != 0)
		return vm.Unless(l.vma != 0, pfUp)
	case pfStart:
		s.check(x, l.mm, vmaRange, false)
		good := vm.Load(x, &s.use(x, l.vma, "in do_page_fault").Start) <= addr(l.page)
		s.innocent(x, l, good)
		return vm.Unless(good, pfUp)
	case pfLock, pfRelock:
		return m.PTL.Lock(x)
	case pfEntry:
		s.check(x, l.mm, pageTables, false)
		l.seen = vm.Load(x, &m.Swapped).Has(int(l.page))
	case pfDrop:
		n := m.PTL.Unlock(x)
		if !l.seen {
			s.faulted(x, l)
			return vm.Goto(pfUp)
		}
		return n
	case pfLockPage:
		return s.Page[l.page].Lock(x)
	case pfProt:
		s.use(x, l.vma, "in do_page_fault")
		if vm.Load(x, &m.Swapped).Has(int(l.page)) {
			s.swapIn(x, l)
		}
	case pfUnlock:
		s.faulted(x, l)
		return m.PTL.Unlock(x)
	case pfUnlockPage:
		return s.Page[l.page].Unlock(x)
	case pfUp:
		return m.Sem.UpRead(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// innocent is the oracle of bad_area: mmap_sem keeps the vmas as they are, so
// that a process which touches a mapped address must not get SIGSEGV.
func (s *VMAState) innocent(x *vm.Exec, l *locals, good bool) {
	s.look(x, l.mm)
	if _, ok := s.attachedAt(l.mm, addr(l.page)); ok && !good {
		x.Bug(Killed, -1, "SIGSEGV at a mapped address")
	}
}

// faulted is the oracle of a fault that succeeds: the address is mapped, and
// there is no swap entry left.
func (s *VMAState) faulted(x *vm.Exec, l *locals) {
	s.look(x, l.mm)
	if _, ok := s.attachedAt(l.mm, addr(l.page)); !ok {
		x.Bug(NotPresent, -1, "a fault in a hole succeeds")
	}
	if s.mm(l.mm).Swapped.Has(int(l.page)) {
		x.Bug(NotPresent, -1, "a fault passes a swap entry by")
	}
}
