package refcount

import "github.com/vmrace/vmrace/vm"

// The boot states, in the order of PageRelease.Boots.
const (
	bootShrink = iota
	bootFault
	bootScanners
	bootDrain
	bootReclaim
	bootFour
	bootWriteback
	bootAddToSwap
)

// old are the kernels whose scans have a shape of their own.
const old = ScanLocked | RMap

var boots = []vm.Boot[State]{
	bootShrink:    {Name: "shrink", Init: initInactive, Programs: [][]uint8{{opShrink}, {opPut0}}, Without: old},
	bootFault:     {Name: "fault", Init: initInactive, Programs: [][]uint8{{opShrink}, {opPut0}, {opFault}}, Without: old},
	bootScanners:  {Name: "scanners", Init: initActive, Programs: [][]uint8{{opRefill, opRefill}, {opShrink}, {opVec0, opFault}}, Without: old},
	bootDrain:     {Name: "drain", Init: initPagevec, Programs: [][]uint8{{opShrink}, {opDrain}, {opPut0}}, Without: old},
	bootReclaim:   {Name: "reclaim", Init: initReclaim, Programs: [][]uint8{{opShrink2}, {opZap1}, {opFind0, opPut0}}, Without: old},
	bootFour:      {Name: "four", Init: initFour, Programs: [][]uint8{{opRefill, opShrink2}, {opIsolate1, opPut3}, {opPut1, opVec2}}, Without: old},
	bootWriteback: {Name: "writeback", Init: initWriteback, Programs: [][]uint8{{opShrink24, opShrinkRMap}, {opWritepage1}, {opZap1}}, Needs: old},
	bootAddToSwap: {Name: "add-to-swap", Init: initMapped, Programs: [][]uint8{{opShrink24, opShrinkRMap}, {opShrink24, opShrinkRMap}, {opZap1}}, Needs: old},
}

// begin gives every page to the allocator.
func (s *State) begin(p vm.Patch) {
	if p&Skewed != 0 {
		s.Rules |= skewed
	}
	if p&LRUOwner != 0 {
		s.Rules |= lruOwner
	}
	if p&Claim != 0 {
		s.Rules |= claims
	}
	if p&ScanLocked != 0 {
		s.Rules |= lockedIO
	}
	for i := range s.Page {
		s.Page[i].Life = vm.FreeLife
		s.setCount(i, 0)
	}
}

func (s *State) setCount(p, n int) {
	if s.Rules&skewed != 0 {
		n--
	}
	s.Page[p].Count = vm.Ref(n)
}

// own gives somebody a reference to a page that was free or is live.
func (s *State) own(p int) {
	s.Page[p].Life = 0
	s.setCount(p, s.count(p)+1)
	s.Users.add(p)
}

// mapped gives a page table entry a reference to the page.
func (s *State) mapped(p int) {
	s.own(p)
	s.Users.drop(p)
	s.Page[p].Chain++
}

// cached gives the page cache a reference to the page.
func (s *State) cached(p int, flags vm.Flags) {
	s.own(p)
	s.Users.drop(p)
	s.Page[p].Flags |= mapping | flags
}

// onLRU puts a page at the head of a list.
func (s *State) onLRU(p int, flags vm.Flags) {
	s.Page[p].Flags |= lru | flags
	if flags&active != 0 {
		s.Active = s.Active<<4 | vm.ListOf(p)
		s.NrActive++
	} else {
		s.Inactive = s.Inactive<<4 | vm.ListOf(p)
		s.NrInactive++
	}
	if s.Rules&lruOwner != 0 {
		s.setCount(p, s.count(p)+1)
	}
}

// initInactive has a page on the inactive list and one owner of it, who may
// drop the last reference.
func initInactive(s *State, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.onLRU(0, 0)
}

// initActive has that page on the active list; it was referenced.
func initActive(s *State, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.onLRU(0, active|referenced)
}

// initPagevec has a page that waits in the pagevec of CPU1.
func initPagevec(s *State, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.setCount(0, 2)
	s.Pvec[1] = s.Pvec[1].add(0)
}

// initReclaim has an anonymous page that is mapped once, and a clean page of the
// page cache that nobody uses.
func initReclaim(s *State, p vm.Patch) {
	s.begin(p)
	s.mapped(1)
	s.cached(0, 0)
	s.onLRU(1, 0)
	s.onLRU(0, 0)
}

// initFour has a page on the inactive list, one with two owners on the active
// list, and two off the LRU.
func initFour(s *State, p vm.Patch) {
	s.begin(p)
	for i := range pages {
		s.own(i)
	}
	s.own(1)
	s.onLRU(0, 0)
	s.onLRU(1, active)
}

// initWriteback has a page in the swap cache that is mapped once, for CPU1 to
// write.
func initWriteback(s *State, p vm.Patch) {
	s.begin(p)
	s.mapped(1)
	s.cached(1, swapCache)
	s.onLRU(1, 0)
}

// initMapped has an anonymous page that is mapped once.
func initMapped(s *State, p vm.Patch) {
	s.begin(p)
	s.mapped(1)
	s.onLRU(1, 0)
}
