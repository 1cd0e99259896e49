package swapoff

import "github.com/vmrace/vmrace/vm"

// COW is the race of swapoff against code that decides whether a page of the
// swap cache is shared, and deletes it from the cache if not.
var COW = vm.Class[State, locals]{
	Name:    "swapoff-cow",
	About:   "swapoff against do_wp_page, free_page_and_swap_cache and shrink_mmap, which delete the same page from the swap cache",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1D", "V4", "V5"),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fn: fnSwapoff24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnZap}, part{fn: fnMunmap}, part{fn: fnWpPage}, part{fn: fnShrink},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "write to a read-only page(mm 0, 0)", Func: fnWpPage, Begin: owns(0)},
		{Name: "write to a read-only page(mm 1, 0)", Func: fnWpPage, Args: locals{mm: 1}, Begin: owns(1)},
		{Name: "munmap(mm 0, 0)", Func: fnMunmap, Begin: owns(0)},
		{Name: "shrink_mmap(page 0)", Func: fnShrink},
	},
	Boots: []vm.Boot[State]{
		{Name: "write", Init: bootCached, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "munmap", Init: bootCached, Programs: [][]uint8{{0, 1}, {4}}},
		{Name: "shrink", Init: bootOnlyCached, Programs: [][]uint8{{0, 1}, {5}}},
		{Name: "two", Init: bootTwo, Programs: [][]uint8{{0, 1}, {2}, {3}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// bootCached has a process that maps, read-only, a page which is still in the
// swap cache.
func bootCached(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, dirtyPte)
}

// bootOnlyCached has a process with a handle whose page is in the swap cache and
// nowhere else.
func bootOnlyCached(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.swappedOut(0, 0, 0)
	s.cachePage(0, 0)
}

// bootTwo has two processes that share a page after a fork; one of them has
// brought it in.
func bootTwo(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.process(p, 2, 1, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, dirtyPte)
	s.swappedOut(1, 0, 0)
}
