package objrmap

import "github.com/vmrace/vmrace/vm"

// vma_merge, mm/mmap.c, 2.6.7: A grows over B. The pte of B is A's from then on,
// and so is the lock that covers it.
const (
	tgDown = iota
	tgAnonLock
	tgMerge
	tgAnonUnlock
	tgUp
)

var tableMergeListing = vm.Listing[TableState, tabLocals]{Name: "vma_merge", Source: "mm/mmap.c", Step: (*TableState).merge, Lines: []vm.Line{
	tgDown:       {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	tgAnonLock:   {Text: "spin_lock(&anon_vma->lock);"},
	tgMerge:      {Text: "prev->vm_end = next->vm_end;"},
	tgAnonUnlock: {Text: "spin_unlock(&anon_vma->lock);"},
	tgUp:         {Text: "up_write(&mm->mmap_sem);"},
}}

func (s *TableState) merge(x *vm.Exec, _ *tabLocals) vm.Next {
	switch x.Line {
	case tgDown:
		return s.Sem.DownWrite(x)
	case tgAnonLock:
		return s.AnonL.Lock(x)
	case tgMerge:
		s.check(x, tabRange)
		vm.Store(x, &s.Taken, s.Taken.With(1))
	case tgAnonUnlock:
		return s.AnonL.Unlock(x)
	case tgUp:
		return s.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
