package swapoff

import "github.com/vmrace/vmrace/vm"

// sys_swapoff with try_to_unuse, mm/swapfile.c: takes device 0 off the list,
// brings in each of its handles, puts the page where the handle stands, and
// forces to 0 what is left of the handle's count. The kernel lock is held from
// the second to the last line, except while the task sleeps.
const (
	offLock = iota
	offList
	offFind
	offUnlink
	offUsedListed
	offUsedLocked
	offListed
	offUsed
	offNext
	offRead
	offPage
	offShmFirst
	offEarly
	offEarlyLock
	offEarlyDelete
	offEarlyUnlock
	offTasks
	offTask
	offTaskNext
	offTasksEnd
	offMmlist
	offFirst
	offMore
	offGone
	offHold
	offHoldNotZero
	offMmUnlock
	offRelease
	offUnuse
	offPrev
	offMmLock
	offCur
	offMmEnd
	offLast
	offShm
	offShmem
	offTest
	offPageLock
	offTestLocked
	offDelete
	offPageUnlock
	offFree
	offDrop
	offForce
	offDone
	offPut
	offEndList
	offEnd
	offEndUnlist
	offVfreeAfter
	offVfree
	offNull
	offZero
	offReturn
	offNoMem
	offRelist
	offWrite
	offFail
)

var swapoffListing = vm.Listing[State, locals]{Name: "sys_swapoff", Source: "mm/swapfile.c", Step: (*State).swapoff, Lines: without(Hugh, []vm.Line{
	offLock:        {Text: "lock_kernel();"},
	offList:        {Text: "swap_list_lock();"},
	offFind:        {Text: "p = a device on swap_list with SWP_WRITEOK, or return -EINVAL;"},
	offUnlink:      {Text: "swap_list: unlink p; nr_swap_pages -= p->pages;"},
	offUsedListed:  {Text: "p->flags = SWP_USED; /* under the list lock */", Add: ListFlags},
	offUsedLocked:  {Text: "swap_device_lock(p); p->flags = SWP_USED; swap_device_unlock(p);", Add: H10},
	offListed:      {Text: "swap_list_unlock();"},
	offUsed:        {Text: "p->flags = SWP_USED;", Del: H10 | ListFlags},
	offNext:        {Text: "find swap_map[i] > 0; swap_map[i]++; /* try_to_unuse */"},
	offRead:        {Text: "page = read_swap_cache(entry);"},
	offPage:        {Text: "if (!page) { swap_free(entry); return -ENOMEM; }"},
	offShmFirst:    {Text: "shm_unuse(entry, page);", Add: H9},
	offEarly:       {Text: "if (PageSwapCache(page)) { /* delete_from_swap_cache */", Add: DelFirst},
	offEarlyLock:   {Text: "        lock_page(page);", Add: DelFirst, Sleeps: true},
	offEarlyDelete: {Text: "        delete_from_swap_cache_nolock(page);", Add: DelFirst},
	offEarlyUnlock: {Text: "        UnlockPage(page); }", Add: DelFirst},
	offTasks:       {Text: "read_lock(&tasklist_lock);", Del: H7},
	offTask:        {Text: "for_each_task(p) unuse_process(p->mm, entry, page);", Del: H7},
	offTaskNext:    {Text: "p = p->next_task;", Del: H7},
	offTasksEnd:    {Text: "read_unlock(&tasklist_lock);", Del: H7},
	offMmlist:      {Text: "mmlist_access_lock(); prevmm = &init_mm;", Add: H7},
	offFirst:       {Text: "curmm = list_entry(prevmm->mmlist.next);", Add: H7},
	offMore:        {Text: "while (curmm != &init_mm) {", Add: H7},
	offGone:        {Text: "        if (curmm->def_flags & MM_GONE) /* hold_mm */ skip;", Add: H5},
	offHold:        {Text: "        atomic_inc(&curmm->mm_count);", Add: H5, Del: NotZero},
	offHoldNotZero: {Text: "        if (!atomic_inc_not_zero(&curmm->mm_count)) skip;", Add: NotZero},
	offMmUnlock:    {Text: "        mmlist_access_unlock();", Add: H7},
	offRelease:     {Text: "        if (prevmm != &init_mm) release_mm(prevmm);", Add: H5},
	offUnuse:       {Text: "        unuse_mm(curmm, entry, page);", Add: H7},
	offPrev:        {Text: "        prevmm = curmm;", Add: H7},
	offMmLock:      {Text: "        mmlist_access_lock();", Add: H7},
	offCur:         {Text: "        curmm = list_entry(curmm->mmlist.next); }", Add: H7},
	offMmEnd:       {Text: "mmlist_access_unlock();", Add: H7},
	offLast:        {Text: "if (prevmm != &init_mm) release_mm(prevmm);", Add: H5},
	offShm:         {Text: "shm_unuse(entry, page);", Del: H9},
	offShmem:       {Text: "shmem_unuse(entry, page);", Add: DelFirst},
	offTest:        {Text: "if (PageSwapCache(page)) {", Del: H8 | DelFirst},
	offPageLock:    {Text: "        lock_page(page);", Sleeps: true, Del: DelFirst},
	offTestLocked:  {Text: "        if (PageSwapCache(page))", Add: H8},
	offDelete:      {Text: "        delete_from_swap_cache_nolock(page);", Del: DelFirst},
	offPageUnlock:  {Text: "        UnlockPage(page); }", Del: DelFirst},
	offFree:        {Text: "__free_page(page);"},
	offDrop:        {Text: "swap_free(entry);"},
	offForce:       {Text: `if (swap_map[i]) { printk("Undead"); swap_map[i] = 0; }`},
	offDone:        {Text: "goto next;"},
	offPut:         {Text: "blkdev_put(); dput();", Sleeps: true},
	offEndList:     {Text: "swap_list_lock(); swap_device_lock(p);", Add: LockedEnd},
	offEnd:         {Text: "p->max = 0; p->swap_map = NULL; p->flags = 0;", Add: LockedEnd},
	offEndUnlist:   {Text: "swap_device_unlock(p); swap_list_unlock();", Add: LockedEnd},
	offVfreeAfter:  {Text: "vfree(swap_map);", Add: LockedEnd},
	offVfree:       {Text: "vfree(p->swap_map);", Del: LockedEnd},
	offNull:        {Text: "p->swap_map = NULL;", Del: LockedEnd},
	offZero:        {Text: "p->flags = 0;", Del: LockedEnd},
	offReturn:      {Text: "unlock_kernel(); return 0;"},
	offNoMem:       {Text: "swap_list_lock(); /* -ENOMEM */"},
	offRelist:      {Text: "swap_list: insert p by prio; nr_swap_pages += p->pages; unlock;"},
	offWrite:       {Text: "p->flags = SWP_WRITEOK;"},
	offFail:        {Text: "unlock_kernel(); return -ENOMEM;"},
})}

