package migrate

import "github.com/vmrace/vmrace/vm"

// do_swap_page, mm/memory.c, for a page that is in the swap cache: the page
// table entry takes over the reference of the lookup. It maps the page read
// only; a store goes on in do_wp_page. If swap is nearly full, the page leaves
// the swap cache with the last swap entry. It returns 1 if the page would have
// to be read from the device, which is left out.
const (
	swpLoad = iota
	swpGet
	swpReload
	swpLock
	swpCached
	swpPTL
	swpSame
	swpSet
	swpRmap
	swpFree
	swpFull
	swpCount
	swpDelete
	swpDirty
	swpUnlock
	swpPTLUnlock
	swpDone
	swpNoMap
	swpOutPage
	swpPut
	swpAgain
)

var swapListing = vm.Listing[State, locals]{Name: "do_swap_page", Source: "mm/memory.c, 5.0.1", Step: (*State).doSwapPage, Lines: []vm.Line{
	swpLoad:      {Text: "repeat: page = xas_load(&xas); /* lookup_swap_cache */"},
	swpGet:       {Text: "if (!page_cache_get_speculative(page)) goto repeat;", Order: vm.Full},
	swpReload:    {Text: "if (page != xas_reload(&xas)) goto out_release;"},
	swpLock:      {Text: "lock_page_or_retry(page, vma->vm_mm, vmf->flags);", Sleeps: true, Del: NoPageLock, Order: vm.Acquire},
	swpCached:    {Text: "if (!PageSwapCache(page)) goto out_page;"},
	swpPTL:       {Text: "vmf->pte = pte_offset_map_lock(mm, pmd, address, &ptl);", Order: vm.Acquire},
	swpSame:      {Text: "if (!pte_same(*vmf->pte, vmf->orig_pte)) goto out_nomap;"},
	swpSet:       {Text: "set_pte_at(vma->vm_mm, vmf->address, vmf->pte, pte);"},
	swpRmap:      {Text: "do_page_add_anon_rmap(page, vma, vmf->address);", Order: vm.Full},
	swpFree:      {Text: "swap_free(entry);"},
	swpFull:      {Text: "if (mem_cgroup_swap_full(page) && PageSwapCache(page))"},
	swpCount:     {Text: "        if (!page_swapped(page)) { /* try_to_free_swap */"},
	swpDelete:    {Text: "                delete_from_swap_cache(page);"},
	swpDirty:     {Text: "                SetPageDirty(page); }"},
	swpUnlock:    {Text: "unlock_page(page);", Del: NoPageLock},
	swpPTLUnlock: {Text: "pte_unmap_unlock(vmf->pte, vmf->ptl);", Order: vm.Release},
	swpDone:      {Text: "return 0;"},
	swpNoMap:     {Text: "out_nomap: pte_unmap_unlock(vmf->pte, vmf->ptl);", Order: vm.Release},
	swpOutPage:   {Text: "out_page: unlock_page(page);", Del: NoPageLock},
	swpPut:       {Text: "out_release: put_page(page);"},
	swpAgain:     {Text: "return 0; /* fault again */"},
}}

func (s *State) doSwapPage(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	cpu := &s.CPU[x.CPU]
	switch x.Line {
	case swpLoad:
		e := vm.Load(x, &s.Slot)
		if e == 0 {
			return x.Return(1)
		}
		l.page = e.page()
	case swpGet:
		return vm.Unless(s.tryGet(x, l.page, byOther), swpLoad)
	case swpReload:
		return vm.Unless(vm.Load(x, &s.Slot) == slotOf(l.page), swpPut)
	case swpLock:
		return s.lock(x, l.page)
	case swpCached:
		return vm.Unless(pg.Flags.Test(x, swapCache), swpOutPage)
	case swpPTL:
		return s.PTL.Lock(x)
	case swpSame:
		return vm.Unless(vm.Load(x, &s.PTE[l.i]) == pteSwap, swpNoMap)
	case swpSet:
		vm.Store(x, &s.PTE[l.i], ptePresent|pte(l.page))
	case swpRmap:
		s.mapped(x, l.page)
	case swpFree:
		vm.Store(x, &s.SwapMap, vm.Load(x, &s.SwapMap)-1)
	case swpFull:
		if x.Choose(2) == 0 || !pg.Flags.Test(x, swapCache) {
			return vm.Goto(swpUnlock)
		}
	case swpCount:
		return vm.Unless(vm.Load(x, &s.SwapMap) == 0, swpUnlock)
	case swpDelete:
		return cpu.Call(fnDelete, locals{page: l.page})
	case swpDirty:
		pg.Flags.Set(x, dirty)
	case swpUnlock, swpOutPage:
		return s.unlock(x, l.page)
	case swpPTLUnlock, swpNoMap:
		return s.PTL.Unlock(x)
	case swpDone, swpAgain:
		return x.Return(0)
	case swpPut:
		return s.put(x, l.page, byOther)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
