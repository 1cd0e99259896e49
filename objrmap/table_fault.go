package objrmap

import "github.com/vmrace/vmrace/vm"

// handle_mm_fault, mm/memory.c: a fault puts a page into a vma. With a lock for
// each vma it takes that of the vma.
const (
	tfDown = iota
	tfVMA
	tfLock
	tfVMALock
	tfAlloc
	tfNone
	tfSet
	tfRssRead
	tfRss
	tfRssAtomic
	tfUnlock
	tfVMAUnlock
	tfUp
)

var tableFaultListing = vm.Listing[TableState, tabLocals]{Name: "handle_mm_fault", Source: "mm/memory.c", Step: (*TableState).fault, Lines: []vm.Line{
	tfDown:      {Text: "down_read(&mm->mmap_sem);", Sleeps: true},
	tfVMA:       {Text: "vma = find_vma(mm, address); if (!vma) goto bad_area;"},
	tfLock:      {Text: "spin_lock(&mm->page_table_lock);", Del: PerVMA},
	tfVMALock:   {Text: "spin_lock(&vma->page_table_lock);", Add: PerVMA},
	tfAlloc:     {Text: "pte = pte_alloc_map(mm, pmd, address);"},
	tfNone:      {Text: "if (!pte_none(*pte)) goto unlock;"},
	tfSet:       {Text: "set_pte(pte, entry);"},
	tfRssRead:   {Text: "tmp = mm->rss;", Del: AtomicRSS},
	tfRss:       {Text: "mm->rss = tmp + 1;", Del: AtomicRSS},
	tfRssAtomic: {Text: "atomic_inc(&mm->rss);", Add: AtomicRSS},
	tfUnlock:    {Text: "unlock: spin_unlock(&mm->page_table_lock);", Del: PerVMA},
	tfVMAUnlock: {Text: "unlock: spin_unlock(&vma->page_table_lock);", Add: PerVMA},
	tfUp:        {Text: "bad_area: up_read(&mm->mmap_sem);"},
}}

func (s *TableState) fault(x *vm.Exec, l *tabLocals) vm.Next {
	switch x.Line {
	case tfDown:
		return s.Sem.DownRead(x)
	case tfVMA:
		l.lock = s.lockOf(x, l.vma)
		return vm.Unless(vm.Load(x, &s.VMAs).Has(int(l.vma)), tfUp)
	case tfLock:
		return s.PTL.Lock(x)
	case tfVMALock:
		return s.Lock[l.lock].Lock(x)
	case tfAlloc:
		return s.CPU[x.CPU].Call(fnPteAlloc, *l)
	case tfNone:
		l.page = x.Result()
		return vm.Unless(!vm.Load(x, &s.use(x, l.page).PTE).Has(int(l.vma)), tfUnlock)
	case tfSet:
		s.setPTE(x, l, true)
	case tfRssRead:
		l.tmp = vm.Load(x, &s.Rss)
	case tfRss:
		s.check(x, tabRss)
		vm.Store(x, &s.Rss, l.tmp+1)
	case tfRssAtomic:
		vm.Store(x, &s.Rss, s.Rss+1)
	case tfUnlock:
		s.faulted(x, l)
		return s.PTL.Unlock(x)
	case tfVMAUnlock:
		s.faulted(x, l)
		return s.Lock[l.lock].Unlock(x)
	case tfUp:
		return s.Sem.UpRead(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// setPTE is set_pte and ptep_get_and_clear. A pte is a word of its own: that two
// of them are bits here loses nothing.
func (s *TableState) setPTE(x *vm.Exec, l *tabLocals, there bool) {
	p := s.use(x, l.page)
	s.check(x, tabPTEA+int(s.lockOf(x, l.vma)))
	if *vm.Look(x, &s.PMD) != l.page {
		x.Bug(vm.UseAfterFree, int(l.page)-1, "pte in a page-table page that hangs nowhere")
	}
	if there {
		vm.Store(x, &p.PTE, p.PTE.With(int(l.vma)))
	} else {
		vm.Store(x, &p.PTE, p.PTE.Without(int(l.vma)))
	}
}

// faulted is the oracle of a fault that is done: the page is mapped.
func (s *TableState) faulted(x *vm.Exec, l *tabLocals) {
	if l.page != 0 && !vm.Look(x, &s.Page[l.page-1].PTE).Has(int(l.vma)) {
		x.Bug(NotPresent, int(l.page-1), "a fault leaves no page")
	}
}
