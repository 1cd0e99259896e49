package invalidate

import "github.com/vmrace/vmrace/vm"

// install_page, mm/fremap.c, called by filemap_populate for a nonlinear vma: it
// knows neither the page lock nor truncate_count. Nonlinear vmas fault like all
// others from 54cb8821de07 on, in 2.6.23.
const (
	ipFind = iota
	ipPage
	ipPTL
	ipMapping
	ipPresent
	ipZapDirty
	ipZapTag
	ipZapTagged
	ipZapRmap
	ipZapPut
	ipSet
	ipRmap
	ipUnlock
	ipReturn
	ipGone
	ipGonePut
)

const noInstall = FaultAll | Linear | Linux24

var installPageListing = vm.Listing[State, locals]{Name: "install_page", Source: "mm/fremap.c, 2.6.16", Step: (*State).installPage, Lines: []vm.Line{
	ipFind:      {Text: "page = find_get_page(mapping, pgoff); /* filemap_getpage */", Del: noInstall},
	ipPage:      {Text: "if (!page || !PageUptodate(page)) return 0; /* left to the fault */", Del: noInstall},
	ipPTL:       {Text: "pte = get_locked_pte(mm, addr, &ptl);", Del: noInstall},
	ipMapping:   {Text: "if (!page->mapping || page->index >= size) goto unlock;", Del: noInstall},
	ipPresent:   {Text: "if (!pte_none(*pte)) { zap_pte(mm, vma, addr, pte);", Del: noInstall},
	ipZapDirty:  {Text: "        if (pte_dirty(*pte) && !TestSetPageDirty(old)) { /* set_page_dirty */", Del: noInstall},
	ipZapTag:    {Text: "                write_lock_irq(&mapping->tree_lock);", Del: noInstall | PlainDirty},
	ipZapTagged: {Text: "                radix_tree_tag_set, write_unlock_irq(&mapping->tree_lock); }", Del: noInstall | PlainDirty},
	ipZapRmap:   {Text: "        page_remove_rmap(old);", Del: noInstall},
	ipZapPut:    {Text: "        page_cache_release(old); }", Del: noInstall},
	ipSet:       {Text: "set_pte_at(mm, addr, pte, mk_pte(page, prot));", Del: noInstall},
	ipRmap:      {Text: "page_add_file_rmap(page);", Del: noInstall},
	ipUnlock:    {Text: "pte_unmap_unlock(pte, ptl);", Del: noInstall},
	ipReturn:    {Text: "return 0;", Del: noInstall},
	ipGone:      {Text: "unlock: pte_unmap_unlock(pte, ptl);", Del: noInstall},
	ipGonePut:   {Text: "page_cache_release(page);", Del: noInstall},
}}

func (s *State) installPage(x *vm.Exec, l *locals) vm.Next {
	v := l.how.vma()
	switch x.Line {
	case ipFind:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case ipPage:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
		return vm.Unless(s.pg(x, l.page).Flags.Test(x, uptodate), ipGonePut)
	case ipPTL:
		return s.PTL[v].Lock(x)
	case ipMapping:
		return vm.Unless(s.cached(x, l.page) && vm.Load(x, &s.Size) > 0, ipGone)
	case ipPresent:
		if l.file = vm.Load(x, &s.PTE[v]).page(); l.file == 0 {
			return vm.Goto(ipSet)
		}
		if s.zap(x, v)&pteDirty != 0 {
			l.how |= wasDirty
		}
	case ipZapDirty:
		return vm.Unless(l.how.has(wasDirty) && s.testSetDirty(x, l.file), ipZapRmap)
	case ipZapTag:
		return s.TreeLock.WriteLockIRQ(x)
	case ipZapTagged:
		return s.TreeLock.WriteUnlockIRQ(x)
	case ipZapRmap:
		s.rmapRemove(x, l.file)
	case ipZapPut:
		s.put(x, l.file)
	case ipSet:
		s.setPTE(x, l)
	case ipRmap:
		s.rmapAdd(x, l.page)
	case ipUnlock, ipGone:
		return s.PTL[v].Unlock(x)
	case ipReturn:
		return vm.Return
	case ipGonePut:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
