package objrmap

import "github.com/vmrace/vmrace/vm"

// dup_mmap, kernel/fork.c: the child gets a copy of the mm_struct, and then of
// each vma and its ptes. From the moment that a pte of the child is in a page's
// rmap, reclaim may search the child's tree.
const (
	dmDown = iota
	dmCopy
	dmRoot
	dmMMList
	dmFirst
	dmFor
	dmAlloc
	dmAnonLock
	dmAnonAdd
	dmAnonUnlock
	dmLock
	dmList
	dmTree
	dmCount
	dmSource
	dmPtes
	dmSourceUnlock
	dmUnlock
	dmNext
	dmBuildRoot
	dmBuildFor
	dmBuild
	dmBuildNext
	dmUp
	dmEnd
)

var dupMmapListing = vm.Listing[VMAState, locals]{Name: "dup_mmap", Source: "kernel/fork.c", Step: (*VMAState).dupMmap, Lines: []vm.Line{
	dmDown:         {Text: "down_write(&oldmm->mmap_sem);", Sleeps: true},
	dmCopy:         {Text: "memcpy(mm, oldmm, sizeof(*mm)); mm->mmap = mm->mmap_cache = NULL;"},
	dmRoot:         {Text: "mm->mm_rb = RB_ROOT;", Add: Fork},
	dmMMList:       {Text: "list_add(&mm->mmlist, &current->mm->mmlist);", Add: SwapOut},
	dmFirst:        {Text: "mpnt = oldmm->mmap;"},
	dmFor:          {Text: "for (; mpnt;"},
	dmAlloc:        {Text: "        tmp = kmem_cache_alloc(...); *tmp = *mpnt; tmp->vm_mm = mm;", Sleeps: true},
	dmAnonLock:     {Text: "        anon_vma_link: spin_lock(&anon_vma->lock);", Add: AnonVMA},
	dmAnonAdd:      {Text: "                list_add(&tmp->anon_vma_node, &anon_vma->head);", Add: AnonVMA},
	dmAnonUnlock:   {Text: "                spin_unlock(&anon_vma->lock);", Add: AnonVMA},
	dmLock:         {Text: "        spin_lock(&mm->page_table_lock);"},
	dmList:         {Text: "        *pprev = tmp; pprev = &tmp->vm_next;"},
	dmTree:         {Text: "        __vma_link_rb(mm, tmp, rb_link, rb_parent);", Add: Fork},
	dmCount:        {Text: "        mm->map_count++;"},
	dmSource:       {Text: "        copy_page_range: spin_lock(&src->page_table_lock);"},
	dmPtes:         {Text: "                set_pte(dst_pte, pte); page_add_rmap(page, dst_pte);"},
	dmSourceUnlock: {Text: "                spin_unlock(&src->page_table_lock);"},
	dmUnlock:       {Text: "        spin_unlock(&mm->page_table_lock);"},
	dmNext:         {Text: "        mpnt = mpnt->vm_next)"},
	dmBuildRoot:    {Text: "build_mmap_rb: mm->mm_rb = RB_ROOT;", Del: Fork},
	dmBuildFor:     {Text: "        for (vma = mm->mmap; vma; vma = vma->vm_next)", Del: Fork},
	dmBuild:        {Text: "                __vma_link_rb(mm, vma, rb_link, rb_parent);", Del: Fork},
	dmBuildNext:    {Text: "                /* the next one */", Del: Fork},
	dmUp:           {Text: "up_write(&oldmm->mmap_sem);"},
}}

func (s *VMAState) dupMmap(x *vm.Exec, l *locals) vm.Next {
	old, m := s.mm(parent), s.mm(child)
	switch x.Line {
	case dmDown:
		return old.Sem.DownWrite(x)
	case dmCopy:
		vm.Store(x, &m.Root, *vm.Look(x, &old.Root))
	case dmRoot:
		vm.Store(x, &m.Root, 0)
	case dmMMList:
		vm.Store(x, &s.MMList, s.MMList.With(child))
	case dmFirst:
		s.check(x, parent, vmaTree, false)
		l.vma = vm.Load(x, &old.Mmap)
	case dmFor:
		return vm.Unless(l.vma != 0, dmBuildRoot)
	case dmAlloc:
		return s.copyVMA(x, l)
	case dmAnonLock:
		return s.AnonL.Lock(x)
	case dmAnonAdd:
		s.check(x, child, anonVMA, true)
		if s.use(x, l.node, "anon_vma_link"); l.node != 0 {
			vm.Store(x, &s.Anon, s.Anon.With(l.node.vma()))
		}
	case dmAnonUnlock:
		return s.AnonL.Unlock(x)
	case dmLock:
		return m.PTL.Lock(x)
	case dmList:
		s.check(x, child, vmaTree, true)
		vm.Store(x, s.next(child, l.other), l.node)
		l.other = l.node
	case dmTree:
		s.linkRB(x, child, l.node)
	case dmCount:
		vm.Store(x, &m.MapCount, m.MapCount+1)
		*vm.Mark(x, &s.use(x, l.node, "dup_mmap").Flags) |= attached
	case dmSource:
		return old.PTL.Lock(x)
	case dmPtes:
		s.check(x, parent, pageTables, false)
		s.check(x, child, pageTables, true)
		set := pagesOf(vm.Look(x, s.use(x, l.node, "dup_mmap")))
		vm.Store(x, &m.Present, m.Present|vm.Load(x, &old.Present)&set)
		vm.Store(x, &m.Swapped, m.Swapped|vm.Load(x, &old.Swapped)&set)
	case dmSourceUnlock:
		return old.PTL.Unlock(x)
	case dmUnlock:
		return m.PTL.Unlock(x)
	case dmNext:
		l.vma = vm.Load(x, &s.structure(x, parent, l.vma, false, "dup_mmap").Next)
		return vm.Goto(dmFor)
	case dmBuildRoot:
		s.check(x, child, vmaTree, true)
		vm.Store(x, &m.Root, 0)
		l.node = *vm.Look(x, &m.Mmap)
	case dmBuildFor:
		return vm.Unless(l.node != 0, dmUp)
	case dmBuild:
		s.linkRB(x, child, l.node)
	case dmBuildNext:
		l.node = vm.Load(x, &s.structure(x, child, l.node, false, "build_mmap_rb").Next)
		return vm.Goto(dmBuildFor)
	case dmUp:
		vm.Look(x, m)
		vm.Look(x, old)
		if m.MapCount != old.MapCount || m.Present|m.Swapped != old.Present|old.Swapped {
			x.Bug(NotPresent, -1, "fork loses vmas or pages")
		}
		*vm.Mark(x, &s.Alive) = s.Alive.With(child)
		return old.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// copyVMA makes a copy of the parent's vma for the child. The copy is not
// mlocked. There is a vma left, unless a line that a mutant lacks has lost it.
func (s *VMAState) copyVMA(x *vm.Exec, l *locals) vm.Next {
	v := vm.Look(x, s.use(x, l.vma, "dup_mmap"))
	l.node = s.alloc(x)
	if l.node == 0 {
		return vm.Goto(dmUp)
	}
	tmp := vm.Mark(x, &s.VMA[l.node.vma()])
	tmp.Start, tmp.End, tmp.MM = v.Start, v.End, child
	return vm.Fall
}
