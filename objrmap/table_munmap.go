package objrmap

import "github.com/vmrace/vmrace/vm"

// do_munmap, mm/mmap.c: takes the page of a vma away, and the page-table page if
// no vma is left that has ptes in it.
const (
	tmDown = iota
	tmDetach
	tmLock
	tmVMALock
	tmWalk
	tmZap
	tmRssRead
	tmRss
	tmRssAtomic
	tmNeighbour
	tmUpper
	tmClear
	tmFree
	tmUpperUnlock
	tmUnlock
	tmVMAUnlock
	tmAnonLock
	tmAnonDel
	tmAnonUnlock
	tmUp
)

var tableUnmapListing = vm.Listing[TableState, tabLocals]{Name: "do_munmap", Source: "mm/mmap.c, mm/memory.c", Step: (*TableState).unmap, Lines: []vm.Line{
	tmDown:        {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	tmDetach:      {Text: "detach_vmas_to_be_unmapped; if (!mpnt) goto out;"},
	tmLock:        {Text: "spin_lock(&mm->page_table_lock);", Del: PerVMA},
	tmVMALock:     {Text: "spin_lock(&vma->page_table_lock);", Add: PerVMA},
	tmWalk:        {Text: "zap_pmd_range: if (pmd_none(*pmd) || pte_none(*pte)) goto free;"},
	tmZap:         {Text: "zap_pte_range: ptep_get_and_clear(pte);"},
	tmRssRead:     {Text: "tmp = mm->rss;", Del: AtomicRSS},
	tmRss:         {Text: "mm->rss = tmp - freed;", Del: AtomicRSS},
	tmRssAtomic:   {Text: "atomic_sub(freed, &mm->rss);", Add: AtomicRSS},
	tmNeighbour:   {Text: "free_pgtables: if (prev or next has ptes in this page) skip;"},
	tmUpper:       {Text: "        spin_lock(&mm->page_table_lock);", Add: UpperLock},
	tmClear:       {Text: "        pmd_clear(pmd);"},
	tmFree:        {Text: "        pte_free_tlb(tlb, page);"},
	tmUpperUnlock: {Text: "        spin_unlock(&mm->page_table_lock);", Add: UpperLock},
	tmUnlock:      {Text: "spin_unlock(&mm->page_table_lock);", Del: PerVMA},
	tmVMAUnlock:   {Text: "spin_unlock(&vma->page_table_lock);", Add: PerVMA},
	tmAnonLock:    {Text: "anon_vma_unlink: spin_lock(&anon_vma->lock);"},
	tmAnonDel:     {Text: "        list_del(&vma->anon_vma_node);"},
	tmAnonUnlock:  {Text: "        spin_unlock(&anon_vma->lock);"},
	tmUp:          {Text: "out: up_write(&mm->mmap_sem);"},
}}

func (s *TableState) unmap(x *vm.Exec, l *tabLocals) vm.Next {
	switch x.Line {
	case tmDown:
		return s.Sem.DownWrite(x)
	case tmDetach:
		l.lock = s.lockOf(x, l.vma)
		if !vm.Load(x, &s.VMAs).Has(int(l.vma)) {
			return vm.Goto(tmUp)
		}
		vm.Store(x, &s.VMAs, s.VMAs.Without(int(l.vma)))
	case tmLock, tmUpper:
		return s.PTL.Lock(x)
	case tmVMALock:
		return s.Lock[l.lock].Lock(x)
	case tmWalk:
		l.page = vm.Load(x, &s.PMD)
		return vm.Unless(l.page != 0 && vm.Look(x, &s.use(x, l.page).PTE).Has(int(l.vma)), tmNeighbour)
	case tmZap:
		s.setPTE(x, l, false)
	case tmRssRead:
		l.tmp = vm.Load(x, &s.Rss)
	case tmRss:
		s.check(x, tabRss)
		vm.Store(x, &s.Rss, l.tmp-1)
	case tmRssAtomic:
		vm.Store(x, &s.Rss, s.Rss-1)
	case tmNeighbour:
		l.page = *vm.Look(x, &s.PMD)
		return vm.Unless(vm.Load(x, &s.VMAs) == 0 && l.page != 0, tmUnlock)
	case tmClear:
		s.check(x, tabPMD)
		vm.Store(x, &s.PMD, 0)
	case tmFree:
		if *vm.Look(x, &s.use(x, l.page).PTE) != 0 {
			x.Bug(vm.BadPage, int(l.page)-1, "freed with ptes in it")
		}
		s.free(x, l.page)
	case tmUpperUnlock, tmUnlock:
		return s.PTL.Unlock(x)
	case tmVMAUnlock:
		return s.Lock[l.lock].Unlock(x)
	case tmAnonLock:
		return s.AnonL.Lock(x)
	case tmAnonDel:
		vm.Store(x, &s.Anon, s.Anon.Without(int(l.vma)))
	case tmAnonUnlock:
		return s.AnonL.Unlock(x)
	case tmUp:
		return s.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
