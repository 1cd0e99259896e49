package swapoff

import "github.com/vmrace/vmrace/vm"

// unuse_process, or unuse_mm with Sarcar's patch, mm/swapfile.c, with unuse_vma
// to unuse_pte: replaces each entry of an address space that holds the handle by
// the page. It finds the entries by the list of vmas, and sets one before the
// page has the reference that the entry stands for.
const (
	unuDown = iota
	unuPtl
	unuFirst
	unuRead
	unuSkip
	unuDirty
	unuSet
	unuSetClean
	unuFree
	unuGet
	unuNext
	unuPtlEnd
	unuUp
)

var unuseListing = vm.Listing[State, locals]{Name: "unuse_process", Source: "mm/swapfile.c", Step: (*State).unuse, Lines: []vm.Line{
	unuDown:     {Text: "down(&mm->mmap_sem);", Add: H6, Sleeps: true},
	unuPtl:      {Text: "spin_lock(&mm->page_table_lock);", Add: Ptl | Hugh},
	unuFirst:    {Text: "for (vma = mm->mmap; vma; vma = vma->vm_next) {"},
	unuRead:     {Text: "        pte = *dir; /* unuse_pte */"},
	unuSkip:     {Text: "        if (pte_page(pte) == page) continue;", Add: Hugh},
	unuDirty:    {Text: "        if (pte_page(pte) == page) { set_pte(dir, pte_mkdirty(pte)); continue; }", Del: Hugh},
	unuSet:      {Text: "        set_pte(dir, pte_mkdirty(mk_pte(page, vma->vm_page_prot)));", Del: Hugh},
	unuSetClean: {Text: "        set_pte(dir, pte_mkold(mk_pte(page, vma->vm_page_prot)));", Add: Hugh},
	unuFree:     {Text: "        swap_free(entry);"},
	unuGet:      {Text: "        get_page(page);"},
	unuNext:     {Text: "}"},
	unuPtlEnd:   {Text: "spin_unlock(&mm->page_table_lock);", Add: Ptl | Hugh},
	unuUp:       {Text: "up(&mm->mmap_sem);", Add: H6},
}}

func (s *State) unuse(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case unuDown:
		s.useMm(x, l.mm)
		return m.Sem.Down(x, &s.BKL)
	case unuPtl:
		s.useMm(x, l.mm)
		return m.Ptl.Lock(x)
	case unuFirst:
		s.useMm(x, l.mm)
		v, ok := m.firstVma(x)
		l.addr = v
		return vm.Unless(ok, unuPtlEnd)
	case unuRead:
		if vm.Load(x, &m.Flags).Has(cleared) {
			x.Bug(vm.UseAfterFree, int(l.mm), "page table")
		}
		l.pte = vm.Load(x, &m.PTE[l.addr])
		switch {
		case l.pte == swapped(l.entry):
			return vm.Goto(unuSet)
		case !l.pte.present() || l.pte.page() != l.page:
			return vm.Goto(unuNext)
		}
	case unuSkip:
		return vm.Goto(unuNext)
	case unuDirty:
		unchanged(x, m.PTE[l.addr], l.pte, "unuse_pte")
		vm.Store(x, &m.PTE[l.addr], l.pte|dirtyPte)
		return vm.Goto(unuNext)
	case unuSet:
		unchanged(x, m.PTE[l.addr], l.pte, "unuse_pte")
		vm.Store(x, &m.PTE[l.addr], mapped(l.page)|dirtyPte)
	case unuSetClean:
		vm.Store(x, &m.PTE[l.addr], mapped(l.page)&^young)
	case unuFree:
		s.swapFree(x, l.entry)
	case unuGet:
		s.getPage(x, l.page)
	case unuNext:
		l.pte = 0
		v, ok := m.nextVma(x, l.addr)
		l.addr = v
		if ok {
			return vm.Goto(unuRead)
		}
	case unuPtlEnd:
		return m.Ptl.Unlock(x)
	case unuUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// noVma is the oracle of a loop that runs on behind the last vma.
func noVma(x *vm.Exec) vm.Next {
	x.Bug(NullDeref, -1, "vma")
	return vm.Return
}

// firstVma is mm->mmap; ok is false if it is NULL.
func (m *mm) firstVma(x *vm.Exec) (v uint8, ok bool) {
	if m.Flags.Test(x, unmapped) {
		return 0, false
	}
	return m.vmaFrom(x, 0)
}

// nextVma is vma->vm_next. Its oracle: the vma has been freed.
func (m *mm) nextVma(x *vm.Exec, v uint8) (n uint8, ok bool) {
	if vm.Load(x, &m.Dead).Has(int(v)) {
		x.Bug(vm.UseAfterFree, int(v), "vm_area_struct")
		return 0, false
	}
	return m.vmaFrom(x, v+1)
}

func (m *mm) vmaFrom(x *vm.Exec, v uint8) (n uint8, ok bool) {
	for set := vm.Load(x, &m.Vmas); v < addrs; v++ {
		if set.Has(int(v)) {
			return v, true
		}
	}
	return 0, false
}
