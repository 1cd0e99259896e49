package lrulock

import "github.com/vmrace/vmrace/vm"

// do_munlock, mm/mlock.c, for a vma of one page.
const (
	muDown = iota
	muTest
	muFlag
	muDrain
	muPTL
	muFollow
	muGet
	muMunlockPage
	muUnlockPTL
	muReserve
	muLock
	muSketch
	muVMA
	muUnlock
	muUnlockAny
	muPut
	muDrainAgain
	muUp
)

var doMunlockListing = vm.Listing[MlockState, mlockLocals]{Name: "do_munlock", Source: "mm/mlock.c", Step: (*MlockState).doMunlock, Lines: []vm.Line{
	muDown:        {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	muTest:        {Text: "if (!(vma->vm_flags & VM_LOCKED)) goto out;"},
	muFlag:        {Text: "vma->vm_flags &= ~VM_LOCKED;"},
	muDrain:       {Text: "lru_add_drain();", Add: list3},
	muPTL:         {Text: "spin_lock(&mm->page_table_lock);"},
	muFollow:      {Text: "page = follow_page(vma, start);"},
	muGet:         {Text: "get_page(page);", Add: pageLock},
	muMunlockPage: {Text: "munlock_page(page);", Add: Count},
	muUnlockPTL:   {Text: "spin_unlock(&mm->page_table_lock);"},
	muReserve:     {Text: "ClearPageReserved(page);", Add: PGReserved},
	muLock:        {Text: "lock_page(page);", Add: pageLock, Sleeps: true},
	muSketch:      {Text: "munlock_page(page);", Add: Sketch},
	muVMA:         {Text: "munlock_vma_page(page);", Add: pageLock},
	muUnlock:      {Text: "unlock_page(page);", Add: pageLock},
	muUnlockAny:   {Text: "unlock_page(page); /* whoever locked it */", Add: PGLocked},
	muPut:         {Text: "put_page(page);", Add: pageLock},
	muDrainAgain:  {Text: "lru_add_drain();", Add: Count},
	muUp:          {Text: "up_write(&mm->mmap_sem);"},
}}

func (s *MlockState) doMunlock(x *vm.Exec, l *mlockLocals) vm.Next {
	m := &s.MM[l.mm]
	switch x.Line {
	case muDown:
		return m.Sem.downWrite(x)
	case muTest:
		return vm.Unless(m.VMA.Test(x, vmLocked), muUp)
	case muFlag:
		m.VMA.Clear(x, vmLocked|vmHeld)
	case muDrain, muDrainAgain:
		return s.CPU[x.CPU].Call(fnDrain, mlockLocals{})
	case muPTL:
		return m.PTL.Lock(x)
	case muFollow:
		l.page = s.follow(x, m)
		return vm.Unless(l.page != noPage, muUnlockPTL)
	case muGet:
		s.page(x, l.page).Count.Inc(x)
	case muMunlockPage:
		return s.callOn(x, fnMunlockPage, l.page)
	case muUnlockPTL:
		return s.unlockPTL(x, l, muDrainAgain)
	case muReserve:
		s.page(x, l.page).Flags.Clear(x, pgReserved)
	case muLock:
		return s.page(x, l.page).Lock.Lock(x)
	case muSketch:
		return s.callOn(x, fnSketchMunlock, l.page)
	case muVMA:
		return s.callOn(x, fnMunlockVMA, l.page)
	case muUnlock:
		return s.page(x, l.page).Lock.Unlock(x)
	case muUnlockAny:
		vm.Store(x, &s.page(x, l.page).Lock, vm.PageLock{})
	case muPut:
		return s.callOn(x, fnPut, l.page)
	case muUp:
		promise(x, !m.VMA.Has(vmLocked), "munlock")
		return m.Sem.up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
