package swapoff

import "github.com/vmrace/vmrace/vm"

// do_no_page with shmem_nopage to shmem_getpage, mm/shmem.c, 2.4.16 and 2.6.11: a fault
// on shared memory. Under info->lock it looks into the page cache again, at the swap
// entry, and into the swap cache. If it must wait, for a lock or a read, it lets go of
// the lock and begins anew. 2.6 moves the page before it leaves the swap cache, and has
// no semaphore.
const (
	smgDown = iota
	smgMapped
	smgSem
	smgFind
	smgPageLock
	smgHashed
	smgAgain
	smgLock
	smgRecheck
	smgRecheckTry
	smgRecheckEnd
	smgEntry
	smgSwapFind
	smgSwapTry
	smgFreeFirst
	smgClear
	smgDelete
	smgAdd
	smgDelete26
	smgClear26
	smgCount
	smgUnlock
	smgFree
	smgPageUnlock
	smgUp
	smgPtl
	smgPte
	smgPtlEnd
	smgEnd
	smgReadUnlock
	smgRead
	smgNull
	smgNullLock
	smgSame
	smgNullUnlock
	smgKill
	smgRetryUnlock
	smgRetryWait
	smgRetryPut
)

var shmemGetpageListing = vm.Listing[State, locals]{Name: "shmem_getpage", Source: "mm/shmem.c", Step: (*State).shmemGetpage, Lines: only(Hugh, []vm.Line{
	smgDown:        {Text: "down(&mm->mmap_sem);", Sleeps: true},
	smgMapped:      {Text: "if (!find_vma(mm, addr) || !pte_none(*pte)) return;"},
	smgSem:         {Text: "down(&info->sem);", Del: Swaplist, Sleeps: true},
	smgFind:        {Text: "repeat: page = __find_page(mapping, idx); get_page(page); /* find_lock_page */"},
	smgPageLock:    {Text: "if (page) { lock_page(page);", Sleeps: true},
	smgHashed:      {Text: "        if (page->mapping == mapping) goto done;"},
	smgAgain:       {Text: "        UnlockPage(page); page_cache_release(page); goto repeat; }"},
	smgLock:        {Text: "spin_lock(&info->lock);"},
	smgRecheck:     {Text: "page = find_get_page(mapping, idx);", Del: Swaplist},
	smgRecheckTry:  {Text: "if (page) { if (TryLockPage(page)) goto wait_retry;", Del: Swaplist},
	smgRecheckEnd:  {Text: "        spin_unlock(&info->lock); goto done; }", Del: Swaplist},
	smgEntry:       {Text: "if (entry->val) {"},
	smgSwapFind:    {Text: "        page = find_get_page(&swapper_space, entry->val); if (!page) goto read;"},
	smgSwapTry:     {Text: "        if (TryLockPage(page)) goto wait_retry;"},
	smgFreeFirst:   {Text: "        swap_free(*entry);", Del: Swaplist},
	smgClear:       {Text: "        *entry = 0;", Del: Swaplist},
	smgDelete:      {Text: "        delete_from_swap_cache(page);", Del: Swaplist},
	smgAdd:         {Text: "        add_to_page_cache(page, mapping, idx);"},
	smgDelete26:    {Text: "        delete_from_swap_cache(page);", Add: Swaplist},
	smgClear26:     {Text: "        *entry = 0;", Add: Swaplist},
	smgCount:       {Text: "        info->swapped--;"},
	smgUnlock:      {Text: "        spin_unlock(&info->lock); }"},
	smgFree:        {Text: "        swap_free(swap);", Add: Swaplist},
	smgPageUnlock:  {Text: "done: UnlockPage(page);"},
	smgUp:          {Text: "up(&info->sem);", Del: Swaplist},
	smgPtl:         {Text: "spin_lock(&mm->page_table_lock); /* do_no_page */"},
	smgPte:         {Text: "set_pte(page_table, mk_pte(page));"},
	smgPtlEnd:      {Text: "spin_unlock(&mm->page_table_lock);"},
	smgEnd:         {Text: "up(&mm->mmap_sem);"},
	smgReadUnlock:  {Text: "read: spin_unlock(&info->lock);"},
	smgRead:        {Text: "        page = read_swap_cache_async(swap);"},
	smgNull:        {Text: "        if (page) { page_cache_release(page); goto repeat; }"},
	smgNullLock:    {Text: "        spin_lock(&info->lock);", Add: Swaplist},
	smgSame:        {Text: "        if (entry->val == swap.val) error = -ENOMEM;"},
	smgNullUnlock:  {Text: "        spin_unlock(&info->lock);", Add: Swaplist},
	smgKill:        {Text: "        if (!error) goto repeat; return NOPAGE_OOM; /* SIGKILL */"},
	smgRetryUnlock: {Text: "wait_retry: spin_unlock(&info->lock);"},
	smgRetryWait:   {Text: "        wait_on_page(page);", Sleeps: true},
	smgRetryPut:    {Text: "        page_cache_release(page); goto repeat;"},
})}

