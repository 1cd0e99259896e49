package objrmap

import "github.com/vmrace/vmrace/vm"

// rb_erase, lib/rbtree.c: takes a node out of the tree, one store at a time. The
// node's own pointers stay, so that a reader who stands on it goes on into the
// tree. A node with two children is replaced by its successor; a side that has
// become empty is filled by a rotation. In a tree of four nodes these are the
// stores of the kernel, less those to rb_parent and to the colours, which no
// reader looks at; the case of two rotations in a row is left out.
const (
	ebKids = iota
	ebChild
	ebGotoColor
	ebSuccessor
	ebUnhook
	ebRight
	ebLeft
	ebReplace
	ebReturn
	ebColor
	ebRotate1
	ebRotate2
	ebRotate3
	ebEnd
)

var rbEraseListing = vm.Listing[VMAState, locals]{Name: "rb_erase", Source: "lib/rbtree.c", Step: (*VMAState).rbErase, Lines: []vm.Line{
	ebKids:      {Text: "if (!node->rb_left || !node->rb_right) {"},
	ebChild:     {Text: "        parent->rb_left|right = child;"},
	ebGotoColor: {Text: "        goto color; }"},
	ebSuccessor: {Text: "while ((left = node->rb_left)) node = left;"},
	ebUnhook:    {Text: "parent->rb_left|right = child; /* of the successor */"},
	ebRight:     {Text: "node->rb_right = old->rb_right;"},
	ebLeft:      {Text: "node->rb_left = old->rb_left;"},
	ebReplace:   {Text: "old->rb_parent->rb_left|right = node;"},
	ebReturn:    {Text: "return; /* the colours are in balance */"},
	ebColor:     {Text: "color: if (in balance) return;"},
	ebRotate1:   {Text: "node->rb_right = right->rb_left; /* or mirrored */"},
	ebRotate2:   {Text: "right->rb_left = node;"},
	ebRotate3:   {Text: "root|parent->rb_left|right = right;"},
}}

func (s *VMAState) rbErase(x *vm.Exec, l *locals) vm.Next {
	s.look(x, l.mm)
	old := s.structure(x, l.mm, l.vma, true, "rb_erase")
	switch x.Line {
	case ebKids:
		_, l.node = s.path(l.mm, l.vma)
		return vm.Unless(vm.Load(x, &old.Left) == 0 || vm.Load(x, &old.Right) == 0, ebSuccessor)
	case ebChild:
		slot, _ := s.path(l.mm, l.vma)
		vm.Store(x, slot, max(old.Left, old.Right)) // one of them is NULL
	case ebGotoColor:
		return vm.Goto(ebColor)
	case ebSuccessor:
		l.node = vm.Load(x, &old.Right)
		for range vmas {
			if left := s.use(x, l.node, "rb_erase").Left; left != 0 {
				l.node = left
			}
		}
	case ebUnhook:
		slot, _ := s.path(l.mm, l.node)
		vm.Store(x, slot, s.use(x, l.node, "rb_erase").Right)
	case ebRight:
		vm.Store(x, &s.use(x, l.node, "rb_erase").Right, old.Right)
	case ebLeft:
		vm.Store(x, &s.use(x, l.node, "rb_erase").Left, old.Left)
	case ebReplace:
		slot, _ := s.path(l.mm, l.vma)
		vm.Store(x, slot, l.node)
	case ebReturn:
		return vm.Return
	case ebColor:
		l.other = s.heavy(l.node)
		return vm.Unless(l.other != 0, ebEnd)
	case ebRotate1:
		left, right := s.turn(l.node, l.other)
		vm.Store(x, left, *right)
	case ebRotate2:
		_, right := s.turn(l.node, l.other)
		vm.Store(x, right, l.node)
	case ebRotate3:
		slot, _ := s.path(l.mm, l.node)
		vm.Store(x, slot, l.other)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// heavy returns the child that a rotation must raise over a node, one side of
// which is empty and the other two deep on the outside; 0 if there is none.
func (s *VMAState) heavy(node ref) ref {
	if node == 0 {
		return 0
	}
	v := &s.VMA[node.vma()]
	switch {
	case v.Left == 0 && v.Right != 0 && s.VMA[v.Right.vma()].Right != 0:
		return v.Right
	case v.Right == 0 && v.Left != 0 && s.VMA[v.Left.vma()].Left != 0:
		return v.Left
	}
	return 0
}

// turn returns the two pointers between a node and the child that is raised
// over it: the node's to that side, and the child's to the other side.
func (s *VMAState) turn(node, raised ref) (down, back *ref) {
	if node == 0 || raised == 0 {
		return &s.VMA[0].Right, &s.VMA[0].Left
	}
	n, r := &s.VMA[node.vma()], &s.VMA[raised.vma()]
	if n.Start < r.Start {
		return &n.Right, &r.Left
	}
	return &n.Left, &r.Right
}
