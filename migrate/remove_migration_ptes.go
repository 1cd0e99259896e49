package migrate

import "github.com/vmrace/vmrace/vm"

// remove_migration_ptes, mm/migrate.c: puts a page back in place of each of its
// migration entries: the new one, or the old one if the migration failed.
const (
	rmpLock = iota
	rmpEntry
	rmpGet
	rmpSet
	rmpRmap
	rmpUnlock
	rmpNext
)

var remapListing = vm.Listing[State, locals]{Name: "remove_migration_ptes", Source: "mm/migrate.c, 5.0.1", Step: (*State).removeMigrationPtes, Lines: []vm.Line{
	rmpLock:   {Text: "spin_lock(ptl);", Order: vm.Acquire},
	rmpEntry:  {Text: "if (is_migration_entry(*pte) && migration_entry_to_page(*pte) == old) {"},
	rmpGet:    {Text: "        get_page(new);"},
	rmpSet:    {Text: "        set_pte_at(mm, address, pte, mk_pte(new, vma->vm_page_prot));"},
	rmpRmap:   {Text: "        page_add_rmap(new); }", Order: vm.Full},
	rmpUnlock: {Text: "spin_unlock(ptl);", Order: vm.Release},
	rmpNext:   {Text: "/* next page table entry */"},
}}

func (s *State) removeMigrationPtes(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case rmpLock:
		return s.PTL.Lock(x)
	case rmpEntry:
		e := vm.Load(x, &s.PTE[l.i])
		return vm.Unless(e.waits(l.page), rmpUnlock)
	case rmpGet:
		s.get(x, l.new, byOther)
	case rmpSet:
		e := vm.Load(x, &s.PTE[l.i])
		vm.Store(x, &s.PTE[l.i], ptePresent|pte(l.new)|e&pteWrite)
	case rmpRmap:
		s.mapped(x, l.new)
	case rmpUnlock:
		return s.PTL.Unlock(x)
	case rmpNext:
		l.i++
		return vm.Unless(l.i == ptes, rmpLock)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
