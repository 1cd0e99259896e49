package swapoff

import "github.com/vmrace/vmrace/vm"

// zap_page_range to zap_pte_range, mm/memory.c, for one page, with
// free_page_and_swap_cache and delete_from_swap_cache_nolock: empties a page
// table entry and drops what it held. PageSwapCache is not tested again once the
// page is locked.
const (
	zapPtl = iota
	zapClear
	zapSwap
	zapTest
	zapTry
	zapRetest
	zapCount
	zapShared
	zapMapping
	zapDelete
	zapUnhash
	zapFree
	zapRelease
	zapUnlock
	zapPut
	zapPtlEnd
)

var zapListing = vm.Listing[State, locals]{Name: "zap_page_range", Source: "mm/memory.c", Step: (*State).zap, Lines: []vm.Line{
	zapPtl:     {Text: "spin_lock(&mm->page_table_lock);"},
	zapClear:   {Text: "page = *pte; pte_clear(pte);"},
	zapSwap:    {Text: "if (swapped) { swap_free(entry); return; }"},
	zapTest:    {Text: "if (PageSwapCache(page) /* free_page_and_swap_cache */"},
	zapTry:     {Text: "        && !TryLockPage(page)) {"},
	zapRetest:  {Text: "        if (!PageSwapCache(page)) goto unlock;", Add: Retest},
	zapCount:   {Text: "        count = page_count(page); /* is_page_shared */"},
	zapShared:  {Text: "        if (count + swap_count(page) - 2 <= 1) {"},
	zapMapping: {Text: "                if (page->mapping != &swapper_space) BUG();"},
	zapDelete:  {Text: "                PageClearSwapCache(page);"},
	zapUnhash:  {Text: "                remove_inode_page(page);"},
	zapFree:    {Text: "                swap_free(page->index);"},
	zapRelease: {Text: "                page_cache_release(page); }"},
	zapUnlock:  {Text: "        UnlockPage(page); }"},
	zapPut:     {Text: "__free_page(page);"},
	zapPtlEnd:  {Text: "spin_unlock(&mm->page_table_lock);"},
}}

func (s *State) zap(x *vm.Exec, l *locals) vm.Next {
	m := &s.Mm[l.mm]
	switch x.Line {
	case zapPtl:
		s.useMm(x, l.mm)
		return m.Ptl.Lock(x)
	case zapClear:
		l.pte = vm.Load(x, &m.PTE[l.addr])
		vm.Store(x, &m.PTE[l.addr], 0)
		*vm.Mark(x, &m.Want[l.addr]) = 0
		l.page = l.pte.page()
		switch {
		case l.pte == 0:
			return vm.Goto(zapPtlEnd)
		case l.pte.present():
			return vm.Goto(zapTest)
		}
	case zapSwap:
		s.swapFree(x, l.pte.entry())
		return vm.Goto(zapPtlEnd)
	case zapTest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), zapPut)
	case zapTry:
		return vm.Unless(s.Page[l.page].Lock.TryLock(x), zapPut)
	case zapRetest:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), zapUnlock)
	case zapCount:
		l.aux = uint8(s.Page[l.page].Count.Read(x))
	case zapShared:
		return vm.Unless(!s.pageShared(x, l.page, int(l.aux)), zapUnlock)
	case zapMapping:
		return s.deleteMapping(x, l.page)
	case zapDelete:
		s.Page[l.page].Flags.Clear(x, swapCache)
	case zapUnhash:
		s.deleteUnhash(x, l.page)
	case zapFree:
		s.swapFree(x, *vm.Look(x, &s.Page[l.page].Index))
	case zapRelease:
		s.putPage(x, l.page)
	case zapUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case zapPut:
		s.putPage(x, l.page)
	case zapPtlEnd:
		return m.Ptl.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
