package lrulock

import "github.com/vmrace/vmrace/vm"

// What mlock, munlock, munmap and faults do to come from a vma to its page, and
// then with the page.

// follow is follow_page: the page that the one page table entry maps.
func (s *MlockState) follow(x *vm.Exec, m *mm) uint8 {
	if pte := vm.Load(x, &m.PTE); pte != 0 {
		return pte - 1
	}
	return noPage
}

// pageOf returns the number of the page that a pointer leads to. Its oracle: the
// pointer is NULL, and the kernel stops here.
func pageOf(x *vm.Exec, pointer uint8) int {
	if pointer == noPage {
		x.BugOn(true, -1, "NULL pointer dereference")
		return 0
	}
	return int(pointer)
}

// page returns the page that a pointer leads to.
func (s *MlockState) page(x *vm.Exec, pointer uint8) *mlockPage { return &s.Page[pageOf(x, pointer)] }

// callOn calls a function on a page.
func (s *MlockState) callOn(x *vm.Exec, f vm.Func, page uint8) vm.Next {
	return s.CPU[x.CPU].Call(f, mlockLocals{page: page})
}

// unlockPTL drops page_table_lock behind a look for the page of a vma. Where none
// was found, the walk goes on at the line behind what it does with one.
func (s *MlockState) unlockPTL(x *vm.Exec, l *mlockLocals, none int) vm.Next {
	s.MM[l.mm].PTL.Unlock(x)
	return vm.Unless(l.page != noPage, none)
}