// shmemGetpage keeps in l.aux the error of a read that failed.
func (s *State) shmemGetpage(x *vm.Exec, l *locals) vm.Next {
	in := &s.Inode
	switch x.Line {
	case smgDown:
		return s.Mm[l.mm].Sem.Down(x, &s.BKL)
	case smgMapped:
		return vm.Unless(vm.Load(x, &s.Mm[l.mm].PTE[l.addr]) == 0 && vm.Load(x, &s.Mm[l.mm].Vmas).Has(int(l.addr)), smgEnd)
	case smgSem:
		return in.Sem.Down(x, &s.BKL)
	case smgFind:
		p, ok := s.findInPageCache(x)
		l.page = p
		return vm.Unless(ok, smgLock)
	case smgPageLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case smgHashed:
		if vm.Load(x, &in.Pages).Has(int(l.page)) {
			return vm.Goto(smgPageUnlock)
		}
	case smgAgain:
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		return vm.Goto(smgFind)
	case smgLock:
		l.page = 0
		return in.Lock.Lock(x)
	case smgNullLock:
		return in.Lock.Lock(x)
	case smgRecheck:
		p, ok := s.findInPageCache(x)
		l.page = p
		return vm.Unless(ok, smgEntry)
	case smgRecheckTry, smgSwapTry:
		return vm.Unless(s.Page[l.page].Lock.TryLock(x), smgRetryUnlock)
	case smgRecheckEnd:
		in.Lock.Unlock(x)
		return vm.Goto(smgPageUnlock)
	case smgEntry:
		t := vm.Load(x, &in.Entry)
		if t == 0 && vm.Load(x, &in.Pages) == 0 { // the new page is left out
			s.hole(x)
			in.Lock.Unlock(x)
			l.page = none
			return vm.Goto(smgUp)
		}
		if t == 0 { // 2.6 finds the page when it comes to add the new one
			in.Lock.Unlock(x)
			return vm.Goto(smgFind)
		}
		l.entry = t.entry()
	case smgSwapFind:
		p, ok := s.findPage(x, l.entry)
		l.page = p
		return vm.Unless(ok, smgReadUnlock)
	case smgFreeFirst, smgFree:
		s.swapFree(x, l.entry)
	case smgClear, smgClear26:
		vm.Store(x, &in.Entry, 0)
	case smgDelete, smgDelete26:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case smgAdd:
		return s.addToPageCache(x, l.page)
	case smgCount:
		vm.Store(x, &in.Swapped, in.Swapped-1)
	case smgUnlock, smgReadUnlock, smgRetryUnlock, smgNullUnlock:
		return in.Lock.Unlock(x)
	case smgPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case smgUp:
		return in.Sem.Up(x)
	case smgPtl:
		return s.Mm[l.mm].Ptl.Lock(x)
	case smgPtlEnd:
		return s.Mm[l.mm].Ptl.Unlock(x)
	case smgPte:
		if l.page != none {
			s.shows(x, l)
		}
	case smgEnd:
		s.Mm[l.mm].Sem.Up(x)
		return vm.Return
	case smgRead:
		return s.CPU[x.CPU].Call(fnRead24, locals{entry: l.entry})
	case smgNull:
		l.page = x.Result()
		if l.page != noHandle && l.page != noMemory {
			s.putPage(x, l.page-1)
			return vm.Goto(smgFind)
		}
	case smgSame:
		l.aux = 0
		if vm.Load(x, &in.Entry) == swapped(l.entry) {
			l.aux = 1
		}
	case smgKill:
		if l.aux == 0 {
			return vm.Goto(smgFind)
		}
		s.kill(x, l.entry, l.page, *vm.Look(x, &in.Entry))
		l.page = none
		return vm.Goto(smgUp)
	case smgRetryWait:
		return s.BKL.Sleep(x, !vm.Look(x, &s.Page[l.page].Lock).Locked())
	case smgRetryPut:
		s.putPage(x, l.page)
		return vm.Goto(smgFind)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
