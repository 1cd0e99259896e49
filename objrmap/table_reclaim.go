package objrmap

import "github.com/vmrace/vmrace/vm"

// try_to_unmap_one, mm/rmap.c, 2.6.7: reclaim comes to a vma, and to its lock, by
// the anon_vma of the page. A pte_chain leads to a page table and not to a vma,
// so that with it a lock for each vma could not even be found.
const (
	trAnonLock = iota
	trVMA
	trLock
	trVMALock
	trWalk
	trPte
	trClear
	trRssRead
	trRss
	trRssAtomic
	trUnlock
	trVMAUnlock
	trAnonUnlock
)

var tableReclaimListing = vm.Listing[TableState, tabLocals]{Name: "try_to_unmap_one", Source: "mm/rmap.c", Step: (*TableState).reclaim, Lines: []vm.Line{
	trAnonLock:   {Text: "spin_lock(&anon_vma->lock);"},
	trVMA:        {Text: "list_for_each_entry(vma, &anon_vma->head, anon_vma_node)"},
	trLock:       {Text: "spin_lock(&mm->page_table_lock);", Del: PerVMA},
	trVMALock:    {Text: "spin_lock(&vma->page_table_lock);", Add: PerVMA},
	trWalk:       {Text: "if (!pmd_present(*pmd)) goto out_unlock;"},
	trPte:        {Text: "if (page_to_pfn(page) != pte_pfn(*pte)) goto out_unlock;"},
	trClear:      {Text: "ptep_clear_flush(vma, address, pte);"},
	trRssRead:    {Text: "tmp = mm->rss;", Del: AtomicRSS},
	trRss:        {Text: "mm->rss = tmp - 1;", Del: AtomicRSS},
	trRssAtomic:  {Text: "atomic_dec(&mm->rss);", Add: AtomicRSS},
	trUnlock:     {Text: "out_unlock: spin_unlock(&mm->page_table_lock);", Del: PerVMA},
	trVMAUnlock:  {Text: "out_unlock: spin_unlock(&vma->page_table_lock);", Add: PerVMA},
	trAnonUnlock: {Text: "spin_unlock(&anon_vma->lock);"},
}}

func (s *TableState) reclaim(x *vm.Exec, l *tabLocals) vm.Next {
	switch x.Line {
	case trAnonLock:
		return s.AnonL.Lock(x)
	case trVMA:
		l.lock = s.lockOf(x, l.vma)
		return vm.Unless(vm.Load(x, &s.Anon).Has(int(l.vma)), trAnonUnlock)
	case trLock:
		return s.PTL.Lock(x)
	case trVMALock:
		return s.Lock[l.lock].Lock(x)
	case trWalk:
		l.page = vm.Load(x, &s.PMD)
		return vm.Unless(l.page != 0, trUnlock)
	case trPte:
		return vm.Unless(vm.Load(x, &s.use(x, l.page).PTE).Has(int(l.vma)), trUnlock)
	case trClear:
		s.setPTE(x, l, false)
	case trRssRead:
		l.tmp = vm.Load(x, &s.Rss)
	case trRss:
		s.check(x, tabRss)
		vm.Store(x, &s.Rss, l.tmp-1)
	case trRssAtomic:
		vm.Store(x, &s.Rss, s.Rss-1)
	case trUnlock:
		return s.PTL.Unlock(x)
	case trVMAUnlock:
		return s.Lock[l.lock].Unlock(x)
	case trAnonUnlock:
		return s.AnonL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
