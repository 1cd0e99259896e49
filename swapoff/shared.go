package swapoff

import "github.com/vmrace/vmrace/vm"

// Shared is the race inside is_page_shared: the users of a page are the sum of
// two counts, page_count and swap_count, that are read one after the other, and a
// process that brings the page in moves its reference from the second to the
// first. It takes no swapoff.
var Shared = vm.Class[State, locals]{
	Name:     "swapoff-shared",
	About:    "do_wp_page, which asks whether a page of the swap cache is shared, against a fault that moves a reference from swap_count to page_count",
	Object:   "object",
	Patches:  patchNames,
	Kernels:  sharedKernels,
	Listings: sharedListings(),
	Ops: []vm.Op[State, locals]{
		{Name: "write to a read-only page(mm 0, 0)", Func: fnWpPage, Begin: owns(0)},
		{Name: "read fault(mm 1, 0)", Func: fnFault, Args: locals{mm: 1}, Begin: owns(1)},
		{Name: "write fault(mm 1, 0)", Func: fnFault, Args: locals{mm: 1, aux: writes}, Begin: owns(1)},
	},
	Boots: []vm.Boot[State]{
		{Name: "read", Init: bootSharers, Programs: [][]uint8{{0}, {1}}},
		{Name: "write", Init: bootSharers, Programs: [][]uint8{{0}, {2}}, Without: FreeMove},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// The patches that take the page lock away, from one side or the other. No other
// race has them.
const (
	FreeMove vm.Patch = 1 << 61 // do_swap_page moves its reference without the lock
	FreeLook vm.Patch = 1 << 62 // do_wp_page looks at the counts, and deletes, without it
)

var sharedKernels = []vm.Kernel{
	{Name: "unlocked-mover", ID: "V0M", Version: "2.3.99-pre4-5, changed", Year: 2000, Source: hypothetical,
		About: "neither do_swap_page nor lookup_swap_cache locks the page", Patches: FreeMove | PlainLookup},
	{Name: "unlocked-decider", ID: "V0D", Version: "2.3.99-pre4-5, changed", Year: 2000, Source: hypothetical,
		About: "do_wp_page asks whether the page is shared without the page lock", Patches: FreeLook},
	{Name: "locked-lookup", ID: "V0L", Version: "2.3.99-pre4-5, changed", Year: 2000, Source: hypothetical,
		About: "lookup_swap_cache locks the page, do_swap_page does not", Patches: FreeMove, Fixed: true},
	{Name: "locked-fault", ID: "V0F", Version: "2.3.99-pre4-5, changed", Year: 2000, Source: hypothetical,
		About: "do_swap_page locks the page, lookup_swap_cache does not", Patches: PlainLookup, Fixed: true},
	{Name: "2.3.99-pre4-5", ID: "V0", Version: "2.3.99-pre4-5", Year: 2000, Source: "1d3f1e5e5",
		About: "both sides hold the page lock, the mover in the lookup, too", Fixed: true},
	{Name: "kanoj", ID: "V1", Version: "2.3.99-pre4-5 with the patch", Year: 2000, Source: "Kanoj Sarcar, linux-mm, 21 Apr 2000",
		About: "as before: the patch writes the rule down", Patches: kanoj, Fixed: true},
	{Name: "2.4.10", ID: "V4", Version: "2.4.10 to 2.4.32", Year: 2001, Source: "Hugh Dickins, Aug 2001",
		About: "faults look at their pte again under the page lock", Patches: dickins, Fixed: true},
}

// sharedListings returns the functions of the race, with the lines that lock the
// page marked as those of its patches. A fault without the lock decides nothing.
func sharedListings() []vm.Listing[State, locals] {
	out := listings(part{fn: fnDelete}, part{fn: fnWpPage}, part{fnFault, []int{fltAhead}}, part{fn: fnLookup}, part{fn: fnRead}, part{fn: fnRead24})
	for _, line := range []int{fltLock, fltWrite, fltCount, fltShared, fltDelete, fltUnlock} {
		out[fnFault].Lines[line].Del |= FreeMove
	}
	for _, line := range []int{wrpTry, wrpUnlock, wrpSharedUnlock} {
		out[fnWpPage].Lines[line].Del |= FreeLook
	}
	out[fnDelete].Lines[delLocked].Del |= FreeLook
	return out
}

// bootSharers has two processes that share a page after a fork: the first one
// has brought it in, read-only, the second still has the handle.
func bootSharers(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 0, 0, 1)
	s.process(p, 1, 1, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, dirtyPte)
	s.swappedOut(1, 0, 0)
}
