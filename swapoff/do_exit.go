package swapoff

import "github.com/vmrace/vmrace/vm"

// do_exit to __exit_mm, kernel/exit.c, with mmput, and the mmdrop that the next
// task does in schedule(): a task lets go of its mm. The lazy reference that it
// takes first keeps the mm_struct until then.
const (
	exiLock = iota
	exiLazy
	exiNull
	exiPut
	exiPutLock
	exiPutPin
	exiMmap
	exiUnlist
	exiDrop
	exiUnlock
	exiSchedule
)

var exitListing = vm.Listing[State, locals]{Name: "do_exit", Source: "kernel/exit.c", Step: (*State).exit, Lines: []vm.Line{
	exiLock:     {Text: "lock_kernel();"},
	exiLazy:     {Text: "atomic_inc(&mm->mm_count); /* __exit_mm */"},
	exiNull:     {Text: "tsk->mm = NULL;"},
	exiPut:      {Text: "if (atomic_dec_and_test(&mm->mm_users)) { /* mmput */", Del: Hugh},
	exiPutLock:  {Text: "if (atomic_dec_and_lock(&mm->mm_users, &mmlist_lock)) { list_del(&mm->mmlist);", Add: Hugh, Del: PinUsers},
	exiPutPin:   {Text: "if (atomic_dec_and_test(&mm->mm_users)) { /* mmput */", Add: PinUsers},
	exiMmap:     {Text: "        exit_mmap(mm);"},
	exiUnlist:   {Text: "        list_del(&mm->mmlist); /* under mmlist_lock */", Add: PinUsers},
	exiDrop:     {Text: "        mmdrop(mm); }"},
	exiUnlock:   {Text: "schedule(); /* lets go of the kernel lock */"},
	exiSchedule: {Text: "mmdrop(prev->active_mm); /* the next task, in schedule() */"},
}}

func (s *State) exit(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case exiLock:
		return s.BKL.Lock(x)
	case exiLazy:
		m.Count.Inc(x)
	case exiNull:
		vm.Store(x, &s.Task[x.CPU], 0)
	case exiPut, exiPutPin:
		return vm.Unless(s.usersPut(x, l.mm), exiUnlock)
	case exiPutLock:
		return s.usersPutLock(x, l.mm, exiUnlock)
	case exiMmap:
		return s.CPU[x.CPU].Call(fnExitMmap, locals{mm: l.mm})
	case exiUnlist:
		return s.unlist(x, l.mm)
	case exiDrop, exiSchedule:
		return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.mm})
	case exiUnlock:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// usersPut is the atomic_dec_and_test(&mm->mm_users) of mmput.
func (s *State) usersPut(x *vm.Exec, m uint8) bool {
	s.useMm(x, m)
	return s.Mm[m].Users.DecAndTest(x)
}
