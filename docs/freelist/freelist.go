// Package freelist is the worked example of docs/writing-a-protocol.md: a
// made-up allocator that keeps its free nodes on a lock-free list, and loses one
// of them to the ABA problem.
package freelist

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

const (
	cpus  = 2
	nodes = 2
)

// State is the whole system: two CPUs, the list, and who has which node.
type State struct {
	CPU  [cpus]vm.CPU[locals] `name:"-"`
	Head head
	Next [nodes]ref    `name:"next"`
	Own  [cpus]vm.Set  `name:"own"` // ghost: the nodes that a CPU was given
	Life [nodes]status `name:"node"`

	Asked, Given uint8 `name:"-"` // ghosts: allocations begun, and nodes handed out
}

const _ = uint(128 - unsafe.Sizeof(State{}))

// locals are the variables of one activation.
type locals struct {
	top  head
	next ref
	node ref
}

// A ref is a pointer to a node: its number plus one, 0 for NULL.
type ref uint8

// String names the node.
func (r ref) String() string {
	if r == 0 {
		return "NULL"
	}
	return fmt.Sprint("node", uint8(r)-1)
}

// A head is the word that cmpxchg works on: a pointer, and a tag above it.
type head uint8

func (h head) ref() ref   { return ref(h & 15) }
func (h head) tag() uint8 { return uint8(h >> 4) }

func headOf(r ref, tag uint8) head { return head(r) | head(tag<<4) }

// String prints pointer and tag.
func (h head) String() string { return fmt.Sprintf("%v/%d", h.ref(), h.tag()) }

// A status is a ghost: whether a node is free or has been given to somebody.
type status uint8

// String names the status.
func (s status) String() string { return [...]string{"free", "given"}[s] }

// The patches. The kernel without any is lock-free and nothing else.
const (
	// Recheck looks at the head again before the cmpxchg.
	Recheck vm.Patch = 1 << iota
	// Bit has a tag of one bit in the head, that each pop changes.
	Bit
	// Tag has a tag that does not wrap.
	Tag
)

const (
	popTop = iota
	popEmpty
	popNext
	popRecheck
	popSwap
	popSwapBit
	popSwapTag
)

var popListing = vm.Listing[State, locals]{Name: "pop", Source: "freelist.c", Step: (*State).pop, Lines: []vm.Line{
	popTop:     {Text: "again: top = head;"},
	popEmpty:   {Text: "if (!top) return NULL;"},
	popNext:    {Text: "next = top->next;"},
	popRecheck: {Text: "if (head != top) goto again;", Add: Recheck},
	popSwap:    {Text: "if (cmpxchg(&head, top, next) != top) goto again;", Del: Bit | Tag},
	popSwapBit: {Text: "if (cmpxchg(&head, top, {next, tag ^ 1}) != top) goto again;", Add: Bit},
	popSwapTag: {Text: "if (cmpxchg(&head, top, {next, tag + 1}) != top) goto again;", Add: Tag},
}}

