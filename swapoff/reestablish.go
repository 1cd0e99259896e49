package swapoff

import "github.com/vmrace/vmrace/vm"

// Reestablish is the race of swapoff against kswapd, which puts a handle back
// into a page table that swapoff is done with.
var Reestablish = vm.Class[State, locals]{
	Name:    "swapoff-reestablish",
	About:   "swapoff against try_to_swap_out, which gives a page of the swap cache its handle back",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1D", "V4", "V5"),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnZap}, part{fn: fnMunmap}, part{fn: fnSwapOut}, part{fn: fnAcquire},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "try_to_swap_out(mm 0, 0)", Func: fnSwapOut},
		{Name: "munmap(mm 1, 1)", Func: fnMunmap, Args: locals{mm: 1, addr: 1}, Begin: owns(1)},
		{Name: "munmap(mm 1, 0)", Func: fnMunmap, Args: locals{mm: 1}, Begin: owns(1)},
	},
	Boots: []vm.Boot[State]{
		{Name: "one", Init: bootShared1, Programs: [][]uint8{{0, 1}, {2, 2}}},
		{Name: "two", Init: bootShared, Programs: [][]uint8{{0, 1}, {2, 2}, {3}}},
		{Name: "lock", Init: bootShared, Programs: [][]uint8{{0, 1}, {2, 2}, {4}}},
		{Name: "cached", Init: bootOld, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "clean", Init: bootClean, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "dirty", Init: bootDirty, Programs: [][]uint8{{0, 1}, {2}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// bootShared has two processes with the same handle.
func bootShared(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 0, 0, 3)
	s.process(p, 2, 1, 3)
	s.swappedOut(0, 0, 0)
	s.swappedOut(1, 0, 0)
}

// bootShared1 has one process with the handle.
func bootShared1(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 0, 0, 1)
	s.swappedOut(0, 0, 0)
}

// bootOld has a process that maps a page which is in the swap cache, with an old
// and clean entry.
func bootOld(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 0, 0, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, 0)
}

// bootDirty has a process with a dirty page that has no handle yet.
func bootDirty(s *State, p vm.Patch) {
	s.begin()
	s.process(p, 0, 0, 1)
	s.Page[0].Data = 1
	s.mapPage(0, 0, 0, writable|dirtyPte)
}

// bootClean has a process that has only read a page, which still is as it was
// when the fault made it, and can be dropped.
func bootClean(s *State, p vm.Patch) {
	s.begin()
	s.process(p, 0, 0, 1)
	s.mapPage(0, 0, 0, 0)
}
