package swapoff

import "github.com/vmrace/vmrace/vm"

// do_no_page with shm_nopage, ipc/shm.c: a fault on shared memory. The shm lock
// goes while the page is read; the page leaves the swap cache without a test
// whether it is in it, and the entry is set without another look at it.
// replace_with_highmem is left out.
const (
	nopDown = iota
	nopMapped
	nopSem
	nopLock
	nopRead
	nopUnlock
	nopLookup
	nopFound
	nopKernel
	nopAhead
	nopReadSwap
	nopKernelEnd
	nopNull
	nopKill
	nopPageLock
	nopDelete
	nopPageUnlock
	nopFree
	nopRelock
	nopCount
	nopSet
	nopGet
	nopUnlock2
	nopUp
	nopPte
	nopEnd
)

var shmNopageListing = vm.Listing[State, locals]{Name: "shm_nopage", Source: "ipc/shm.c", Step: (*State).shmNopage, Lines: []vm.Line{
	nopDown:       {Text: "down(&mm->mmap_sem);", Sleeps: true},
	nopMapped:     {Text: "if (!find_vma(mm, addr) || !pte_none(*pte)) return;"},
	nopSem:        {Text: "down(&inode->i_sem);", Sleeps: true},
	nopLock:       {Text: "shm_lock(shp->id);"},
	nopRead:       {Text: "pte = SHM_ENTRY(shp, idx); if (!pte_present(pte)) {"},
	nopUnlock:     {Text: "        shm_unlock(shp->id);"},
	nopLookup:     {Text: "        page = lookup_swap_cache(entry);"},
	nopFound:      {Text: "        if (!page) {"},
	nopKernel:     {Text: "                lock_kernel();"},
	nopAhead:      {Text: "                swapin_readahead(entry);"},
	nopReadSwap:   {Text: "                page = read_swap_cache(entry);"},
	nopKernelEnd:  {Text: "                unlock_kernel(); }"},
	nopNull:       {Text: "        if (!page)"},
	nopKill:       {Text: "                return NOPAGE_OOM; /* SIGKILL */"},
	nopPageLock:   {Text: "        lock_page(page); /* delete_from_swap_cache */", Sleeps: true},
	nopDelete:     {Text: "        delete_from_swap_cache_nolock(page);"},
	nopPageUnlock: {Text: "        UnlockPage(page);"},
	nopFree:       {Text: "        swap_free(entry);"},
	nopRelock:     {Text: "        shm_lock(shp->id);"},
	nopCount:      {Text: "        shm_swp--; shm_rss++;"},
	nopSet:        {Text: "        SHM_ENTRY(shp, idx) = pte_mkdirty(mk_pte(page, PAGE_SHARED)); }"},
	nopGet:        {Text: "get_page(pte_page(pte));"},
	nopUnlock2:    {Text: "shm_unlock(shp->id);"},
	nopUp:         {Text: "up(&inode->i_sem);"},
	nopPte:        {Text: "set_pte(page_table, mk_pte(page)); /* do_no_page */"},
	nopEnd:        {Text: "up(&mm->mmap_sem);"},
}}

func (s *State) shmNopage(x *vm.Exec, l *locals) vm.Next {
	m := &s.Shm
	switch x.Line {
	case nopDown:
		return s.Mm[l.mm].Sem.Down(x, &s.BKL)
	case nopMapped:
		return vm.Unless(vm.Load(x, &s.Mm[l.mm].PTE[l.addr]) == 0 && s.Mm[l.mm].Vmas.Has(int(l.addr)), nopEnd)
	case nopSem:
		return m.Sem.Down(x, &s.BKL)
	case nopLock, nopRelock:
		return m.Lock.Lock(x)
	case nopRead:
		t := vm.Load(x, &m.Entry)
		switch {
		case t.present():
			l.page = t.page()
			return vm.Goto(nopGet)
		case t == 0: // a segment that is gone; a new page is left out
			l.page = none
			return vm.Goto(nopUnlock2)
		}
		l.entry = t.entry()
	case nopUnlock, nopUnlock2:
		return m.Lock.Unlock(x)
	case nopLookup:
		return s.CPU[x.CPU].Call(fnLookup, locals{entry: l.entry})
	case nopFound:
		l.page = x.Result()
		if l.page != noHandle {
			l.page--
			return vm.Goto(nopPageLock)
		}
	case nopKernel:
		return s.BKL.Lock(x)
	case nopAhead:
		return s.CPU[x.CPU].Call(fnReadahead, locals{entry: l.entry})
	case nopReadSwap:
		return s.CPU[x.CPU].Call(fnRead, locals{entry: l.entry})
	case nopKernelEnd:
		return s.BKL.Unlock(x)
	case nopNull:
		l.page = x.Result()
		if l.page != noHandle && l.page != noMemory {
			l.page--
			return vm.Goto(nopPageLock)
		}
	case nopKill:
		s.kill(x, l.entry, l.page, m.Entry)
		m.Sem.Up(x)
		return vm.Goto(nopEnd)
	case nopPageLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case nopDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case nopPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case nopFree:
		own(x, *vm.Look(x, &m.Entry), l.entry, "shm_nopage")
		s.swapFree(x, l.entry)
	case nopCount:
		s.countShm(x, 1)
	case nopSet:
		vm.Store(x, &m.Entry, mapped(l.page)|dirtyPte)
	case nopGet:
		s.getPage(x, l.page)
	case nopUp:
		return m.Sem.Up(x)
	case nopPte:
		if l.page == none {
			return vm.Fall
		}
		*vm.Mark(x, &s.Mm[l.mm].Want[l.addr]) = *vm.Look(x, &m.Want)
		vm.Store(x, &s.Mm[l.mm].PTE[l.addr], mapped(l.page))
		s.sees(x, l.mm, l.addr, l.page)
	case nopEnd:
		return s.Mm[l.mm].Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
