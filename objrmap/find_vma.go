package objrmap

import "github.com/vmrace/vmrace/vm"

// find_vma, mm/mmap.c: the first vma that ends above an address. Every reader
// who finds one writes it to mmap_cache, even under a lock for reading.
const (
	fvCache = iota
	fvEnd
	fvStart
	fvRoot
	fvNode
	fvAbove
	fvBreak
	fvLeft
	fvRight
	fvStore
	fvReturn
)

var findVMAListing = vm.Listing[VMAState, locals]{Name: "find_vma", Source: "mm/mmap.c", Step: (*VMAState).findVMA, Lines: []vm.Line{
	fvCache:  {Text: "vma = mm->mmap_cache; if (vma"},
	fvEnd:    {Text: "    && vma->vm_end > addr"},
	fvStart:  {Text: "    && vma->vm_start <= addr) return vma;"},
	fvRoot:   {Text: "rb_node = mm->mm_rb.rb_node; vma = NULL;"},
	fvNode:   {Text: "while (rb_node) {"},
	fvAbove:  {Text: "        if (vma_tmp->vm_end > addr) { vma = vma_tmp;"},
	fvBreak:  {Text: "                if (vma_tmp->vm_start <= addr) break;"},
	fvLeft:   {Text: "                rb_node = rb_node->rb_left; } else"},
	fvRight:  {Text: "                rb_node = rb_node->rb_right; }"},
	fvStore:  {Text: "if (vma) mm->mmap_cache = vma;"},
	fvReturn: {Text: "return vma;"},
}}

func (s *VMAState) findVMA(x *vm.Exec, l *locals) vm.Next {
	a := addr(l.page)
	switch x.Line {
	case fvCache:
		s.look(x, l.mm)
		_, l.seen = s.attachedAt(l.mm, a)
		s.check(x, l.mm, mmapCache, false)
		l.vma = vm.Load(x, &s.mm(l.mm).Cache)
		return vm.Unless(l.vma != 0, fvRoot)
	case fvEnd:
		s.check(x, l.mm, vmaRange, false)
		return vm.Unless(vm.Load(x, &s.use(x, l.vma, "through mmap_cache").End) > a, fvRoot)
	case fvStart:
		s.check(x, l.mm, vmaRange, false)
		return vm.Unless(vm.Load(x, &s.use(x, l.vma, "through mmap_cache").Start) > a, fvReturn)
	case fvRoot:
		s.check(x, l.mm, vmaTree, false)
		l.vma, l.node = 0, vm.Load(x, &s.mm(l.mm).Root)
	case fvNode:
		return vm.Unless(l.node != 0, fvStore)
	case fvAbove:
		s.check(x, l.mm, vmaRange, false)
		if vm.Load(x, &s.use(x, l.node, "in find_vma").End) <= a {
			return vm.Goto(fvRight)
		}
		l.vma = l.node
	case fvBreak:
		s.check(x, l.mm, vmaRange, false)
		return vm.Unless(vm.Load(x, &s.use(x, l.node, "in find_vma").Start) > a, fvStore)
	case fvLeft:
		l.node = vm.Load(x, &s.structure(x, l.mm, l.node, false, "in find_vma").Left)
		return vm.Goto(fvNode)
	case fvRight:
		l.node = vm.Load(x, &s.structure(x, l.mm, l.node, false, "in find_vma").Right)
		return vm.Goto(fvNode)
	case fvStore:
		if l.vma != 0 {
			s.check(x, l.mm, mmapCache, true)
			vm.Store(x, &s.mm(l.mm).Cache, l.vma)
		}
	case fvReturn:
		s.found(x, l)
		return x.Return(uint8(l.vma))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// found is the oracle of what find_vma returns. An address that was mapped when
// the search began and is when it ends must be found, and in the mm that was
// searched. A vma above an address that is not mapped is right.
func (s *VMAState) found(x *vm.Exec, l *locals) {
	s.look(x, l.mm)
	if l.vma != 0 && s.VMA[l.vma.vma()].MM != l.mm {
		x.Bug(WrongVMA, l.vma.vma(), "find_vma returns one of another mm")
		return
	}
	_, still := s.attachedAt(l.mm, addr(l.page))
	switch {
	case !l.seen || !still:
	case l.vma == 0:
		x.Bug(WrongVMA, -1, "find_vma finds none for a mapped address")
	case !s.VMA[l.vma.vma()].covers(addr(l.page)):
		x.Bug(WrongVMA, l.vma.vma(), "find_vma returns another one than the address is in")
	}
}
