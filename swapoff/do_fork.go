package swapoff

import "github.com/vmrace/vmrace/vm"

// do_fork to copy_page_range, kernel/fork.c and mm/memory.c: the child's page
// table gets the parent's swap handles. A vma of the child is linked behind its
// entries, and the child joins the task list at the very end.
const (
	frkLock = iota
	frkAlloc
	frkMm
	frkMmlist
	frkAdd
	frkAddHead
	frkAddAfter
	frkMmUnlock
	frkDown
	frkVma
	frkVmaAlloc
	frkLinkFirst
	frkPtl
	frkSrcPtl
	frkRead
	frkDupTest
	frkDup
	frkDupLocked
	frkProtect
	frkGet
	frkSet
	frkSrcPtlEnd
	frkPtlEnd
	frkLink
	frkNext
	frkUp
	frkThread
	frkLinks
	frkUnlock
)

// child is the mm, and the task, that a fork makes.
const (
	child     = 1
	childTask = 2
)

var forkListing = vm.Listing[State, locals]{Name: "do_fork", Source: "kernel/fork.c", Step: (*State).fork, Lines: []vm.Line{
	frkLock:      {Text: "lock_kernel();"},
	frkAlloc:     {Text: "mm = kmem_cache_alloc(mm_cachep, SLAB_KERNEL); /* mm_alloc */", Sleeps: true},
	frkMm:        {Text: "atomic_set(&mm->mm_users, 1); atomic_set(&mm->mm_count, 1);"},
	frkMmlist:    {Text: "mmlist_modify_lock();", Add: H1 | Hugh},
	frkAdd:       {Text: "list_add_tail(&mm->mmlist, &init_mm.mmlist);", Add: H1, Del: ListHead},
	frkAddHead:   {Text: "list_add(&mm->mmlist, &init_mm.mmlist);", Add: ListHead, Del: Hugh},
	frkAddAfter:  {Text: "list_add(&mm->mmlist, &current->mm->mmlist);", Add: Hugh},
	frkMmUnlock:  {Text: "mmlist_modify_unlock();", Add: H1 | Hugh},
	frkDown:      {Text: "down(&current->mm->mmap_sem);", Sleeps: true},
	frkVma:       {Text: "for (mpnt = current->mm->mmap; mpnt; mpnt = mpnt->vm_next) {"},
	frkVmaAlloc:  {Text: "        tmp = kmem_cache_alloc(vm_area_cachep, SLAB_KERNEL);", Sleeps: true},
	frkLinkFirst: {Text: "        *pprev = tmp;", Add: Hugh},
	frkPtl:       {Text: "        spin_lock(&mm->page_table_lock);", Add: Hugh},
	frkSrcPtl:    {Text: "        spin_lock(&src->page_table_lock);", Add: Hugh},
	frkRead:      {Text: "        pte = *src_pte; /* copy_page_range */"},
	frkDupTest:   {Text: "        if (!pte_present(pte)) if (swap_map[offset]) /* swap_duplicate, no lock */", Del: Hugh},
	frkDup:       {Text: "                swap_map[offset]++; /* under swap_device_lock */", Del: Hugh},
	frkDupLocked: {Text: "        if (!pte_present(pte)) swap_duplicate(entry);", Add: Hugh},
	frkProtect:   {Text: "        else { ptep_set_wrprotect(src_pte);"},
	frkGet:       {Text: "               get_page(pte_page(pte)); }"},
	frkSet:       {Text: "        set_pte(dst_pte, pte);"},
	frkSrcPtlEnd: {Text: "        spin_unlock(&src->page_table_lock);", Add: Hugh},
	frkPtlEnd:    {Text: "        spin_unlock(&mm->page_table_lock);", Add: Hugh},
	frkLink:      {Text: "        *pprev = tmp;", Del: Hugh},
	frkNext:      {Text: "}"},
	frkUp:        {Text: "up(&current->mm->mmap_sem);"},
	frkThread:    {Text: "copy_thread(); ...", Sleeps: true},
	frkLinks:     {Text: "SET_LINKS(p); /* under tasklist_lock */"},
	frkUnlock:    {Text: "unlock_kernel();"},
}}

func (s *State) fork(x *vm.Exec, l *locals) vm.Next {
	if l.addr >= addrs && frkVma < x.Line && x.Line <= frkNext {
		return noVma(x)
	}
	m, c := &s.Mm[l.mm], &s.Mm[child]
	switch x.Line {
	case frkLock:
		return s.BKL.Lock(x)
	case frkAlloc, frkVmaAlloc, frkThread:
		return s.BKL.MaySleep(x)
	case frkMm:
		c.Life.Take(x, child)
		goneLost(x, *vm.Look(x, &m.Flags), l.mm) // dup_mmap copies def_flags
		*vm.Mark(x, c) = mm{Users: 1, Count: 1, Flags: m.Flags & gone, Life: c.Life}
		vm.Store(x, &c.Users, 1)
	case frkMmlist:
		return s.MmLock.Lock(x)
	case frkAdd:
		s.Mmlist.AddTail(x, child)
	case frkAddHead:
		s.Mmlist.AddHead(x, child)
	case frkAddAfter:
		s.Mmlist.AddAfter(x, int(l.mm), child)
	case frkMmUnlock:
		return s.MmLock.Unlock(x)
	case frkDown:
		return m.Sem.Down(x, &s.BKL)
	case frkVma:
		v, ok := m.vmaFrom(x, l.addr)
		l.addr = v
		return vm.Unless(ok, frkUp)
	case frkPtl:
		return c.Ptl.Lock(x)
	case frkSrcPtl:
		// The two locks are of one class, and always taken in the order of fork.
		if !m.Ptl.TryLock(x) {
			return vm.Block
		}
	case frkSrcPtlEnd:
		return m.Ptl.Unlock(x)
	case frkRead:
		l.pte = vm.Load(x, &m.PTE[l.addr])
		switch {
		case l.pte == 0:
			return vm.Goto(frkSrcPtlEnd)
		case l.pte.present():
			return vm.Goto(frkProtect)
		}
	case frkDupTest:
		return vm.Unless(s.swapInUse(x, l.pte.entry()), frkSet)
	case frkDup:
		s.swapRaise(x, l.pte.entry())
		return vm.Goto(frkSet)
	case frkDupLocked:
		s.swapDuplicate(x, l.pte.entry())
		return vm.Goto(frkSet)
	case frkProtect:
		vm.Store(x, &m.PTE[l.addr], vm.Load(x, &m.PTE[l.addr])&^writable)
		l.pte &^= writable | young
	case frkGet:
		s.getPage(x, l.pte.page())
	case frkSet:
		vm.Store(x, &c.PTE[l.addr], l.pte)
		*vm.Mark(x, &c.Want[l.addr]) = *vm.Look(x, &m.Want[l.addr])
	case frkPtlEnd:
		return c.Ptl.Unlock(x)
	case frkLinkFirst, frkLink:
		vm.Store(x, &c.Vmas, c.Vmas.With(int(l.addr)))
	case frkNext:
		l.addr++
		l.pte = 0
		return vm.Goto(frkVma)
	case frkUp:
		return m.Sem.Up(x)
	case frkLinks:
		if !vm.Look(x, &s.TaskLk).Free() {
			return vm.Block
		}
		vm.Store(x, &s.Task[childTask], child+1)
		vm.Store(x, &s.Tasks, s.Tasks.With(childTask))
	case frkUnlock:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
