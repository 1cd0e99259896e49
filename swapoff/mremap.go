package swapoff

import "github.com/vmrace/vmrace/vm"

// sys_mremap to move_page_tables, mm/mremap.c, of the page at address 1 to
// address 0: the entry moves before the new vma is on the list, and the old one
// leaves it last.
const (
	mrmDown = iota
	mrmFind
	mrmPtl
	mrmClear
	mrmSet
	mrmPtlEnd
	mrmInsert
	mrmUnlink
	mrmUp
)

var mremapListing = vm.Listing[State, locals]{Name: "sys_mremap", Source: "mm/mremap.c", Step: (*State).mremap, Lines: []vm.Line{
	mrmDown:   {Text: "down(&mm->mmap_sem);", Sleeps: true},
	mrmFind:   {Text: "vma = find_vma(mm, addr);"},
	mrmPtl:    {Text: "spin_lock(&mm->page_table_lock); /* move_one_page */"},
	mrmClear:  {Text: "pte = *src; pte_clear(src);"},
	mrmSet:    {Text: "set_pte(dst, pte);"},
	mrmPtlEnd: {Text: "spin_unlock(&mm->page_table_lock);"},
	mrmInsert: {Text: "insert_vm_struct(mm, new_vma); /* under page_table_lock */"},
	mrmUnlink: {Text: "do_munmap(mm, addr, old_len);"},
	mrmUp:     {Text: "up(&mm->mmap_sem);"},
}}

func (s *State) mremap(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	const from, to = 1, 0
	switch x.Line {
	case mrmDown:
		return m.Sem.Down(x, &s.BKL)
	case mrmFind:
		v := vm.Load(x, &m.Vmas)
		return vm.Unless(v.Has(from) && !v.Has(to), mrmUp)
	case mrmPtl:
		return m.Ptl.Lock(x)
	case mrmClear:
		l.pte = vm.Load(x, &m.PTE[from])
		vm.Store(x, &m.PTE[from], 0)
		vm.Mark(x, &m.Want)
		m.Want[to], m.Want[from] = m.Want[from], 0
	case mrmSet:
		*vm.Mark(x, &m.Flags) |= moved
		vm.Store(x, &m.PTE[to], l.pte)
	case mrmPtlEnd:
		return m.Ptl.Unlock(x)
	case mrmInsert, mrmUnlink:
		if !vm.Look(x, &m.Ptl).Free() {
			return vm.Block
		}
		v := vm.Load(x, &m.Vmas)
		vm.Mark(x, &m.Dead)
		if x.Line == mrmInsert {
			v = v.With(to)
			m.Dead = m.Dead.Without(to)
		} else {
			v = v.Without(from)
			m.Dead = m.Dead.With(from)
		}
		vm.Store(x, &m.Vmas, v)
	case mrmUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// movesAnonymous reports whether the task has mm 0 and the page at address 1 is no
// page of a segment: what becomes of the mapping of a segment that has moved, how it
// faults and that try_to_swap_out may drop it, is not modelled.
func movesAnonymous(s *State, x *vm.Exec, l *locals) bool {
	return owns(0)(s, x, l) && vm.Look(x, &s.Shm).Want == 0
}
