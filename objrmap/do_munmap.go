package objrmap

import "github.com/vmrace/vmrace/vm"

// do_munmap, mm/mmap.c, with detach_vmas_to_be_unmapped, unmap_region and
// unmap_vma_list, for one whole vma.
const (
	muDown = iota
	muFind
	muLock
	muErase
	muCount
	muUnlink
	muTail
	muCache
	muLockLate
	muDrop
	muRetake
	muZap
	muUnlock
	muAnonLock
	muAnonDel
	muAnonUnlock
	muFree
	muUp
)

var doMunmapListing = vm.Listing[VMAState, locals]{Name: "do_munmap", Source: "mm/mmap.c", Step: (*VMAState).doMunmap, Lines: []vm.Line{
	muDown:       {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	muFind:       {Text: "mpnt = find_vma_prev(mm, start, &prev); if (!mpnt) goto out;"},
	muLock:       {Text: "spin_lock(&mm->page_table_lock);", Del: Detach},
	muErase:      {Text: "detach_vmas_to_be_unmapped: rb_erase(&vma->vm_rb, &mm->mm_rb);"},
	muCount:      {Text: "        mm->map_count--;"},
	muUnlink:     {Text: "        prev->vm_next|mm->mmap = vma;"},
	muTail:       {Text: "        tail_vma->vm_next = NULL;"},
	muCache:      {Text: "        mm->mmap_cache = NULL;"},
	muLockLate:   {Text: "spin_lock(&mm->page_table_lock);", Add: Detach},
	muDrop:       {Text: "unmap_region: unmap_vmas: cond_resched_lock: spin_unlock"},
	muRetake:     {Text: "        cond_resched_lock: spin_lock"},
	muZap:        {Text: "        zap_pte_range: ptep_get_and_clear"},
	muUnlock:     {Text: "spin_unlock(&mm->page_table_lock);"},
	muAnonLock:   {Text: "anon_vma_unlink: spin_lock(&anon_vma->lock);", Add: AnonVMA},
	muAnonDel:    {Text: "        list_del(&vma->anon_vma_node);", Add: AnonVMA},
	muAnonUnlock: {Text: "        spin_unlock(&anon_vma->lock);", Add: AnonVMA},
	muFree:       {Text: "unmap_vma_list: kmem_cache_free(vm_area_cachep, vma);"},
	muUp:         {Text: "out: up_write(&mm->mmap_sem);"},
}}

func (s *VMAState) doMunmap(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case muDown:
		return m.Sem.DownWrite(x)
	case muFind:
		return vm.Unless(s.findPrev(x, l), muUp)
	case muLock, muLockLate, muRetake:
		return m.PTL.Lock(x)
	case muErase:
		return s.CPU[x.CPU].Call(fnErase, locals{mm: l.mm, vma: l.vma})
	case muCount:
		s.check(x, l.mm, vmaTree, true)
		vm.Store(x, &m.MapCount, m.MapCount-1)
	case muUnlink:
		v := s.structure(x, l.mm, l.vma, true, "do_munmap")
		vm.Store(x, s.next(l.mm, l.node), *vm.Look(x, &v.Next))
	case muTail:
		vm.Store(x, &s.structure(x, l.mm, l.vma, true, "do_munmap").Next, 0)
	case muCache:
		s.check(x, l.mm, mmapCache, true)
		vm.Store(x, &m.Cache, 0)
	case muDrop, muUnlock:
		return m.PTL.Unlock(x)
	case muZap:
		s.zap(x, l.mm, pagesOf(vm.Look(x, s.use(x, l.vma, "do_munmap"))))
	case muAnonLock:
		return s.AnonL.Lock(x)
	case muAnonDel:
		s.anonUnlink(x, l.mm, l.vma)
	case muAnonUnlock:
		return s.AnonL.Unlock(x)
	case muFree:
		s.free(x, l.vma)
	case muUp:
		return m.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// findPrev finds the vma that begins at the unit of the operation, and the one
// before it. Only this task may change what it reads, so that one line is
// enough.
func (s *VMAState) findPrev(x *vm.Exec, l *locals) bool {
	s.check(x, l.mm, vmaTree, false)
	vm.Load(x, &s.mm(l.mm).Mmap)
	s.look(x, l.mm)
	start := l.page
	l.node, l.vma = s.before(l.mm, start)
	if l.vma == 0 || s.use(x, l.vma, "find_vma_prev").Start != start {
		return false
	}
	*vm.Mark(x, &s.VMA[l.vma.vma()].Flags) &^= attached
	return true
}

// zap clears the ptes of pages.
func (s *VMAState) zap(x *vm.Exec, m uint8, set vm.Set) {
	s.check(x, m, pageTables, true)
	a := s.mm(m)
	vm.Store(x, &a.Present, a.Present&^set)
	vm.Store(x, &a.Swapped, a.Swapped&^set)
}

// anonUnlink takes a vma off the list of its anon_vma.
func (s *VMAState) anonUnlink(x *vm.Exec, m uint8, p ref) {
	s.check(x, m, anonVMA, true)
	if s.use(x, p, "anon_vma_unlink"); p != 0 {
		vm.Store(x, &s.Anon, s.Anon.Without(p.vma()))
	}
}

// free is kmem_cache_free of a vma. There is no grace period.
func (s *VMAState) free(x *vm.Exec, p ref) {
	if p == 0 {
		x.BugOn(true, -1, "NULL vma freed")
		return
	}
	v := &s.VMA[p.vma()]
	v.Life.Put(x, p.vma(), v.Life.Gen())
}
