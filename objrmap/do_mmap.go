package objrmap

import "github.com/vmrace/vmrace/vm"

// do_mmap_pgoff, mm/mmap.c: an anonymous mapping of the gap at 2. If both
// neighbours have the same flags, all three become one vma.
const (
	mmDown = iota
	mmFind
	mmMerge
	mmGotoOut
	mmAlloc
	mmLink
	mmUp
)

const (
	gapStart = 2
	gapEnd   = 3
)

var doMmapListing = vm.Listing[VMAState, locals]{Name: "do_mmap_pgoff", Source: "mm/mmap.c", Step: (*VMAState).doMmap, Lines: []vm.Line{
	mmDown:    {Text: "down_write(&mm->mmap_sem);", Sleeps: true},
	mmFind:    {Text: "vma = find_vma_prepare(mm, addr, &prev, ...); if (vma) goto out;"},
	mmMerge:   {Text: "if (vma_merge(mm, prev, addr, addr + len, ...))"},
	mmGotoOut: {Text: "        goto out;"},
	mmAlloc:   {Text: "vma = kmem_cache_alloc(vm_area_cachep, SLAB_KERNEL); if (!vma) goto out;", Sleeps: true},
	mmLink:    {Text: "vma_link(mm, vma, prev, rb_link, rb_parent);"},
	mmUp:      {Text: "out: up_write(&mm->mmap_sem);"},
}}

func (s *VMAState) doMmap(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case mmDown:
		return m.Sem.DownWrite(x)
	case mmFind:
		s.check(x, l.mm, vmaTree, false)
		vm.Load(x, &m.Mmap)
		s.look(x, l.mm)
		l.node, l.other = s.before(l.mm, gapStart)
		below := l.node == 0 || s.VMA[l.node.vma()].End <= gapStart
		above := l.other == 0 || s.VMA[l.other.vma()].Start >= gapEnd
		return vm.Unless(below && above, mmUp)
	case mmMerge:
		s.look(x, l.mm)
		if !s.mergeable(l.node, l.other) {
			return vm.Goto(mmAlloc)
		}
		return s.CPU[x.CPU].Call(fnMerge, locals{mm: l.mm, node: l.node, vma: l.other})
	case mmGotoOut:
		return vm.Goto(mmUp)
	case mmAlloc:
		s.look(x, l.mm)
		if _, ok := s.attachedAt(l.mm, gapStart); ok {
			x.Bug(vm.ListCorruption, -1, "a second vma for an address")
		}
		l.vma = s.alloc(x)
		l.seen = l.vma == 0
		return vm.Unless(l.vma != 0, mmUp)
	case mmLink:
		return s.CPU[x.CPU].Call(fnLink, locals{mm: l.mm, node: l.node, other: l.other, vma: l.vma})
	case mmUp:
		s.look(x, l.mm)
		if _, ok := s.attachedAt(l.mm, gapStart); !ok && !l.seen {
			x.Bug(NotPresent, -1, "mmap returns without a mapping")
		}
		return m.Sem.UpWrite(x)
	default:
		panic(x.Lost())
	}
}

// mergeable is can_vma_merge of the gap with both neighbours.
func (s *VMAState) mergeable(prev, next ref) bool {
	if prev == 0 || next == 0 {
		return false
	}
	p, n := &s.VMA[prev.vma()], &s.VMA[next.vma()]
	return p.End == gapStart && n.Start == gapEnd && p.Flags.Has(locked) == n.Flags.Has(locked)
}

// alloc is kmem_cache_alloc of a vma that was never used; NULL if there is none.
func (s *VMAState) alloc(x *vm.Exec) ref {
	for i := range s.VMA {
		if v := &s.VMA[i]; !vm.Look(x, &v.Flags).Has(used) {
			*vm.Mark(x, &v.Flags) |= used
			v.Life.Take(x, i)
			return refOf(i)
		}
	}
	return 0
}
