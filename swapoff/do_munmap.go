package swapoff

import "github.com/vmrace/vmrace/vm"

// do_munmap, mm/mmap.c, of the page at l.addr: the vma leaves the list before
// its page table entries go.
const (
	munDown = iota
	munFind
	munUnlink
	munZap
	munFreeVma
	munUp
)

var munmapListing = vm.Listing[State, locals]{Name: "do_munmap", Source: "mm/mmap.c", Step: (*State).munmap, Lines: []vm.Line{
	munDown:    {Text: "down(&mm->mmap_sem);", Sleeps: true},
	munFind:    {Text: "mpnt = find_vma(mm, addr);"},
	munUnlink:  {Text: "unlink mpnt; /* under page_table_lock */"},
	munZap:     {Text: "zap_page_range(mm, st, size);"},
	munFreeVma: {Text: "kmem_cache_free(vm_area_cachep, mpnt);"},
	munUp:      {Text: "up(&mm->mmap_sem);"},
}}

func (s *State) munmap(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case munDown:
		return m.Sem.Down(x, &s.BKL)
	case munFind:
		return vm.Unless(vm.Load(x, &m.Vmas).Has(int(l.addr)), munUp)
	case munUnlink:
		if !vm.Look(x, &m.Ptl).Free() {
			return vm.Block
		}
		vm.Store(x, &m.Vmas, m.Vmas.Without(int(l.addr)))
	case munZap:
		return s.CPU[x.CPU].Call(fnZap, locals{mm: l.mm, addr: l.addr})
	case munFreeVma:
		vm.Store(x, &m.Dead, m.Dead.With(int(l.addr)))
	case munUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
