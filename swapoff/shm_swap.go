package swapoff

import "github.com/vmrace/vmrace/vm"

// shm_swap, ipc/shm.c: writes the page of a segment out. The handle is taken
// under the kernel lock, which is not held any more when the page enters the
// swap cache under it.
const (
	swpKernel = iota
	swpGet
	swpKernelEnd
	swpLock
	swpPick
	swpCount
	swpSet
	swpAdd
	swpUnlock
	swpKernel2
	swpWrite
	swpDone
	swpWake
	swpKernelEnd2
	swpPut
	swpNone
	swpNoneUnlock
	swpNoneFree
	swpNoneEnd
)

var shmSwapListing = vm.Listing[State, locals]{Name: "shm_swap", Source: "ipc/shm.c", Step: (*State).shmSwap, Lines: []vm.Line{
	swpKernel:     {Text: "lock_kernel();"},
	swpGet:        {Text: "entry = __get_swap_page(2);"},
	swpKernelEnd:  {Text: "unlock_kernel();", Del: KeepBKL},
	swpLock:       {Text: "shm_lockall();"},
	swpPick:       {Text: "page = SHM_ENTRY(shp, idx); if (page_count(page) != 1) goto none;"},
	swpCount:      {Text: "shm_rss--; shm_swp++;"},
	swpSet:        {Text: "SHM_ENTRY(shp, idx) = swp_entry_to_pte(entry);"},
	swpAdd:        {Text: "add_to_swap_cache(page, entry);"},
	swpUnlock:     {Text: "shm_unlockall();"},
	swpKernel2:    {Text: "lock_kernel();", Del: KeepBKL},
	swpWrite:      {Text: "rw_swap_page(WRITE, page, 0);"},
	swpDone:       {Text: "UnlockPage(page); /* end of I/O */"},
	swpWake:       {Text: "/* wakes with the kernel lock */", Sleeps: true},
	swpKernelEnd2: {Text: "unlock_kernel();"},
	swpPut:        {Text: "__free_page(page); return;"},
	swpNone:       {Text: "none:"},
	swpNoneUnlock: {Text: "shm_unlockall();"},
	swpNoneFree:   {Text: "__swap_free(entry, 2);"},
	swpNoneEnd:    {Text: "unlock_kernel();", Add: KeepBKL},
}}

func (s *State) shmSwap(x *vm.Exec, l *locals) vm.Next {
	m := &s.Shm
	switch x.Line {
	case swpKernel, swpKernel2:
		return s.BKL.Lock(x)
	case swpGet:
		if !vm.Look(x, &s.SwapLk).Free() {
			return vm.Block
		}
		e, ok := s.getSwapPage(x, 2)
		l.entry = e
		if !ok {
			s.BKL.Unlock(x)
			return vm.Return
		}
	case swpKernelEnd, swpKernelEnd2, swpNoneEnd:
		return s.BKL.Unlock(x)
	case swpLock:
		return m.Lock.Lock(x)
	case swpPick:
		t := vm.Load(x, &m.Entry)
		l.page = t.page()
		return vm.Unless(t.present() && !m.State.Has(unlisted) && s.Page[l.page].Count.Read(x) == 1, swpNone)
	case swpCount:
		s.countShm(x, -1)
	case swpSet:
		vm.Store(x, &m.Entry, swapped(l.entry))
	case swpAdd:
		return s.addToSwapCache(x, l.page, l.entry)
	case swpUnlock, swpNoneUnlock:
		return m.Lock.Unlock(x)
	case swpWrite:
		s.writePage(x, l.page, l.entry)
		s.BKL.MayDrop(x)
	case swpDone:
		return s.Page[l.page].Lock.Unlock(x)
	case swpWake:
		return s.BKL.Sleep(x, true)
	case swpPut:
		s.putPage(x, l.page)
		return vm.Return
	case swpNone:
	case swpNoneFree:
		s.swapFree(x, l.entry)
		s.swapFree(x, l.entry)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// writePage is the I/O of rw_swap_page. To a handle that is not in use nothing
// is written.
func (s *State) writePage(x *vm.Exec, p, e uint8) {
	if !s.isHandle(x, e) || onDevice0(e) && !vm.Load(x, &s.Dev).Has(used) || !s.swapMap(x, e) || vm.Load(x, &s.Map[e]) == 0 {
		return
	}
	vm.Store(x, &s.Disk[e], s.Page[p].Data)
}
