package swapoff

import "github.com/vmrace/vmrace/vm"

// exit_mmap, mm/mmap.c: empties an address space that has no user any more, or
// whose only user execs. It may sleep between two vmas.
const (
	xmpDown = iota
	xmpUnmap
	xmpVma
	xmpClose
	xmpZap
	xmpFreeVma
	xmpUsers
	xmpGone
	xmpUp
)

var exitMmapListing = vm.Listing[State, locals]{Name: "exit_mmap", Source: "mm/mmap.c", Step: (*State).exitMmap, Lines: []vm.Line{
	xmpDown:    {Text: "down(&mm->mmap_sem);", Add: H3, Sleeps: true},
	xmpUnmap:   {Text: "mm->mmap = NULL; /* under page_table_lock */"},
	xmpVma:     {Text: "while (mpnt) {"},
	xmpClose:   {Text: "        mpnt->vm_ops->close(mpnt); fput(mpnt->vm_file);", Sleeps: true},
	xmpZap:     {Text: "        zap_page_range(mm, start, size);"},
	xmpFreeVma: {Text: "        kmem_cache_free(vm_area_cachep, mpnt); mpnt = next; }"},
	xmpUsers:   {Text: "if (atomic_read(&mm->mm_users) == 0)", Add: H4},
	xmpGone:    {Text: "        mm->def_flags |= MM_GONE; /* mark_nonholdable */", Add: H4},
	xmpUp:      {Text: "up(&mm->mmap_sem);", Add: H3},
}}

func (s *State) exitMmap(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none {
		return noMm(x)
	}
	if l.addr >= addrs && xmpVma < x.Line && x.Line <= xmpFreeVma {
		return noVma(x)
	}
	m := &s.Mm[l.mm]
	switch x.Line {
	case xmpDown:
		s.useMm(x, l.mm)
		return m.Sem.Down(x, &s.BKL)
	case xmpUnmap:
		if !vm.Look(x, &m.Ptl).Free() {
			return vm.Block
		}
		s.useMm(x, l.mm)
		m.Flags.Set(x, unmapped)
	case xmpVma:
		v, ok := m.vmaFrom(x, l.addr)
		l.addr = v
		return vm.Unless(ok, xmpUsers)
	case xmpClose:
		return s.BKL.MaySleep(x)
	case xmpZap:
		return s.CPU[x.CPU].Call(fnZap, locals{mm: l.mm, addr: l.addr})
	case xmpFreeVma:
		vm.Store(x, &m.Dead, m.Dead.With(int(l.addr)))
		l.addr++
		return vm.Goto(xmpVma)
	case xmpUsers:
		return vm.Unless(m.Users.Read(x) == 0, xmpUp)
	case xmpGone:
		m.Flags.Set(x, gone)
	case xmpUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