func (s *State) pop(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case popTop:
		l.top = vm.Load(x, &s.Head)
	case popEmpty:
		if l.top.ref() == 0 {
			return vm.Return
		}
	case popNext:
		if l.top.ref() == 0 {
			x.Bug(NullDeref, -1, "")
			return vm.Return
		}
		l.next = vm.Load(x, &s.Next[l.top.ref()-1])
	case popRecheck:
		return vm.Unless(vm.Load(x, &s.Head) == l.top, popTop)
	case popSwap:
		return s.take(x, l, headOf(l.next, 0))
	case popSwapBit:
		return s.take(x, l, headOf(l.next, l.top.tag()^1))
	case popSwapTag:
		return s.take(x, l, headOf(l.next, l.top.tag()+1))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// take is the cmpxchg of pop: if it succeeds the CPU has the node. Its oracle:
// somebody has it already.
func (s *State) take(x *vm.Exec, l *locals, to head) vm.Next {
	if vm.Load(x, &s.Head) != l.top {
		return vm.Goto(popTop)
	}
	vm.Store(x, &s.Head, to)
	node := int(l.top.ref() - 1)
	life, own := vm.Mark(x, &s.Life[node]), vm.Mark(x, &s.Own[x.CPU])
	if *life == 1 {
		x.Bug(GivenTwice, node, "")
	}
	*life, *own = 1, own.With(node)
	*vm.Mark(x, &s.Given)++
	return vm.Fall
}

// What the oracles of the class accuse a kernel of, beside those of package vm.
const (
	GivenTwice vm.Kind = "node given to two owners"
	NullDeref  vm.Kind = "NULL pointer dereference"
	Refused    vm.Kind = "no node, though one is free"
)

const (
	pushTop = iota
	pushLink
	pushSwap
)

var pushListing = vm.Listing[State, locals]{Name: "push", Source: "freelist.c", Step: (*State).push, Lines: []vm.Line{
	pushTop:  {Text: "again: top = head;"},
	pushLink: {Text: "node->next = top;"},
	pushSwap: {Text: "if (cmpxchg(&head, top, node) != top) goto again;"},
}}

func (s *State) push(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case pushTop:
		l.top = vm.Load(x, &s.Head)
	case pushLink:
		vm.Store(x, &s.Next[l.node-1], l.top.ref())
	case pushSwap:
		if vm.Load(x, &s.Head) != l.top {
			return vm.Goto(pushTop)
		}
		vm.Store(x, &s.Head, headOf(l.node, l.top.tag()))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// ask counts the allocations.
func (s *State) ask(x *vm.Exec, _ *locals) bool {
	*vm.Mark(x, &s.Asked)++
	return true
}

// give is what the caller of push must have: a node, which it gives away.
func (s *State) give(x *vm.Exec, l *locals) bool {
	own := vm.Mark(x, &s.Own[x.CPU])
	if *own == 0 {
		return false
	}
	node := own.First()
	*own = own.Without(node)
	*vm.Mark(x, &s.Life[node]) = 0
	l.node = ref(node + 1)
	return true
}

const (
	opAlloc = iota
	opFree
)

// FreeList is the race class.
var FreeList = vm.Class[State, locals]{
	Name:    "freelist",
	About:   "pop against pop and push on a lock-free list of free nodes",
	Object:  "node",
	Patches: []string{"recheck", "bit", "tag"},
	Kernels: []vm.Kernel{
		{Name: "plain", About: "cmpxchg of the pointer"},
		{Name: "recheck", About: "looks at the head once more", Patches: Recheck},
		{Name: "one-bit", About: "a tag of one bit", Patches: Bit},
		{Name: "tagged", About: "a tag that does not wrap", Patches: Tag, Fixed: true},
	},
	Listings: []vm.Listing[State, locals]{popListing, pushListing},
	Ops: []vm.Op[State, locals]{
		opAlloc: {Name: "alloc", Func: 0, Begin: (*State).ask},
		opFree:  {Name: "free", Func: 1, Begin: (*State).give},
	},
	Boots: []vm.Boot[State]{
		{Name: "one each", Init: full, Programs: [][]uint8{{opAlloc}, {opAlloc}}},
		{Name: "and back", Init: full, Programs: [][]uint8{{opAlloc, opAlloc}, {opAlloc, opAlloc, opFree}}},
	},
	CPUs: func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Rest: (*State).rest,
}

// full has every node on the list.
func full(s *State, _ vm.Patch) {
	for i := nodes - 1; i >= 0; i-- {
		s.Next[i] = s.Head.ref()
		s.Head = headOf(ref(i+1), 0)
	}
}

// rest checks that each node is on the list or has an owner, and that as long
// as there were enough of them everybody got one.
func (s *State) rest(x *vm.Exec) {
	if s.Asked <= nodes && s.Given < s.Asked {
		x.Bug(Refused, -1, "")
	}
	var listed vm.Set
	for r := s.Head.ref(); r != 0 && !listed.Has(int(r-1)); r = s.Next[r-1] {
		listed = listed.With(int(r - 1))
	}
	for node := range nodes {
		if s.Life[node] == 0 && !listed.Has(node) {
			x.Bug(vm.Leak, node, "")
		}
	}
}

// Race is the class as the tools see it.
var Race = fuzz.Of(&FreeList)
