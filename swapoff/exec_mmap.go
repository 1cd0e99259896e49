package swapoff

import "github.com/vmrace/vmrace/vm"

// exec_mmap, fs/exec.c: a task that execs empties its address space, or lets go
// of one that it shares. do_execve holds no kernel lock. The new address space
// of the task is left out.
const (
	exeLock = iota
	exeUsers
	exeAlone
	exeAloneEnd
	exeNew
	exePut
	exePutLock
	exePutPin
	exeMmap
	exeUnlist
	exeDrop
	exeUnlock
)

var execListing = vm.Listing[State, locals]{Name: "exec_mmap", Source: "fs/exec.c", Step: (*State).exec, Lines: []vm.Line{
	exeLock:     {Text: "lock_kernel();", Add: ExecBKL},
	exeUsers:    {Text: "if (atomic_read(&old_mm->mm_users) == 1) {"},
	exeAlone:    {Text: "        exit_mmap(old_mm);"},
	exeAloneEnd: {Text: "        return 0; }"},
	exeNew:      {Text: "tsk->mm = mm_alloc();"},
	exePut:      {Text: "if (atomic_dec_and_test(&old_mm->mm_users)) { /* mmput */", Del: Hugh},
	exePutLock:  {Text: "if (atomic_dec_and_lock(&old_mm->mm_users, &mmlist_lock)) { list_del(&old_mm->mmlist);", Add: Hugh, Del: PinUsers},
	exePutPin:   {Text: "if (atomic_dec_and_test(&old_mm->mm_users)) { /* mmput */", Add: PinUsers},
	exeMmap:     {Text: "        exit_mmap(old_mm);"},
	exeUnlist:   {Text: "        list_del(&old_mm->mmlist); /* under mmlist_lock */", Add: PinUsers},
	exeDrop:     {Text: "        mmdrop(old_mm); }"},
	exeUnlock:   {Text: "unlock_kernel();", Add: ExecBKL},
}}

func (s *State) exec(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case exeLock:
		return s.BKL.Lock(x)
	case exeUsers:
		s.useMm(x, l.mm)
		return vm.Unless(s.Mm[l.mm].Users.Read(x) == 1, exeNew)
	case exeAlone, exeMmap:
		return s.CPU[x.CPU].Call(fnExitMmap, locals{mm: l.mm})
	case exeAloneEnd:
		return vm.Goto(exeUnlock)
	case exeNew:
		vm.Store(x, &s.Task[x.CPU], 0)
	case exePut, exePutPin:
		return vm.Unless(s.usersPut(x, l.mm), exeUnlock)
	case exePutLock:
		return s.usersPutLock(x, l.mm, exeUnlock)
	case exeUnlist:
		return s.unlist(x, l.mm)
	case exeDrop:
		return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.mm})
	case exeUnlock:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
