package swapoff

import "github.com/vmrace/vmrace/vm"

// vmtruncate, mm/memory.c, of a file of which an address space has a private
// copy of a page: it empties the page table entry from outside, without
// mmap_sem. The kernel lock comes from its callers, sys_truncate among them. The
// task that truncates has mapped the file itself: how i_shared_lock keeps an mm that
// it finds by the file is left out.
const (
	trnKernel = iota
	trnZap
	trnKernelEnd
)

var truncateListing = vm.Listing[State, locals]{Name: "vmtruncate", Source: "mm/memory.c", Step: (*State).truncate, Lines: []vm.Line{
	trnKernel:    {Text: "lock_kernel(); /* sys_truncate */", Del: TruncateFree},
	trnZap:       {Text: "zap_page_range(mm, start, len);"},
	trnKernelEnd: {Text: "unlock_kernel();", Del: TruncateFree},
}}

func (s *State) truncate(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case trnKernel:
		return s.BKL.Lock(x)
	case trnZap:
		return s.CPU[x.CPU].Call(fnZap, locals{mm: l.mm, addr: l.addr})
	case trnKernelEnd:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
}
