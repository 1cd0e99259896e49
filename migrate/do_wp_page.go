package migrate

import "github.com/vmrace/vmrace/vm"

// do_wp_page with reuse_swap_page, mm/memory.c and mm/swapfile.c: a store to an
// anonymous page that is mapped read only. If nobody else can see the page, it
// leaves the swap cache and becomes writable; else it would be copied, which is
// left out: it returns 1.
const (
	wpPTL = iota
	wpSame
	wpTry
	wpGet
	wpPTLUnlock
	wpLock
	wpRelock
	wpSame2
	wpPut
	wpMaps
	wpSwap
	wpReuse
	wpCached
	wpDelete
	wpDirty
	wpUnlock
	wpSet
	wpPTLUnlock2
	wpDone
	wpCopy
	wpPTLUnlock3
	wpLeave
	wpUnlock2
	wpPTLUnlock4
	wpPut2
	wpRetry
	wpOut
	wpAgain
)

var wpListing = vm.Listing[State, locals]{Name: "do_wp_page", Source: "mm/memory.c, mm/swapfile.c, 5.0.1", Step: (*State).doWPPage, Lines: []vm.Line{
	wpPTL:        {Text: "vmf->ptl = pte_lockptr(mm, pmd); spin_lock(vmf->ptl);", Order: vm.Acquire},
	wpSame:       {Text: "if (!pte_same(*vmf->pte, entry)) goto unlock;"},
	wpTry:        {Text: "if (!trylock_page(page)) {", Del: NoPageLock, Order: vm.Acquire},
	wpGet:        {Text: "        get_page(page);", Del: NoPageLock},
	wpPTLUnlock:  {Text: "        pte_unmap_unlock(vmf->pte, vmf->ptl);", Del: NoPageLock, Order: vm.Release},
	wpLock:       {Text: "        lock_page(page);", Sleeps: true, Del: NoPageLock, Order: vm.Acquire},
	wpRelock:     {Text: "        vmf->pte = pte_offset_map_lock(mm, pmd, address, &ptl);", Del: NoPageLock, Order: vm.Acquire},
	wpSame2:      {Text: "        if (!pte_same(*vmf->pte, vmf->orig_pte)) goto changed;", Del: NoPageLock},
	wpPut:        {Text: "        put_page(page); }", Del: NoPageLock},
	wpMaps:       {Text: "map_swapcount = page_mapcount(page); /* reuse_swap_page */"},
	wpSwap:       {Text: "map_swapcount += page_swapcount(page);"},
	wpReuse:      {Text: "if (map_swapcount <= 1) {"},
	wpCached:     {Text: "        if (PageSwapCache(page)) {"},
	wpDelete:     {Text: "                delete_from_swap_cache(page);"},
	wpDirty:      {Text: "                SetPageDirty(page); }"},
	wpUnlock:     {Text: "        unlock_page(page);", Del: NoPageLock},
	wpSet:        {Text: "        ptep_set_access_flags(vma, address, pte, maybe_mkwrite(entry)); /* wp_page_reuse */"},
	wpPTLUnlock2: {Text: "        pte_unmap_unlock(vmf->pte, vmf->ptl);", Order: vm.Release},
	wpDone:       {Text: "        return VM_FAULT_WRITE; }"},
	wpCopy:       {Text: "unlock_page(page);", Del: NoPageLock},
	wpPTLUnlock3: {Text: "pte_unmap_unlock(vmf->pte, vmf->ptl);", Order: vm.Release},
	wpLeave:      {Text: "return wp_page_copy(vmf); /* left out */"},
	wpUnlock2:    {Text: "changed: unlock_page(page);", Del: NoPageLock},
	wpPTLUnlock4: {Text: "pte_unmap_unlock(vmf->pte, vmf->ptl);", Del: NoPageLock, Order: vm.Release},
	wpPut2:       {Text: "put_page(page);", Del: NoPageLock},
	wpRetry:      {Text: "return 0; /* fault again */", Del: NoPageLock},
	wpOut:        {Text: "unlock: pte_unmap_unlock(vmf->pte, vmf->ptl);", Order: vm.Release},
	wpAgain:      {Text: "return 0; /* fault again */"},
}}

func (s *State) doWPPage(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case wpPTL, wpRelock:
		return s.PTL.Lock(x)
	case wpSame:
		e := vm.Load(x, &s.PTE[l.i])
		if e.kind() != ptePresent || e&pteWrite != 0 {
			return vm.Goto(wpOut)
		}
		l.page = e.page()
	case wpTry:
		return vm.Unless(!pg.Lock.TryLock(x), wpMaps)
	case wpGet:
		s.get(x, l.page, byOther)
	case wpPTLUnlock, wpPTLUnlock2, wpPTLUnlock3, wpPTLUnlock4, wpOut:
		return s.PTL.Unlock(x)
	case wpLock:
		return s.lock(x, l.page)
	case wpSame2:
		return vm.Unless(vm.Load(x, &s.PTE[l.i]) == ptePresent|pte(l.page), wpUnlock2)
	case wpPut, wpPut2:
		return s.put(x, l.page, byOther)
	case wpMaps:
		l.n = vm.Load(x, &pg.Maps)
	case wpSwap:
		if pg.Flags.Test(x, swapCache) {
			l.n += vm.Load(x, &s.SwapMap)
		}
	case wpReuse:
		return vm.Unless(l.n <= 1, wpCopy)
	case wpCached:
		return vm.Unless(pg.Flags.Test(x, swapCache), wpUnlock)
	case wpDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case wpDirty:
		pg.Flags.Set(x, dirty)
	case wpUnlock, wpUnlock2, wpCopy:
		return s.unlock(x, l.page)
	case wpSet:
		vm.Store(x, &s.PTE[l.i], vm.Load(x, &s.PTE[l.i])|pteWrite)
	case wpDone, wpRetry, wpAgain:
		return x.Return(0)
	case wpLeave:
		return x.Return(1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
