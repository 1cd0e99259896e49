package lrulock

import "github.com/vmrace/vmrace/vm"

// do_munmap and exit_mmap, mm/mmap.c, for a vma of one page: the later kernels
// munlock the page before, 5.18 while they unmap it.
const (
	umDown = iota
	umTest
	umFlag
	umPTLFirst
	umFollow
	umGet
	umUnlockFirst
	umLock
	umVMA
	umUnlock
	umPut
	umPTL
	umClear
	umMunlockPage
	umUnlockPTL
	umRelease
	umGone
	umUp
)

var doMunmapListing = vm.Listing[MlockState, mlockLocals]{Name: "do_munmap", Source: "mm/mmap.c", Step: (*MlockState).doMunmap, Lines: []vm.Line{
	umDown:        {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	umTest:        {Text: "if (!(vma->vm_flags & VM_LOCKED)) goto unmap;", Add: pageLock},
	umFlag:        {Text: "vma->vm_flags &= ~VM_LOCKED;", Add: pageLock},
	umPTLFirst:    {Text: "spin_lock(&mm->page_table_lock);", Add: pageLock},
	umFollow:      {Text: "page = follow_page(vma, start);", Add: pageLock},
	umGet:         {Text: "get_page(page);", Add: pageLock},
	umUnlockFirst: {Text: "spin_unlock(&mm->page_table_lock);", Add: pageLock},
	umLock:        {Text: "lock_page(page);", Add: pageLock, Sleeps: true},
	umVMA:         {Text: "munlock_vma_page(page);", Add: pageLock},
	umUnlock:      {Text: "unlock_page(page);", Add: pageLock},
	umPut:         {Text: "put_page(page);", Add: pageLock},
	umPTL:         {Text: "spin_lock(&mm->page_table_lock);"},
	umClear:       {Text: "page = ptep_get_and_clear(ptep);"},
	umMunlockPage: {Text: "if (vma->vm_flags & VM_LOCKED) munlock_page(page);", Add: Count},
	umUnlockPTL:   {Text: "spin_unlock(&mm->page_table_lock);"},
	umRelease:     {Text: "put_page(page);"},
	umGone:        {Text: "kmem_cache_free(vm_area_cachep, vma);"},
	umUp:          {Text: "up_write(&mm->mmap_sem);"},
}}

func (s *MlockState) doMunmap(x *vm.Exec, l *mlockLocals) vm.Next {
	m := &s.MM[l.mm]
	switch x.Line {
	case umDown:
		return m.Sem.downWrite(x)
	case umTest:
		return vm.Unless(m.VMA.Test(x, vmLocked), umPTL)
	case umFlag:
		m.VMA.Clear(x, vmLocked|vmHeld)
	case umPTLFirst, umPTL:
		return m.PTL.Lock(x)
	case umFollow:
		l.page = s.follow(x, m)
		return vm.Unless(l.page != noPage, umUnlockFirst)
	case umGet:
		s.page(x, l.page).Count.Inc(x)
	case umUnlockFirst:
		return s.unlockPTL(x, l, umPTL)
	case umLock:
		return s.page(x, l.page).Lock.Lock(x)
	case umVMA:
		return s.callOn(x, fnMunlockVMA, l.page)
	case umUnlock:
		return s.page(x, l.page).Lock.Unlock(x)
	case umPut, umRelease:
		return s.callOn(x, fnPut, l.page)
	case umClear:
		l.page = s.follow(x, m)
		vm.Store(x, &m.PTE, 0)
		return vm.Unless(l.page != noPage, umUnlockPTL)
	case umMunlockPage:
		if m.VMA.Test(x, vmLocked) {
			return s.callOn(x, fnMunlockPage, l.page)
		}
	case umUnlockPTL:
		return s.unlockPTL(x, l, umGone)
	case umGone:
		vm.Store(x, &m.VMA, 0)
	case umUp:
		promise(x, *vm.Look(x, &m.VMA) == 0 && *vm.Look(x, &m.PTE) == 0, "munmap")
		return m.Sem.up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
