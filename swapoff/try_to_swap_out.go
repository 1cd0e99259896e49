package swapoff

import "github.com/vmrace/vmrace/vm"

// swap_out to try_to_swap_out, mm/vmscan.c, for one page: kswapd takes a page
// away from a process. A page that is in the swap cache still just gives its
// handle back to the entry.
//
// 2.4.0 takes no kernel lock here, though a comment in it says that it does, and
// locks the page. What it does with a dirty page is simplified: it marks the page
// dirty and leaves the write to page_launder; here the write follows at once. It
// finds its victims on mmlist and pins them by mm_users, which is left out, too.
const (
	tsoKernel = iota
	tsoPick
	tsoPtl
	tsoRead
	tsoOld
	tsoLocked
	tsoTry
	tsoCached
	tsoDirtyPage
	tsoDupTest
	tsoDup
	tsoDupLocked
	tsoAcquire
	tsoRefused
	tsoReuse
	tsoReuseUnlock
	tsoPut
	tsoClean
	tsoClean24
	tsoCleanUnlock
	tsoDrop
	tsoNew
	tsoNewDup
	tsoAdd
	tsoAddUnique
	tsoSet
	tsoUnlock
	tsoWrite
	tsoDone
	tsoFree
	tsoFail
	tsoPtlEnd
	tsoMmdrop
	tsoWake
	tsoEnd
)

var swapOutListing = vm.Listing[State, locals]{Name: "try_to_swap_out", Source: "mm/vmscan.c", Step: (*State).swapOut, Lines: []vm.Line{
	tsoKernel:      {Text: "lock_kernel(); /* swap_out */", Del: Hugh | SwapOutFree},
	tsoPick:        {Text: "atomic_inc(&mm->mm_count);"},
	tsoPtl:         {Text: "spin_lock(&mm->page_table_lock);"},
	tsoRead:        {Text: "pte = *page_table; if (!pte_present(pte)) goto out_failed;"},
	tsoOld:         {Text: "if (pte_young(pte)) { set_pte(page_table, pte_mkold(pte)); goto out_failed; }"},
	tsoLocked:      {Text: "if (PageLocked(page)) goto out_failed;", Del: SwapOutLock},
	tsoTry:         {Text: "if (TryLockPage(page)) goto out_failed;", Add: SwapOutLock},
	tsoCached:      {Text: "if (PageSwapCache(page)) {"},
	tsoDirtyPage:   {Text: "        if (pte_dirty(pte)) set_page_dirty(page);", Add: Hugh},
	tsoDupTest:     {Text: "        entry = page->index; if (swap_map[offset]) /* swap_duplicate, no lock */", Del: H13 | Hugh},
	tsoDup:         {Text: "                swap_map[offset]++; /* under swap_device_lock */", Del: H13 | Hugh},
	tsoDupLocked:   {Text: "        entry = page->index; swap_duplicate(entry);", Add: Hugh},
	tsoAcquire:     {Text: "        entry = acquire_swap_entry(page);", Add: H13},
	tsoRefused:     {Text: "        if (!entry.val) goto out_failed;", Add: H13},
	tsoReuse:       {Text: "        set_pte(page_table, swp_entry_to_pte(entry));"},
	tsoReuseUnlock: {Text: "        UnlockPage(page);", Add: SwapOutLock},
	tsoPut:         {Text: "        __free_page(page); goto out; }"},
	tsoClean:       {Text: "if (!pte_dirty(pte)) { pte_clear(page_table);", Del: Hugh},
	tsoClean24:     {Text: "if (!pte_dirty(pte) && !PageDirty(page)) { pte_clear(page_table);", Add: Hugh},
	tsoCleanUnlock: {Text: "        UnlockPage(page);", Add: SwapOutLock},
	tsoDrop:        {Text: "        __free_page(page); goto out; }"},
	tsoNew:         {Text: "entry = acquire_swap_entry(page);"},
	tsoNewDup:      {Text: "if (!entry.val) goto out_failed; swap_duplicate(entry);"},
	tsoAdd:         {Text: "add_to_swap_cache(page, entry);", Del: Hugh},
	tsoAddUnique:   {Text: "if (add_to_swap_cache(page, entry)) { swap_free(entry); goto again; }", Add: Hugh},
	tsoSet:         {Text: "set_pte(page_table, swp_entry_to_pte(entry));"},
	tsoUnlock:      {Text: "spin_unlock(&mm->page_table_lock);"},
	tsoWrite:       {Text: "rw_swap_page(WRITE, page, 0);"},
	tsoDone:        {Text: "UnlockPage(page); /* end of I/O */"},
	tsoFree:        {Text: "__free_page(page); goto out_written;"},
	tsoFail:        {Text: "out_failed: UnlockPage(page);", Add: SwapOutLock},
	tsoPtlEnd:      {Text: "out_failed: spin_unlock(&mm->page_table_lock);"},
	tsoMmdrop:      {Text: "out: mmdrop(mm);"},
	tsoWake:        {Text: "/* wakes with the kernel lock */", Sleeps: true},
	tsoEnd:         {Text: "unlock_kernel();", Del: Hugh | SwapOutFree},
}}

