package swapoff

import "github.com/vmrace/vmrace/vm"

// sys_swapoff with try_to_unuse, mm/swapfile.c, 2.4.10 to 2.6.11: takes no
// reference of its own and no kernel lock, keeps the page locked over the walk,
// and starts another round as long as a handle is in use. Nothing is forced to 0.
// The walk begins at the head of mmlist each time; start_mm is left out. Later 2.4
// and 2.6.11 were read; that 2.4.10 has a BUG where they have none, and drops the
// kernel lock as early, is from memory.
const (
	newList = iota
	newFind
	newUnlink
	newUsed
	newListed
	newNext
	newRead
	newPage
	newLock
	newShmem
	newMmlist
	newFirst
	newMore
	newUnuse
	newNextPlain
	newPin
	newUnpin
	newUnlock
	newPut
	newPutMmap
	newUnlist
	newPutDrop
	newLast
	newTrySem
	newPageUnlock
	newDown
	newRelock
	newScan
	newUp
	newRelist
	newNextMm
	newMmEnd
	newBug
	newReset
	newReset26
	newWrite
	newTest
	newDelete
	newDirty
	newUnlockPage
	newFree
	newAgain
	newBlkdev
	newEndList
	newEnd
	newEndUnlist
	newVfree
	newVfreeFirst
	newNull
	newZero
	newReturn
)

var swapoff24Listing = vm.Listing[State, locals]{Name: "sys_swapoff", Source: "mm/swapfile.c", Step: (*State).swapoff24, Lines: only(Hugh, []vm.Line{
	newList:       {Text: "swap_list_lock();"},
	newFind:       {Text: "p = a device on swap_list with SWP_WRITEOK, or return -EINVAL;"},
	newUnlink:     {Text: "swap_list: unlink p; nr_swap_pages -= p->pages;"},
	newUsed:       {Text: "p->flags = SWP_USED;"},
	newListed:     {Text: "swap_list_unlock();"},
	newNext:       {Text: "while ((i = find_next_to_unuse(si, i))) { /* try_to_unuse */"},
	newRead:       {Text: "        page = read_swap_cache_async(entry);"},
	newPage:       {Text: "        if (!page) { if (!*swap_map) continue; return -ENOMEM; }"},
	newLock:       {Text: "        lock_page(page);", Sleeps: true},
	newShmem:      {Text: "        if (*swap_map > 1) shmem_unuse(entry, page);"},
	newMmlist:     {Text: "        spin_lock(&mmlist_lock);"},
	newFirst:      {Text: "        p = start_mm->mmlist.next;"},
	newMore:       {Text: "        while (*swap_map > 1 && p != &start_mm->mmlist) {"},
	newUnuse:      {Text: "                unuse_process(mm, entry, page);", Del: PinUsers},
	newNextPlain:  {Text: "                p = p->next; }", Del: PinUsers},
	newPin:        {Text: "                if (atomic_inc_return(&mm->mm_users) == 1) {", Add: PinUsers},
	newUnpin:      {Text: "                        atomic_dec(&mm->mm_users); continue; }", Add: PinUsers},
	newUnlock:     {Text: "                spin_unlock(&mmlist_lock);", Add: PinUsers},
	newPut:        {Text: "                if (atomic_dec_and_test(&prev_mm->mm_users)) { /* mmput */", Add: PinUsers},
	newPutMmap:    {Text: "                        exit_mmap(prev_mm);", Add: PinUsers},
	newUnlist:     {Text: "                        list_del(&prev_mm->mmlist); /* under mmlist_lock */", Add: PinUsers},
	newPutDrop:    {Text: "                        mmdrop(prev_mm); }", Add: PinUsers},
	newLast:       {Text: "                prev_mm = mm;", Add: PinUsers},
	newTrySem:     {Text: "                if (!down_read_trylock(&mm->mmap_sem)) { /* unuse_mm */", Add: PinUsers},
	newPageUnlock: {Text: "                        unlock_page(page);", Add: PinUsers},
	newDown:       {Text: "                        down_read(&mm->mmap_sem);", Add: PinUsers, Sleeps: true},
	newRelock:     {Text: "                        lock_page(page); }", Add: PinUsers, Sleeps: true},
	newScan:       {Text: "                unuse_vma(vma, entry, page);", Add: PinUsers},
	newUp:         {Text: "                up_read(&mm->mmap_sem);", Add: PinUsers},
	newRelist:     {Text: "                spin_lock(&mmlist_lock);", Add: PinUsers},
	newNextMm:     {Text: "                p = p->next; }", Add: PinUsers},
	newMmEnd:      {Text: "        spin_unlock(&mmlist_lock);", Del: PinUsers},
	newBug:        {Text: "        if ((*swap_map > 0) != PageSwapCache(page)) BUG();", Del: PinUsers},
	newReset:      {Text: "        if (*swap_map == SWAP_MAP_MAX) { nr_swap_pages++; *swap_map = 1; }", Del: PinUsers},
	newReset26:    {Text: "        if (*swap_map == SWAP_MAP_MAX) *swap_map = 1;", Add: PinUsers},
	newWrite:      {Text: "        if (*swap_map > 1 && PageDirty(page) && PageSwapCache(page)) rw_swap_page(WRITE, page);"},
	newTest:       {Text: "        if (PageSwapCache(page))"},
	newDelete:     {Text: "                delete_from_swap_cache(page);"},
	newDirty:      {Text: "        SetPageDirty(page);"},
	newUnlockPage: {Text: "        UnlockPage(page);"},
	newFree:       {Text: "        page_cache_release(page);"},
	newAgain:      {Text: "}"},
	newBlkdev:     {Text: "blkdev_put(); path_release();", Sleeps: true},
	newEndList:    {Text: "swap_list_lock(); swap_device_lock(p);", Add: LockedEnd},
	newEnd:        {Text: "p->max = 0; p->swap_map = NULL; p->flags = 0;", Add: LockedEnd},
	newEndUnlist:  {Text: "swap_device_unlock(p); swap_list_unlock();", Add: LockedEnd},
	newVfree:      {Text: "vfree(swap_map);", Add: LockedEnd},
	newVfreeFirst: {Text: "vfree(p->swap_map);", Del: LockedEnd},
	newNull:       {Text: "p->swap_map = NULL;", Del: LockedEnd},
	newZero:       {Text: "p->flags = 0;", Del: LockedEnd},
	newReturn:     {Text: "return 0;"},
})}

