package objrmap

import "github.com/vmrace/vmrace/vm"

// vma_link, mm/mmap.c: a new vma for the gap, first into the list, then into
// the tree. In a tree of four nodes rb_insert_color only recolours.
const (
	vlLock = iota
	vlNext
	vlList
	vlTree
	vlCount
	vlUnlock
)

var vmaLinkListing = vm.Listing[VMAState, locals]{Name: "vma_link", Source: "mm/mmap.c", Step: (*VMAState).vmaLink, Lines: []vm.Line{
	vlLock:   {Text: "spin_lock(&mm->page_table_lock);", Del: Merge},
	vlNext:   {Text: "__vma_link_list: vma->vm_next = prev->vm_next;"},
	vlList:   {Text: "        prev->vm_next|mm->mmap = vma;"},
	vlTree:   {Text: "__vma_link_rb: *rb_link = &vma->vm_rb;"},
	vlCount:  {Text: "mm->map_count++;"},
	vlUnlock: {Text: "spin_unlock(&mm->page_table_lock);", Del: Merge},
}}

func (s *VMAState) vmaLink(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	v := s.use(x, l.vma, "vma_link")
	switch x.Line {
	case vlLock:
		return m.PTL.Lock(x)
	case vlNext:
		vm.Mark(x, v)
		v.Start, v.End, v.MM = gapStart, gapEnd, l.mm // not yet shared
		vm.Store(x, &v.Next, l.other)
	case vlList:
		s.check(x, l.mm, vmaTree, true)
		vm.Store(x, s.next(l.mm, l.node), l.vma)
	case vlTree:
		s.linkRB(x, l.mm, l.vma)
	case vlCount:
		vm.Store(x, &m.MapCount, m.MapCount+1)
		*vm.Mark(x, &v.Flags) |= attached
	case vlUnlock:
		return m.PTL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// linkRB is __vma_link_rb: one store hangs a vma into the tree as a leaf.
func (s *VMAState) linkRB(x *vm.Exec, m uint8, p ref) {
	s.check(x, m, vmaTree, true)
	if s.use(x, p, "__vma_link_rb"); p == 0 {
		return
	}
	s.look(x, m)
	slot, _ := s.path(m, p)
	vm.Store(x, slot, p)
}
