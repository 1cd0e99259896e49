package swapoff

import "github.com/vmrace/vmrace/vm"

// exit_mmap, mm/mmap.c: empties an address space that has no user any more, or
// whose only user execs. It may sleep between two vmas.
const (
	xmpHead = iota
	xmpDown
	xmpLateHead
	xmpUnmap
	xmpVma
	xmpClose
	xmpZap
	xmpFreeVma
	xmpUsers
	xmpGone
	xmpUp
	xmpClear
)

var exitMmapListing = vm.Listing[State, locals]{Name: "exit_mmap", Source: "mm/mmap.c", Step: (*State).exitMmap, Lines: []vm.Line{
	xmpHead:     {Text: "mpnt = mm->mmap;", Del: LateHead},
	xmpDown:     {Text: "down(&mm->mmap_sem);", Add: H3, Sleeps: true},
	xmpLateHead: {Text: "mpnt = mm->mmap; /* under mmap_sem */", Add: LateHead},
	xmpUnmap:    {Text: "mm->mmap = NULL; /* under page_table_lock */"},
	xmpVma:      {Text: "while (mpnt) {"},
	xmpClose:    {Text: "        mpnt->vm_ops->close(mpnt); fput(mpnt->vm_file);", Sleeps: true},
	xmpZap:      {Text: "        zap_page_range(mm, start, size);"},
	xmpFreeVma:  {Text: "        kmem_cache_free(vm_area_cachep, mpnt); mpnt = next; }"},
	xmpUsers:    {Text: "if (atomic_read(&mm->mm_users) == 0)", Add: H4},
	xmpGone:     {Text: "        mm->def_flags |= MM_GONE; /* mark_nonholdable */", Add: H4},
	xmpUp:       {Text: "up(&mm->mmap_sem);", Add: H3},
	xmpClear:    {Text: "clear_page_tables(mm, FIRST_USER_PGD_NR, USER_PTRS_PER_PGD);"},
}}

// exitMmap keeps the chain of vmas that it has read in l.aux.
func (s *State) exitMmap(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none {
		return noMm(x)
	}
	if l.aux == 0 && xmpVma < x.Line && x.Line <= xmpFreeVma {
		return noVma(x)
	}
	m := &s.Mm[l.mm]
	switch x.Line {
	case xmpHead, xmpLateHead:
		s.useMm(x, l.mm)
		l.aux = uint8(vm.Load(x, &m.Vmas))
	case xmpDown:
		s.useMm(x, l.mm)
		return m.Sem.Down(x, &s.BKL)
	case xmpUnmap:
		if !vm.Look(x, &m.Ptl).Free() {
			return vm.Block
		}
		s.useMm(x, l.mm)
		for t := range s.Task {
			if t != x.CPU && s.Task[t] == mmPtr(l.mm+1) {
				x.Bug(Emptied, int(l.mm), "")
			}
		}
		m.Flags.Set(x, unmapped)
	case xmpVma:
		if l.aux == 0 {
			return vm.Goto(xmpUsers)
		}
		l.addr = uint8(vm.Set(l.aux).First())
	case xmpClose:
		return s.BKL.MaySleep(x)
	case xmpZap:
		return s.CPU[x.CPU].Call(fnZap, locals{mm: l.mm, addr: l.addr})
	case xmpFreeVma:
		vm.Store(x, &m.Dead, m.Dead.With(int(l.addr)))
		l.aux = uint8(vm.Set(l.aux).Without(int(l.addr)))
		return vm.Goto(xmpVma)
	case xmpUsers:
		return vm.Unless(m.Users.Read(x) == 0, xmpUp)
	case xmpGone:
		m.Flags.Set(x, gone)
	case xmpUp:
		return m.Sem.Up(x)
	case xmpClear:
		m.Flags.Set(x, cleared)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