// without deletes lines from the kernels that have one of the patches.
func without(p vm.Patch, lines []vm.Line) []vm.Line {
	for i := range lines {
		lines[i].Del |= p
	}
	return lines
}

// swapoff keeps prevmm in l.aux and curmm, or the task it is at, in l.mm.
func (s *State) swapoff(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none && offGone <= x.Line && x.Line <= offCur {
		return pastEnd(x, offMmEnd)
	}
	switch x.Line {
	case offLock:
		return s.BKL.Lock(x)
	case offList, offNoMem:
		return s.SwapLk.Lock(x)
	case offFind:
		if !s.listedWritable(x) {
			s.SwapLk.Unlock(x)
			s.BKL.Unlock(x)
			return vm.Return
		}
	case offUnlink:
		s.Dev.Clear(x, listed|cursor)
		vm.Store(x, &s.NrSwap, s.NrSwap-devicePages)
	case offUsedListed, offUsedLocked, offUsed:
		s.Dev.Clear(x, writeOK)
	case offListed:
		return s.SwapLk.Unlock(x)
	case offNext:
		return s.nextHandle(x, l)
	case offRead:
		return s.CPU[x.CPU].Call(fnRead, locals{entry: l.entry})
	case offPage:
		r := x.Result()
		if r == noHandle || r == noMemory {
			s.swapFree(x, l.entry)
			return vm.Goto(offNoMem)
		}
		l.page, l.mm, l.aux = r-1, 0, none
	case offShmFirst, offShm:
		return s.CPU[x.CPU].Call(fnShmUnuse, locals{entry: l.entry, page: l.page})
	case offShmem:
		return s.CPU[x.CPU].Call(fnShmemUnuse, locals{entry: l.entry, page: l.page})
	case offEarly:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), offTasks)
	case offEarlyLock, offPageLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case offEarlyDelete, offDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case offEarlyUnlock, offPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case offTasks:
		return s.TaskLk.Lock(x)
	case offTask:
		return s.nextTask(x, l)
	case offTaskNext:
		return vm.Goto(offTask)
	case offTasksEnd:
		return s.TaskLk.Unlock(x)
	case offMmlist, offMmLock:
		return s.MmLock.Lock(x)
	case offFirst:
		m, ok := s.Mmlist.Head(x)
		l.mm = mmOr(m, ok)
	case offMore:
		return vm.Unless(l.mm != none, offMmEnd)
	case offGone:
		s.useMm(x, l.mm)
		if s.Mm[l.mm].Flags.Test(x, gone) {
			return vm.Goto(offCur)
		}
	case offHold:
		s.useMm(x, l.mm)
		s.Mm[l.mm].Count.Inc(x)
	case offHoldNotZero:
		s.useMm(x, l.mm)
		return vm.Unless(s.Mm[l.mm].Count.IncNotZero(x), offCur)
	case offMmUnlock, offMmEnd:
		return s.MmLock.Unlock(x)
	case offRelease, offLast:
		if l.aux != none {
			return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.aux})
		}
	case offUnuse:
		return s.callUnuse(x, l, l.mm)
	case offPrev:
		l.aux = l.mm
	case offCur:
		m, ok := s.Mmlist.Next(x, int(l.mm))
		l.mm = mmOr(m, ok)
		return vm.Goto(offMore)
	case offTest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), offFree)
	case offTestLocked:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), offPageUnlock)
	case offFree:
		s.putPage(x, l.page)
	case offDrop:
		s.swapFree(x, l.entry)
	case offForce:
		s.force(x, l.entry)
	case offDone:
		return vm.Goto(offNext)
	case offPut:
		return s.BKL.MaySleep(x)
	case offEndList:
		return s.SwapLk.Lock(x)
	case offEnd:
		s.Dev.Clear(x, hasMax|hasMap|used)
	case offEndUnlist:
		return s.SwapLk.Unlock(x)
	case offVfreeAfter, offVfree:
		s.Dev.Set(x, vfreed)
	case offNull:
		s.Dev.Clear(x, hasMap)
	case offZero:
		s.Dev.Clear(x, used)
	case offReturn:
		s.deviceGone(x)
		s.BKL.Unlock(x)
		return vm.Return
	case offRelist:
		s.Dev.Set(x, listed)
		vm.Store(x, &s.NrSwap, s.NrSwap+devicePages)
		return s.SwapLk.Unlock(x)
	case offWrite:
		s.Dev.Set(x, writeOK)
	case offFail:
		s.deviceBack(x)
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// pastEnd is the oracle of a walk that takes the head of mmlist for an mm.
func pastEnd(x *vm.Exec, end int) vm.Next {
	x.Bug(vm.ListCorruption, -1, "walk past the end of mmlist")
	return vm.Goto(end)
}

