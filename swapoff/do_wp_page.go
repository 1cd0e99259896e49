package swapoff

import "github.com/vmrace/vmrace/vm"

// handle_pte_fault with do_wp_page, mm/memory.c: a write to a page that is
// mapped read-only, with the store that follows. The page becomes the task's
// own if nobody shares it, else it is copied. PageSwapCache is not tested again
// once the page is locked.
const (
	wrpDown = iota
	wrpPtl
	wrpRead
	wrpCase
	wrpTest
	wrpTry
	wrpRetest
	wrpCount
	wrpShared
	wrpLateTry
	wrpDelete
	wrpUnlock
	wrpReuse
	wrpSharedUnlock
	wrpCopyUnlock
	wrpAlloc
	wrpRelock
	wrpSame
	wrpInstall
	wrpPut
	wrpPtlEnd
	wrpUp
)

var wpListing = vm.Listing[State, locals]{Name: "do_wp_page", Source: "mm/memory.c", Step: (*State).wpPage, Lines: []vm.Line{
	wrpDown:         {Text: "down(&mm->mmap_sem);", Sleeps: true},
	wrpPtl:          {Text: "spin_lock(&mm->page_table_lock);"},
	wrpRead:         {Text: "old_page = pte_page(*page_table);"},
	wrpCase:         {Text: "switch (page_count(old_page)) { case 2:"},
	wrpTest:         {Text: "        if (!PageSwapCache(old_page)"},
	wrpTry:          {Text: "                        || TryLockPage(old_page)) break;", Del: LateLock},
	wrpRetest:       {Text: "        if (!PageSwapCache(old_page)) { UnlockPage(old_page); break; }", Add: Retest},
	wrpCount:        {Text: "        count = page_count(old_page); /* is_page_shared */"},
	wrpShared:       {Text: "        if (count + swap_count(old_page) - 2 <= 1) {"},
	wrpLateTry:      {Text: "                if (TryLockPage(old_page)) break;", Add: LateLock},
	wrpDelete:       {Text: "                delete_from_swap_cache_nolock(old_page);", Del: Hugh},
	wrpUnlock:       {Text: "                UnlockPage(old_page);"},
	wrpReuse:        {Text: "        case 1: set_pte(page_table, pte_mkwrite(pte)); return; }"},
	wrpSharedUnlock: {Text: "        UnlockPage(old_page);", Del: LateLock},
	wrpCopyUnlock:   {Text: "spin_unlock(&mm->page_table_lock);"},
	wrpAlloc:        {Text: "new_page = alloc_page(GFP_HIGHUSER);", Sleeps: true},
	wrpRelock:       {Text: "spin_lock(&mm->page_table_lock);"},
	wrpSame:         {Text: "if (pte_val(*page_table) == pte_val(pte)) {"},
	wrpInstall:      {Text: "        copy_cow_page(); set_pte(page_table, new_page); new_page = old_page; }"},
	wrpPut:          {Text: "__free_page(new_page);"},
	wrpPtlEnd:       {Text: "spin_unlock(&mm->page_table_lock);"},
	wrpUp:           {Text: "up(&mm->mmap_sem);"},
}}

func (s *State) wpPage(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case wrpDown:
		return m.Sem.Down(x, &s.BKL)
	case wrpPtl, wrpRelock:
		return m.Ptl.Lock(x)
	case wrpRead:
		l.pte = vm.Load(x, &m.PTE[l.addr])
		if !l.pte.present() || l.pte&writable != 0 {
			return vm.Goto(wrpPtlEnd)
		}
		l.page = l.pte.page()
	case wrpCase:
		switch s.Page[l.page].Count.Read(x) {
		case 1:
			return vm.Goto(wrpReuse)
		case 2:
			return vm.Fall
		}
		return vm.Goto(wrpCopyUnlock)
	case wrpTest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), wrpCopyUnlock)
	case wrpTry, wrpLateTry:
		return vm.Unless(s.Page[l.page].Lock.TryLock(x), wrpCopyUnlock)
	case wrpRetest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), wrpSharedUnlock)
	case wrpCount:
		l.aux = uint8(s.Page[l.page].Count.Read(x))
	case wrpShared:
		return vm.Unless(!s.pageShared(x, l.page, int(l.aux)), wrpSharedUnlock)
	case wrpDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case wrpUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case wrpReuse:
		s.store(x, l)
		return vm.Goto(wrpPtlEnd)
	case wrpSharedUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case wrpCopyUnlock, wrpPtlEnd:
		return m.Ptl.Unlock(x)
	case wrpAlloc:
		p, ok := s.allocPage(x)
		l.aux = p
		return vm.Unless(ok, wrpUp)
	case wrpSame:
		return vm.Unless(vm.Load(x, &m.PTE[l.addr]) == l.pte, wrpPut)
	case wrpInstall:
		l.page, l.aux = l.aux, l.page
		s.store(x, l)
	case wrpPut:
		s.putPage(x, l.aux)
	case wrpUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// store makes the entry writable and lets the task store a value of its own.
func (s *State) store(x *vm.Exec, l *locals) {
	m := &s.Mm[l.mm]
	vm.Store(x, &m.PTE[l.addr], mapped(l.page)|writable|dirtyPte)
	s.stores(x, l.mm, l.addr, l.page)
}

// stores is a store of the user to a page that is writable.
func (s *State) stores(x *vm.Exec, m, addr, p uint8) {
	*vm.Mark(x, &s.Page[p].Data) = data(4 + m)
	*vm.Mark(x, &s.Mm[m].Want[addr]) = data(4 + m)
}