func (s *State) swapOut(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case tsoKernel:
		return s.BKL.Lock(x)
	case tsoPick:
		if !s.onTaskList(x, l.mm) {
			return vm.Goto(tsoWake)
		}
		s.useMm(x, l.mm)
		m.Count.Inc(x)
	case tsoPtl:
		return m.Ptl.Lock(x)
	case tsoRead:
		l.pte = vm.Load(x, &m.PTE[l.addr])
		l.page = l.pte.page()
		return vm.Unless(l.pte.present() && vm.Load(x, &m.Vmas).Has(int(l.addr)), tsoPtlEnd)
	case tsoOld:
		if l.pte&young != 0 {
			vm.Store(x, &m.PTE[l.addr], l.pte&^young)
			return vm.Goto(tsoPtlEnd)
		}
	case tsoLocked:
		return vm.Unless(!vm.Look(x, &s.Page[l.page].Lock).Locked(), tsoPtlEnd)
	case tsoTry:
		return vm.Unless(s.Page[l.page].Lock.TryLock(x), tsoPtlEnd)
	case tsoDirtyPage:
		if l.pte&dirtyPte != 0 {
			s.Page[l.page].Flags.Set(x, dirty)
		}
	case tsoReuseUnlock, tsoCleanUnlock, tsoFail:
		return s.Page[l.page].Lock.Unlock(x)
	case tsoCached:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), tsoClean)
	case tsoDupTest:
		l.entry = *vm.Look(x, &s.Page[l.page].Index)
		return vm.Unless(s.swapInUse(x, l.entry), tsoReuse)
	case tsoDup:
		s.swapRaise(x, l.entry)
	case tsoDupLocked:
		l.entry = *vm.Look(x, &s.Page[l.page].Index)
		s.swapDuplicate(x, l.entry)
	case tsoAcquire, tsoNew:
		return s.CPU[x.CPU].Call(fnAcquire, locals{page: l.page})
	case tsoRefused:
		r := x.Result()
		l.entry = r - 1
		return vm.Unless(r != 0, tsoFail)
	case tsoReuse, tsoSet:
		vm.Store(x, &m.PTE[l.addr], swapped(l.entry))
		*vm.Mark(x, &m.Flags) |= returned
	case tsoPut, tsoDrop:
		s.putPage(x, l.page)
		return vm.Goto(tsoPtlEnd)
	case tsoClean, tsoClean24:
		if l.pte&dirtyPte != 0 || x.Line == tsoClean24 && s.Page[l.page].Flags.Test(x, dirty) {
			return vm.Goto(tsoNew)
		}
		vm.Store(x, &m.PTE[l.addr], 0)
	case tsoNewDup:
		r := x.Result()
		if r == 0 {
			return vm.Goto(tsoFail)
		}
		l.entry = r - 1
		s.swapDuplicate(x, l.entry)
	case tsoAdd:
		return s.addToSwapCache(x, l.page, l.entry)
	case tsoAddUnique:
		if s.lookCached(x, l.entry) > 0 {
			s.swapFree(x, l.entry)
			s.swapFree(x, l.entry)
			return vm.Goto(tsoNew)
		}
		return s.addToSwapCache(x, l.page, l.entry)
	case tsoUnlock:
		return m.Ptl.Unlock(x)
	case tsoWrite:
		s.writePage(x, l.page, l.entry)
		s.BKL.MayDrop(x)
	case tsoDone:
		return s.Page[l.page].Lock.Unlock(x)
	case tsoFree:
		s.putPage(x, l.page)
		return vm.Goto(tsoMmdrop)
	case tsoPtlEnd:
		return m.Ptl.Unlock(x)
	case tsoMmdrop:
		return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.mm})
	case tsoWake:
		return s.BKL.Sleep(x, true)
	case tsoEnd:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// onTaskList reports whether a task on the list has the mm: swap_out finds its
// victims there.
func (s *State) onTaskList(x *vm.Exec, m uint8) bool {
	list := vm.Load(x, &s.Tasks)
	for t := range s.Task {
		if list.Has(t) && vm.Load(x, &s.Task[t]) == mmPtr(m+1) {
			return true
		}
	}
	return false
}
