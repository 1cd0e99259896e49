package objrmap

import "github.com/vmrace/vmrace/vm"

// vma_merge, mm/mmap.c, with __vma_unlink: prev grows over the gap and over
// next, which is freed.
const (
	vmAnonLock = iota
	vmLock
	vmEnd
	vmEndNext
	vmUnlink
	vmErase
	vmCache
	vmAnonDel
	vmUnlock
	vmAnonUnlock
	vmCount
	vmFree
)

var vmaMergeListing = vm.Listing[VMAState, locals]{Name: "vma_merge", Source: "mm/mmap.c", Step: (*VMAState).vmaMerge, Lines: []vm.Line{
	vmAnonLock:   {Text: "spin_lock(&anon_vma->lock);", Add: AnonVMA},
	vmLock:       {Text: "spin_lock(&mm->page_table_lock);", Del: Merge},
	vmEnd:        {Text: "prev->vm_end = end;"},
	vmEndNext:    {Text: "prev->vm_end = next->vm_end;"},
	vmUnlink:     {Text: "__vma_unlink: prev->vm_next = next->vm_next;"},
	vmErase:      {Text: "        rb_erase(&next->vm_rb, &mm->mm_rb);"},
	vmCache:      {Text: "        if (mm->mmap_cache == next) mm->mmap_cache = prev;"},
	vmAnonDel:    {Text: "list_del(&next->anon_vma_node);", Add: AnonVMA},
	vmUnlock:     {Text: "spin_unlock(&mm->page_table_lock);", Del: Merge},
	vmAnonUnlock: {Text: "spin_unlock(&anon_vma->lock);", Add: AnonVMA},
	vmCount:      {Text: "mm->map_count--;"},
	vmFree:       {Text: "kmem_cache_free(vm_area_cachep, next);"},
}}

func (s *VMAState) vmaMerge(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	prev, next := s.use(x, l.node, "vma_merge"), s.use(x, l.vma, "vma_merge")
	switch x.Line {
	case vmAnonLock:
		return s.AnonL.Lock(x)
	case vmLock:
		return m.PTL.Lock(x)
	case vmEnd:
		s.check(x, l.mm, vmaRange, true)
		vm.Store(x, &prev.End, gapEnd)
	case vmEndNext:
		s.check(x, l.mm, vmaRange, true)
		vm.Store(x, &prev.End, *vm.Look(x, &next.End))
		*vm.Mark(x, &next.Flags) &^= attached
	case vmUnlink:
		s.check(x, l.mm, vmaTree, true)
		vm.Store(x, &prev.Next, *vm.Look(x, &next.Next))
	case vmErase:
		return s.CPU[x.CPU].Call(fnErase, locals{mm: l.mm, vma: l.vma})
	case vmCache:
		if vm.Load(x, &m.Cache) == l.vma {
			s.check(x, l.mm, mmapCache, true)
			vm.Store(x, &m.Cache, l.node)
		}
	case vmAnonDel:
		s.anonUnlink(x, l.mm, l.vma)
	case vmUnlock:
		return m.PTL.Unlock(x)
	case vmAnonUnlock:
		return s.AnonL.Unlock(x)
	case vmCount:
		vm.Store(x, &m.MapCount, m.MapCount-1)
	case vmFree:
		s.free(x, l.vma)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
