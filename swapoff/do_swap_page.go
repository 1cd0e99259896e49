package swapoff

import "github.com/vmrace/vmrace/vm"

// do_page_fault to do_swap_page, mm/memory.c: brings in the page of a swap
// handle. mmap_sem is held all the time, page_table_lock is not; the kernel lock
// only round the read. The entry is set without another look at it.
const (
	fltDown = iota
	fltRead
	fltLookup
	fltFound
	fltKernel
	fltAhead
	fltReadSwap
	fltRead24
	fltKernelEnd
	fltNull
	fltNullSame
	fltKill
	fltLock
	fltPtl
	fltSame
	fltBackOut
	fltFree
	fltWrite
	fltCount
	fltShared
	fltDelete
	fltUnlock
	fltSet
	fltPtlEnd
	fltUp
)

var faultListing = vm.Listing[State, locals]{Name: "do_swap_page", Source: "mm/memory.c", Step: (*State).fault, Lines: []vm.Line{
	fltDown:      {Text: "down(&mm->mmap_sem);", Sleeps: true},
	fltRead:      {Text: "entry = *pte; /* handle_pte_fault */"},
	fltLookup:    {Text: "page = lookup_swap_cache(entry);"},
	fltFound:     {Text: "if (!page) {"},
	fltKernel:    {Text: "        lock_kernel();", Del: Hugh},
	fltAhead:     {Text: "        swapin_readahead(entry);"},
	fltReadSwap:  {Text: "        page = read_swap_cache(entry);", Del: Hugh},
	fltRead24:    {Text: "        page = read_swap_cache_async(entry);", Add: Hugh},
	fltKernelEnd: {Text: "        unlock_kernel();", Del: Hugh},
	fltNull:      {Text: "        if (!page)"},
	fltNullSame:  {Text: "                if (!pte_same(*page_table, orig_pte)) return 1;", Add: Hugh},
	fltKill:      {Text: "                return -1; /* SIGKILL */ }"},
	fltLock:      {Text: "lock_page(page);", Sleeps: true},
	fltPtl:       {Text: "spin_lock(&mm->page_table_lock);", Add: Hugh},
	fltSame:      {Text: "if (!pte_same(*page_table, orig_pte)) {", Add: Hugh},
	fltBackOut:   {Text: "        unlock_page(page); page_cache_release(page); return 1; }", Add: Hugh},
	fltFree:      {Text: "swap_free(entry);"},
	fltWrite:     {Text: "if (write_access)"},
	fltCount:     {Text: "        count = page_count(page); /* is_page_shared */"},
	fltShared:    {Text: "        if (count + swap_count(page) - 2 <= 1)"},
	fltDelete:    {Text: "                delete_from_swap_cache_nolock(page);", Del: Hugh},
	fltUnlock:    {Text: "UnlockPage(page);"},
	fltSet:       {Text: "set_pte(page_table, pte);"},
	fltPtlEnd:    {Text: "spin_unlock(&mm->page_table_lock);", Add: Hugh},
	fltUp:        {Text: "up(&mm->mmap_sem);"},
}}

// The accesses of a fault, in l.aux; exclusive once the page turns out to be
// the task's own.
const (
	reads = iota
	writes
	exclusive
)

func (s *State) fault(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case fltDown:
		return m.Sem.Down(x, &s.BKL)
	case fltRead:
		l.pte = vm.Load(x, &m.PTE[l.addr])
		if !l.pte.swapped() {
			return vm.Goto(fltUp)
		}
		l.entry = l.pte.entry()
	case fltLookup:
		return s.CPU[x.CPU].Call(fnLookup, locals{entry: l.entry})
	case fltFound:
		l.page = x.Result()
		if l.page != noHandle {
			l.page--
			return vm.Goto(fltLock)
		}
	case fltKernel:
		return s.BKL.Lock(x)
	case fltAhead:
		return s.CPU[x.CPU].Call(fnReadahead, locals{entry: l.entry})
	case fltReadSwap:
		return s.CPU[x.CPU].Call(fnRead, locals{entry: l.entry})
	case fltRead24:
		return s.CPU[x.CPU].Call(fnRead24, locals{entry: l.entry})
	case fltKernelEnd:
		return s.BKL.Unlock(x)
	case fltNull:
		l.page = x.Result()
		if l.page != noHandle && l.page != noMemory {
			l.page--
			return vm.Goto(fltLock)
		}
	case fltNullSame:
		if !vm.Look(x, &m.Ptl).Free() {
			return vm.Block
		}
		return vm.Unless(vm.Load(x, &m.PTE[l.addr]) == l.pte, fltUp)
	case fltKill:
		s.kill(x, l.entry, l.page, m.PTE[l.addr])
		return vm.Goto(fltUp)
	case fltLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case fltPtl:
		return m.Ptl.Lock(x)
	case fltSame:
		return vm.Unless(vm.Load(x, &m.PTE[l.addr]) != l.pte, fltFree)
	case fltBackOut:
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		return vm.Goto(fltPtlEnd)
	case fltFree:
		own(x, *vm.Look(x, &m.PTE[l.addr]), l.entry, "do_swap_page")
		s.swapFree(x, l.entry)
	case fltWrite:
		return vm.Unless(l.aux == writes, fltUnlock)
	case fltCount:
		l.entry = uint8(s.Page[l.page].Count.Read(x))
	case fltShared:
		if s.pageShared(x, l.page, int(l.entry)) {
			return vm.Goto(fltUnlock)
		}
		l.aux = exclusive
	case fltDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case fltUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case fltSet:
		t := mapped(l.page)
		if l.aux == exclusive {
			t |= writable | dirtyPte
		}
		vm.Store(x, &m.PTE[l.addr], t)
		s.sees(x, l.mm, l.addr, l.page)
		if l.aux == exclusive {
			s.stores(x, l.mm, l.addr, l.page)
		}
	case fltPtlEnd:
		return m.Ptl.Unlock(x)
	case fltUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// kill is the oracle of a fault that fails: the task dies though no allocation
// has failed, because swapoff has replaced its entry meanwhile, or has missed it.
func (s *State) kill(x *vm.Exec, e, result uint8, t pte) {
	switch {
	case result == noMemory:
	case t == swapped(e):
		x.Bug(Killed, int(e), "stale entry")
	default:
		x.Bug(Killed, int(e), "entry replaced")
	}
}