// only adds lines to the kernels that have one of the patches, and leaves them
// out of all others.
func only(p vm.Patch, lines []vm.Line) []vm.Line {
	for i := range lines {
		if lines[i].Add == 0 {
			lines[i].Add = p
		}
	}
	return lines
}

// swapoff24 keeps mm in l.mm and prev_mm in l.aux.
func (s *State) swapoff24(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none && (newUnuse <= x.Line && x.Line <= newUnpin || newTrySem <= x.Line && x.Line <= newNextMm) {
		return pastEnd(x, newMmEnd)
	}
	switch x.Line {
	case newList, newEndList:
		return s.SwapLk.Lock(x)
	case newFind:
		if !s.listedWritable(x) {
			s.SwapLk.Unlock(x)
			return vm.Return
		}
	case newUnlink:
		s.Dev.Clear(x, listed|cursor)
		vm.Store(x, &s.NrSwap, s.NrSwap-devicePages)
	case newUsed:
		s.Dev.Clear(x, writeOK)
	case newListed, newEndUnlist:
		return s.SwapLk.Unlock(x)
	case newNext:
		return s.nextToUnuse(x, l)
	case newRead:
		return s.CPU[x.CPU].Call(fnRead24, locals{entry: l.entry})
	case newPage:
		r := x.Result()
		if r == noHandle || r == noMemory {
			return vm.Goto(newNext)
		}
		l.page, l.aux = r-1, none
	case newLock, newRelock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case newShmem:
		if vm.Load(x, &s.Map[l.entry]) > 1 {
			return s.CPU[x.CPU].Call(fnShmemUnuse, locals{entry: l.entry, page: l.page})
		}
	case newMmlist, newRelist:
		return s.MmLock.Lock(x)
	case newFirst:
		m, ok := s.Mmlist.Head(x)
		l.mm = mmOr(m, ok)
	case newMore:
		if l.mm == none || vm.Load(x, &s.Map[l.entry]) <= 1 {
			l.mm = none
			return vm.Goto(newUnlock)
		}
	case newUnuse:
		return s.callUnuse(x, l, l.mm)
	case newScan:
		return s.callUnuse(x, l, l.mm)
	case newPin:
		s.useMm(x, l.mm)
		m := &s.Mm[l.mm]
		vm.Store(x, &m.Users, m.Users+1)
		return vm.Unless(m.Users == 1, newUnlock)
	case newUnpin:
		s.Mm[l.mm].Users.Dec(x)
		return vm.Goto(newNextMm)
	case newUnlock:
		return s.MmLock.Unlock(x)
	case newPut:
		if l.aux == none {
			return vm.Goto(newLast)
		}
		return vm.Unless(s.usersPut(x, l.aux), newLast)
	case newPutMmap:
		return s.CPU[x.CPU].Call(fnExitMmap, locals{mm: l.aux})
	case newUnlist:
		return s.unlist(x, l.aux)
	case newPutDrop:
		return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.aux})
	case newLast:
		l.aux = l.mm
		if l.mm == none {
			return vm.Goto(newReset26)
		}
	case newTrySem:
		return vm.Unless(!s.Mm[l.mm].Sem.TryDown(x), newScan)
	case newPageUnlock, newUnlockPage:
		return s.Page[l.page].Lock.Unlock(x)
	case newDown:
		return s.Mm[l.mm].Sem.Down(x, &s.BKL)
	case newUp:
		return s.Mm[l.mm].Sem.Up(x)
	case newNextPlain, newNextMm:
		m, ok := s.Mmlist.Next(x, int(l.mm))
		l.mm = mmOr(m, ok)
		return vm.Goto(newMore)
	case newMmEnd:
		l.mm, l.aux = 0, 0
		return s.MmLock.Unlock(x)
	case newBug:
		inUse := vm.Load(x, &s.Map[l.entry]) > 0
		return x.BugOn(inUse != s.Page[l.page].Flags.Test(x, swapCache), int(l.page), "(swcount > 0) != PageSwapCache(page)")
	case newReset, newReset26:
		if vm.Load(x, &s.Map[l.entry]) != vm.SwapMapMax {
			return vm.Fall
		}
		vm.Store(x, &s.Map[l.entry], 1)
		if x.Line == newReset {
			vm.Store(x, &s.NrSwap, s.NrSwap+1)
		}
	case newWrite:
		l.mm, l.aux = 0, 0
		if f := vm.Load(x, &s.Page[l.page].Flags); vm.Load(x, &s.Map[l.entry]) > 1 && f&(dirty|swapCache) == dirty|swapCache {
			s.writePage(x, l.page, l.entry)
		}
	case newTest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), newDirty)
	case newDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case newDirty:
		s.Page[l.page].Flags.Set(x, dirty)
	case newFree:
		s.putPage(x, l.page)
	case newAgain:
		return vm.Goto(newNext)
	case newBlkdev:
	case newEnd:
		s.Dev.Clear(x, hasMax|hasMap|used)
	case newVfree, newVfreeFirst:
		s.Dev.Set(x, vfreed)
	case newNull:
		s.Dev.Clear(x, hasMap)
	case newZero:
		s.Dev.Clear(x, used)
	case newReturn:
		s.deviceGone(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// nextToUnuse is find_next_to_unuse: the lowest handle that is in use.
func (s *State) nextToUnuse(x *vm.Exec, l *locals) vm.Next {
	*l = locals{}
	for e := range uint8(devicePages) {
		if v := vm.Load(x, &s.Map[e]); v != 0 && v != vm.SwapMapBad {
			l.entry = e
			return vm.Fall
		}
	}
	return vm.Goto(newBlkdev)
}

// unlist is the list_del(&mm->mmlist) of mmput in 2.6, under mmlist_lock.
func (s *State) unlist(x *vm.Exec, m uint8) vm.Next {
	if m == none {
		return noMm(x)
	}
	if !vm.Look(x, &s.MmLock).Free() {
		return vm.Block
	}
	s.Mmlist.Del(x, int(m))
	return vm.Fall
}

// usersPutLock is the atomic_dec_and_lock(&mm->mm_users, &mmlist_lock) of mmput,
// with the list_del and the unlock that follow for the last user. For others it
// goes on at line.
func (s *State) usersPutLock(x *vm.Exec, m uint8, line int) vm.Next {
	if *vm.Look(x, &s.Mm[m].Users) == 1 && !vm.Look(x, &s.MmLock).Free() {
		return vm.Block
	}
	if !s.usersPut(x, m) {
		return vm.Goto(line)
	}
	s.Mmlist.Del(x, int(m))
	return vm.Fall
}
