package objrmap

import "github.com/vmrace/vmrace/vm"

// exit_mmap, mm/mmap.c: the last user of an mm is gone. It takes no mmap_sem.
const (
	exLock = iota
	exZap
	exList
	exRoot
	exCache
	exUnlock
	exFor
	exAnonLock
	exAnonDel
	exAnonUnlock
	exFree
)

var exitMmapListing = vm.Listing[VMAState, locals]{Name: "exit_mmap", Source: "mm/mmap.c", Step: (*VMAState).exitMmap, Lines: []vm.Line{
	exLock:       {Text: "spin_lock(&mm->page_table_lock);"},
	exZap:        {Text: "unmap_vmas(&tlb, mm, mm->mmap, 0, ~0UL, ...);"},
	exList:       {Text: "vma = mm->mmap; mm->mmap = NULL;"},
	exRoot:       {Text: "mm->mm_rb = RB_ROOT;"},
	exCache:      {Text: "mm->mmap_cache = NULL;"},
	exUnlock:     {Text: "spin_unlock(&mm->page_table_lock);"},
	exFor:        {Text: "while (vma) {"},
	exAnonLock:   {Text: "        anon_vma_unlink: spin_lock(&anon_vma->lock);", Add: AnonVMA},
	exAnonDel:    {Text: "                list_del(&vma->anon_vma_node);", Add: AnonVMA},
	exAnonUnlock: {Text: "                spin_unlock(&anon_vma->lock);", Add: AnonVMA},
	exFree:       {Text: "        next = vma->vm_next; kmem_cache_free(vm_area_cachep, vma); vma = next; }"},
}}

func (s *VMAState) exitMmap(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case exLock:
		return m.PTL.Lock(x)
	case exZap:
		s.zap(x, l.mm, m.Present|m.Swapped)
	case exList:
		s.check(x, l.mm, vmaTree, true)
		l.vma = vm.Load(x, &m.Mmap)
		vm.Store(x, &m.Mmap, 0)
		*vm.Mark(x, &m.MapCount) = 0 // nobody reads it any more
	case exRoot:
		s.check(x, l.mm, vmaTree, true)
		vm.Store(x, &m.Root, 0)
	case exCache:
		s.check(x, l.mm, mmapCache, true)
		vm.Store(x, &m.Cache, 0)
	case exUnlock:
		return m.PTL.Unlock(x)
	case exFor:
		if l.vma == 0 {
			return vm.Return
		}
	case exAnonLock:
		return s.AnonL.Lock(x)
	case exAnonDel:
		s.anonUnlink(x, l.mm, l.vma)
	case exAnonUnlock:
		return s.AnonL.Unlock(x)
	case exFree:
		next := vm.Load(x, &s.use(x, l.vma, "exit_mmap").Next)
		s.free(x, l.vma)
		l.vma = next
		return vm.Goto(exFor)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// lastUser takes the mm from its users: an mm that somebody else uses does not
// end with this task. From 2.6 on reclaim comes to a page table by a page and is
// no user.
func (s *VMAState) lastUser(x *vm.Exec, _ *locals) bool {
	x.LookAround()
	for other := range s.CPU {
		f, m := s.running(other)
		if other != x.CPU && f != fnNone && (f != fnReclaim || s.swapsOut(other)) && (m == parent || f == fnDup) {
			return false
		}
	}
	if !s.Alive.Has(parent) {
		return false
	}
	s.Alive = s.Alive.Without(parent)
	s.MMList = s.MMList.Without(parent)
	for i := range s.VMA {
		if s.VMA[i].MM == parent {
			s.VMA[i].Flags &^= attached
		}
	}
	return true
}

// swapsOut reports whether a CPU is in the swapout of 2.4, which uses the mm.
func (s *VMAState) swapsOut(cpu int) bool {
	c := &s.CPU[cpu]
	return c.Depth() > 1 && c.At(1).Func == fnSwapOut
}
