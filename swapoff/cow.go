package swapoff

import "github.com/vmrace/vmrace/vm"

// COW is the race of swapoff against code that decides whether a page of the
// swap cache is shared, and deletes it from the cache if not.
var COW = vm.Class[State, locals]{
	Name:    "swapoff-cow",
	About:   "swapoff against do_wp_page, free_page_and_swap_cache and shrink_mmap, which delete the same page from the swap cache",
	Object:  "object",
	Patches: patchNames,
	Kernels: cowKernels(),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnZap}, part{fn: fnMunmap}, part{fn: fnWpPage}, part{fn: fnShrink},
		part{fnFault, []int{fltAhead}}, part{fn: fnLookup}, part{fn: fnSwapOut}, part{fn: fnAcquire},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "write to a read-only page(mm 0, 0)", Func: fnWpPage, Begin: owns(0)},
		{Name: "write to a read-only page(mm 1, 0)", Func: fnWpPage, Args: locals{mm: 1}, Begin: owns(1)},
		{Name: "munmap(mm 0, 0)", Func: fnMunmap, Begin: owns(0)},
		{Name: "shrink_mmap(page 0)", Func: fnShrink},
		{Name: "read fault(mm 1, 0)", Func: fnFault, Args: locals{mm: 1}, Begin: owns(1)},
		{Name: "read fault(mm 0, 0)", Func: fnFault, Begin: owns(0)},
		{Name: "write fault(mm 0, 0)", Func: fnFault, Args: locals{aux: writes}, Begin: owns(0)},
		{Name: "try_to_swap_out(mm 0, 0)", Func: fnSwapOut},
	},
	Boots: []vm.Boot[State]{
		{Name: "write", Init: bootCached, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "munmap", Init: bootCached, Programs: [][]uint8{{0, 1}, {4}}},
		{Name: "shrink", Init: bootOnlyCached, Programs: [][]uint8{{0, 1}, {5}}},
		{Name: "two", Init: bootTwo, Programs: [][]uint8{{0, 1}, {2}, {3}}},
		{Name: "decide", Init: bootTwo, Programs: [][]uint8{{}, {2}, {6}}},
		{Name: "steal", Init: bootBoth, Programs: [][]uint8{{}, {2}, {9}}},
		{Name: "reuse", Init: bootCached, Programs: [][]uint8{{}, {2, 9, 9, 5, 5, 7}}},
		{Name: "bring in", Init: bootOne, Programs: [][]uint8{{}, {8, 9, 9, 5, 5, 7}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// cowKernels are those of history, and Sarcar's with a do_wp_page that decides
// without the page lock.
func cowKernels() []vm.Kernel {
	return append(kernels("V1D", "V4", "V5"),
		vm.Kernel{Name: "kanoj-late-lock", ID: "V1L", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: hypothetical,
			About: "kanoj-deciders, but do_wp_page locks the page only after is_page_shared", Patches: kanoj | deciders | LateLock})
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

// bootBoth has two processes that map a page of the swap cache, with old entries.
func bootBoth(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.process(p, 2, 1, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, 0)
	s.mapPage(1, 0, 0, 0)
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
