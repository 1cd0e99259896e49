package migrate

import "github.com/vmrace/vmrace/vm"

// A task loads or stores through a page table entry, again and again until the
// hardware lets it: handle_mm_fault, mm/memory.c, puts things right in between.
// The hardware walks the page table and accesses the page in one step, because
// whoever clears an entry flushes the TLB before he goes on. A fault on an empty
// entry, a read from the swap device and the copy of a shared page are left out:
// the task goes away.
const (
	accAccess = iota
	accFault
	accResult
	accRetry
)

var accessListing = vm.Listing[State, locals]{Name: "handle_mm_fault", Source: "mm/memory.c, 5.0.1", Step: (*State).access, Lines: []vm.Line{
	accAccess: {Text: "(user) access *address"},
	accFault:  {Text: "(fault) entry = *vmf->pte; do_swap_page or do_wp_page"},
	accResult: {Text: "if (ret & VM_FAULT_ERROR) return;"},
	accRetry:  {Text: "(user) retry"},
}}

const userStore = 1 // locals.n of a task that stores

func (s *State) access(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case accAccess:
		e := vm.Load(x, &s.PTE[l.i])
		switch {
		case e.kind() != ptePresent:
		case l.n != userStore:
			s.look(x, e.page())
			return vm.Return
		case e&pteWrite != 0:
			vm.Store(x, &s.PTE[l.i], e|pteDirty)
			s.store(x, e.page())
			return vm.Return
		}
	case accFault:
		e := vm.Load(x, &s.PTE[l.i])
		cpu := &s.CPU[x.CPU]
		switch {
		case e.kind() == pteMigration:
			return cpu.Call(fnWait, locals{i: l.i})
		case e.kind() == pteSwap:
			return cpu.Call(fnSwapIn, locals{i: l.i})
		case e.kind() != ptePresent:
			return vm.Return
		case l.n == userStore && e&pteWrite == 0:
			return cpu.Call(fnCopy, locals{i: l.i})
		}
	case accResult:
		return vm.Unless(x.Result() == 0, accRetry+1)
	case accRetry:
		return vm.Goto(accAccess)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
