package swapoff

import "github.com/vmrace/vmrace/vm"

// do_no_page with shmem_nopage, mm/shmem.c, 2.4.0: a fault on shared memory. It looks
// for the page in the page cache of the inode, and then at the swap entry, under i_sem
// but not under info->lock, and does not look again when it has that. lock_page sleeps
// under the spinlock. __find_lock_page is content with a page that has any mapping.
const (
	smnDown = iota
	smnMapped
	smnSem
	smnFind
	smnPageLock
	smnHashed
	smnAgain
	smnEntry
	smnLookup
	smnFound
	smnKernel
	smnRead
	smnKernelEnd
	smnNull
	smnKill
	smnLock
	smnFree
	smnSwapLock
	smnDelete
	smnClear
	smnAdd
	smnCount
	smnUnlock
	smnPageUnlock
	smnUp
	smnPte
	smnEnd
)

var shmemNopageListing = vm.Listing[State, locals]{Name: "shmem_nopage", Source: "mm/shmem.c", Step: (*State).shmemNopage, Lines: without(Hugh, []vm.Line{
	smnDown:       {Text: "down(&mm->mmap_sem);", Sleeps: true},
	smnMapped:     {Text: "if (!find_vma(mm, addr) || !pte_none(*pte)) return;"},
	smnSem:        {Text: "down(&inode->i_sem);", Sleeps: true},
	smnFind:       {Text: "page = __find_page(mapping, idx); get_page(page); /* __find_lock_page */"},
	smnPageLock:   {Text: "if (page) { lock_page(page);", Sleeps: true},
	smnHashed:     {Text: "        if (page->mapping) goto cached_page;"},
	smnAgain:      {Text: "        UnlockPage(page); page_cache_release(page); goto repeat; }"},
	smnEntry:      {Text: "entry = shmem_swp_entry(info, idx); if (entry->val) {"},
	smnLookup:     {Text: "        page = lookup_swap_cache(*entry);"},
	smnFound:      {Text: "        if (!page) {"},
	smnKernel:     {Text: "                lock_kernel();"},
	smnRead:       {Text: "                page = read_swap_cache(*entry);"},
	smnKernelEnd:  {Text: "                unlock_kernel(); }"},
	smnNull:       {Text: "        if (!page)"},
	smnKill:       {Text: "                return NOPAGE_OOM; /* SIGKILL */"},
	smnLock:       {Text: "        spin_lock(&info->lock);"},
	smnFree:       {Text: "        swap_free(*entry);"},
	smnSwapLock:   {Text: "        lock_page(page);", Sleeps: true},
	smnDelete:     {Text: "        delete_from_swap_cache_nolock(page);"},
	smnClear:      {Text: "        *entry = 0;"},
	smnAdd:        {Text: "        add_to_page_cache_locked(page, mapping, idx);"},
	smnCount:      {Text: "        info->swapped--;"},
	smnUnlock:     {Text: "        spin_unlock(&info->lock); }"},
	smnPageUnlock: {Text: "cached_page: UnlockPage(page);"},
	smnUp:         {Text: "up(&inode->i_sem);"},
	smnPte:        {Text: "set_pte(page_table, mk_pte(page)); /* do_no_page */"},
	smnEnd:        {Text: "up(&mm->mmap_sem);"},
})}

// shmemNopage keeps in l.entry the handle that it has looked up, though the entry is
// read anew each time.
func (s *State) shmemNopage(x *vm.Exec, l *locals) vm.Next {
	in := &s.Inode
	switch x.Line {
	case smnDown:
		return s.Mm[l.mm].Sem.Down(x, &s.BKL)
	case smnMapped:
		return vm.Unless(vm.Load(x, &s.Mm[l.mm].PTE[l.addr]) == 0 && vm.Load(x, &s.Mm[l.mm].Vmas).Has(int(l.addr)), smnEnd)
	case smnSem:
		return in.Sem.Down(x, &s.BKL)
	case smnFind:
		p, ok := s.findInPageCache(x)
		l.page = p
		return vm.Unless(ok, smnEntry)
	case smnPageLock, smnSwapLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case smnHashed:
		if vm.Load(x, &in.Pages).Has(int(l.page)) || vm.Load(x, &s.Hash).Has(int(l.page)) {
			return vm.Goto(smnPageUnlock)
		}
	case smnAgain:
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		return vm.Goto(smnFind)
	case smnEntry:
		t := vm.Load(x, &in.Entry)
		if t == 0 { // the new page is left out
			s.hole(x)
			l.page = none
			return vm.Goto(smnUp)
		}
		l.entry = t.entry()
	case smnLookup:
		return s.CPU[x.CPU].Call(fnLookup, locals{entry: l.entry})
	case smnFound:
		l.page = x.Result()
		if l.page != noHandle {
			l.page--
			return vm.Goto(smnLock)
		}
	case smnKernel:
		return s.BKL.Lock(x)
	case smnRead:
		return s.CPU[x.CPU].Call(fnRead, locals{entry: l.entry})
	case smnKernelEnd:
		return s.BKL.Unlock(x)
	case smnNull:
		l.page = x.Result()
		if l.page != noHandle && l.page != noMemory {
			l.page--
			return vm.Goto(smnLock)
		}
	case smnKill:
		s.kill(x, l.entry, l.page, *vm.Look(x, &in.Entry))
		in.Sem.Up(x)
		return vm.Goto(smnEnd)
	case smnLock:
		return in.Lock.Lock(x)
	case smnUnlock:
		return in.Lock.Unlock(x)
	case smnFree:
		if t := vm.Load(x, &in.Entry); t != 0 {
			s.swapFree(x, t.entry())
		}
	case smnDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case smnClear:
		vm.Store(x, &in.Entry, 0)
	case smnAdd:
		return s.addToPageCache(x, l.page)
	case smnCount:
		vm.Store(x, &in.Swapped, in.Swapped-1)
	case smnPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case smnUp:
		return in.Sem.Up(x)
	case smnPte:
		if l.page != none {
			s.shows(x, l)
		}
	case smnEnd:
		return s.Mm[l.mm].Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
