package lrulock

import "github.com/vmrace/vmrace/vm"

// do_mlock with mlock_fixup and the walk over the range, mm/mlock.c, for a vma of
// one page. A page that is not there is left to a later fault, which the kernel
// would take here.
const (
	mlDown = iota
	mlTest
	mlFlag
	mlFlagIO
	mlDrain
	mlPTL
	mlFollow
	mlGet
	mlMlockPage
	mlUnlockPTL
	mlReserve
	mlLock
	mlLockForGood
	mlSketch
	mlVMA
	mlUnlock
	mlPut
	mlDrainAgain
	mlNoIO
	mlUp
)

var doMlockListing = vm.Listing[MlockState, mlockLocals]{Name: "do_mlock", Source: "mm/mlock.c", Step: (*MlockState).doMlock, Lines: []vm.Line{
	mlDown:        {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	mlTest:        {Text: "if (!vma || vma->vm_flags & VM_LOCKED) goto out;"},
	mlFlag:        {Text: "vma->vm_flags |= VM_LOCKED;", Del: Count},
	mlFlagIO:      {Text: "WRITE_ONCE(vma->vm_flags, newflags | VM_LOCKED | VM_IO);", Add: Count},
	mlDrain:       {Text: "lru_add_drain();", Add: list3},
	mlPTL:         {Text: "spin_lock(&mm->page_table_lock);"},
	mlFollow:      {Text: "page = follow_page(vma, start);"},
	mlGet:         {Text: "get_page(page);", Add: reference},
	mlMlockPage:   {Text: "mlock_page(page);", Add: Count},
	mlUnlockPTL:   {Text: "spin_unlock(&mm->page_table_lock);"},
	mlReserve:     {Text: "SetPageReserved(page);", Add: PGReserved},
	mlLock:        {Text: "lock_page(page);", Add: pageLock, Sleeps: true},
	mlLockForGood: {Text: "lock_page(page); /* until munlock */", Add: PGLocked, Sleeps: true},
	mlSketch:      {Text: "mlock_page(page);", Add: Sketch},
	mlVMA:         {Text: "mlock_vma_page(page);", Add: pageLock},
	mlUnlock:      {Text: "unlock_page(page);", Add: pageLock},
	mlPut:         {Text: "put_page(page);", Add: reference},
	mlDrainAgain:  {Text: "lru_add_drain();", Add: Count},
	mlNoIO:        {Text: "WRITE_ONCE(vma->vm_flags, newflags & ~VM_IO);", Add: Count},
	mlUp:          {Text: "up_write(&mm->mmap_sem);"},
}}

func (s *MlockState) doMlock(x *vm.Exec, l *mlockLocals) vm.Next {
	m := &s.MM[l.mm]
	switch x.Line {
	case mlDown:
		return m.Sem.downWrite(x)
	case mlTest:
		return vm.Unless(vm.Load(x, &m.VMA)&(vmThere|vmLocked) == vmThere, mlUp)
	case mlFlag:
		m.VMA.Set(x, vmLocked)
	case mlFlagIO:
		m.VMA.Set(x, vmLocked|vmIO)
	case mlDrain, mlDrainAgain:
		return s.CPU[x.CPU].Call(fnDrain, mlockLocals{})
	case mlPTL:
		return m.PTL.Lock(x)
	case mlFollow:
		l.page = s.follow(x, m)
		if l.page == noPage {
			return vm.Goto(mlUnlockPTL)
		}
		*vm.Mark(x, &m.VMA) |= vmHeld
	case mlGet:
		s.page(x, l.page).Count.Inc(x)
	case mlMlockPage:
		return s.callOn(x, fnMlockPage, l.page)
	case mlUnlockPTL:
		return s.unlockPTL(x, l, mlDrainAgain)
	case mlReserve:
		s.page(x, l.page).Flags.Set(x, pgReserved)
	case mlLock:
		return s.page(x, l.page).Lock.Lock(x)
	case mlLockForGood:
		lock := &s.page(x, l.page).Lock
		if vm.Load(x, lock) != (vm.PageLock{}) {
			return vm.Block
		}
		vm.Store(x, lock, vm.LockedBy(noTask))
	case mlSketch:
		return s.callOn(x, fnSketchMlock, l.page)
	case mlVMA:
		return s.callOn(x, fnMlockVMA, l.page)
	case mlUnlock:
		return s.page(x, l.page).Lock.Unlock(x)
	case mlPut:
		return s.callOn(x, fnPut, l.page)
	case mlNoIO:
		m.VMA.Clear(x, vmIO)
	case mlUp:
		promise(x, m.VMA&(vmThere|vmLocked) != vmThere && !m.VMA.Has(vmIO), "mlock")
		return m.Sem.up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// noTask owns PG_locked where it stands for mlocked and no task holds it.
const noTask = 7