func mmOr(m int, ok bool) uint8 {
	if !ok {
		return none
	}
	return uint8(m)
}

// listedWritable reports whether device 0 can be deleted.
func (s *State) listedWritable(x *vm.Exec) bool {
	const want = listed | writeOK | used
	return vm.Load(x, &s.Dev)&want == want
}

// nextHandle takes the lowest handle that is in use and adds swapoff's own
// reference to it, under swap_device_lock.
func (s *State) nextHandle(x *vm.Exec, l *locals) vm.Next {
	*l = locals{}
	for e := range uint8(handles) {
		v := vm.Load(x, &s.Map[e])
		if !onDevice0(e) || v == 0 || v == vm.SwapMapBad {
			continue
		}
		s.Map[e].Dup(x)
		l.entry = e
		return vm.Fall
	}
	return vm.Goto(offPut)
}

// nextTask walks the mm of the next task, from number l.mm on, that has one.
func (s *State) nextTask(x *vm.Exec, l *locals) vm.Next {
	list := vm.Load(x, &s.Tasks)
	for t := l.mm; t < tasks; t++ {
		if m := vm.Load(x, &s.Task[t]); m != 0 && list.Has(int(t)) {
			l.mm = t + 1
			return s.callUnuse(x, l, uint8(m.mm()))
		}
	}
	return vm.Goto(offTasksEnd)
}

// callUnuse calls unuse_process or unuse_mm.
func (s *State) callUnuse(x *vm.Exec, l *locals, m uint8) vm.Next {
	return s.CPU[x.CPU].Call(fnUnuse, locals{mm: m, entry: l.entry, page: l.page})
}
