package objrmap

import "github.com/vmrace/vmrace/vm"

var vmaBoots = []vm.Boot[VMAState]{
	{Name: "detach", Init: bootFour, Programs: [][]uint8{{opMunmapB, opFaultC}, {opReclaimB}}},
	{Name: "replace", Init: bootLocked, Programs: [][]uint8{{opFaultB, opMunmapB, opFaultB}, {opReclaimC}}},
	{Name: "rotate", Init: bootFour, Programs: [][]uint8{{opMunmapA, opFaultB, opFaultC}, {opReclaimC}}},
	{Name: "merge", Init: bootFour, Programs: [][]uint8{{opMmap, opFaultC}, {opReclaimC}}},
	{Name: "link", Init: bootThree, Programs: [][]uint8{{opMmap}, {opReclaimB, opSwapoffC}}},
	{Name: "swapoff", Init: bootSwapped, Programs: [][]uint8{{opMmap}, {opSwapoffC, opFaultC, opFaultC}}},
	{Name: "mlock", Init: bootSwapped, Programs: [][]uint8{{opMlockC}, {opSwapoffC, opReclaimC}}},
	{Name: "fork", Init: bootTwo, Programs: [][]uint8{{opFaultB, opFork, opExit}, {opReclaimChild, opFaultChild}}},
}

// The vmas of the initial states. Where there are fewer than four, the numbers
// in front of them stay free.
const (
	vmaA = iota
	vmaB
	vmaC
	vmaD
)

// place puts a vma into the address space of the process, behind all others.
func (s *VMAState) place(v int, start uint8, p vm.Patch) {
	a := s.mm(parent)
	s.VMA[v] = vma{Start: start, End: start + 1, Flags: attached | used}
	prev, _ := s.before(parent, start)
	*s.next(parent, prev) = refOf(v)
	a.MapCount++
	if p&AnonVMA != 0 {
		s.Anon = s.Anon.With(v)
	}
}

// begin has a process without vmas, under the kernel's contract.
func (s *VMAState) begin(p vm.Patch) {
	s.Law = lawOf(p)
	s.Alive = vm.Set(0).With(parent)
	s.MMList = s.Alive
	for i := range s.VMA {
		s.VMA[i].Life = vm.FreeLife
	}
}

// bootFour has A, B, C and D, in a tree with B at the root and D below C, and
// the pages of B and C.
func bootFour(s *VMAState, p vm.Patch) {
	s.begin(p)
	for v, start := range []uint8{0, 1, 3, 4} {
		s.place(v, start, p)
	}
	s.mm(parent).Root = refOf(vmaB)
	s.VMA[vmaB].Left, s.VMA[vmaB].Right = refOf(vmaA), refOf(vmaC)
	s.VMA[vmaC].Right = refOf(vmaD)
	s.mm(parent).Present = vm.Set(0).With(pageB).With(pageC)
}

// bootLocked is bootFour with C mlocked, and with D above C in the tree, so that
// the successor of B is not its child.
func bootLocked(s *VMAState, p vm.Patch) {
	bootFour(s, p)
	s.VMA[vmaB].Right, s.VMA[vmaD].Left, s.VMA[vmaC].Right = refOf(vmaD), refOf(vmaC), 0
	s.VMA[vmaC].Flags |= locked | populated
}

// bootSwapped is bootFour with the page of C swapped out.
func bootSwapped(s *VMAState, p vm.Patch) {
	bootFour(s, p)
	s.mm(parent).Present = vm.Set(0).With(pageB)
	s.mm(parent).Swapped = vm.Set(0).With(pageC)
}

// bootThree has B, C and D with C mlocked, so that a mapping of the gap is a
// new vma, below C in the tree. Number 0 is free for it.
func bootThree(s *VMAState, p vm.Patch) {
	s.begin(p)
	s.place(vmaB, 1, p)
	s.place(vmaC, 3, p)
	s.place(vmaD, 4, p)
	s.mm(parent).Root = refOf(vmaC)
	s.VMA[vmaC].Left, s.VMA[vmaC].Right = refOf(vmaB), refOf(vmaD)
	s.VMA[vmaC].Flags |= locked | populated
	s.mm(parent).Present = vm.Set(0).With(pageB).With(pageC)
}

// bootTwo has B and C, so that two vmas are free for a child.
func bootTwo(s *VMAState, p vm.Patch) {
	s.begin(p)
	s.place(vmaB, 1, p)
	s.place(vmaC, 3, p)
	s.mm(parent).Root = refOf(vmaB)
	s.VMA[vmaB].Right = refOf(vmaC)
	s.mm(parent).Present = vm.Set(0).With(pageB).With(pageC)
}
