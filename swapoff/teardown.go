package swapoff

import "github.com/vmrace/vmrace/vm"

// Teardown is the race of the end of swapoff, when the map is freed, against a
// fault that still has the handle; also of a swapoff that fails, and of a device
// that comes back.
var Teardown = vm.Class[State, locals]{
	Name:    "swapoff-teardown",
	About:   "the end of swapoff, which frees swap_map, against late users of a handle, a failing swapoff and a new swapon",
	Object:  "object",
	Patches: patchNames,
	Kernels: teardownKernels(),
	Listings: listings(
		part{fnSwapoff, noShm}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fnFault, []int{fltAhead}}, part{fn: fnLookup}, part{fn: fnSwapon},
		part{fn: fnSwapOut}, part{fn: fnAcquire},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff, Begin: mayDelete},
		{Name: "swapoff of 2.4", Func: fnSwapoff24, Begin: mayDelete},
		{Name: "read fault(mm 0, 0)", Func: fnFault, Begin: owns(0)},
		{Name: "swapon", Func: fnSwapon, Begin: mayAdd},
		{Name: "try_to_swap_out(mm 0, 1)", Func: fnSwapOut, Args: locals{addr: 1}},
	},
	Boots: []vm.Boot[State]{
		{Name: "fault", Init: bootOne, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "swapon", Init: bootOne, Programs: [][]uint8{{0, 1, 3}, {2}}},
		{Name: "again", Init: bootOne, Programs: [][]uint8{{0, 1, 0, 1}}},
		{Name: "fails", Init: bootFails, Programs: [][]uint8{{0}, {4}}, Without: Hugh},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// teardownKernels are those of history, and 2.4.10 with the end of swapoff as it
// was before.
func teardownKernels() []vm.Kernel {
	return append(kernels("V1", "V4", "V5"),
		vm.Kernel{Name: "2.4.10-unlocked-end", ID: "V4U", Version: "2.4.10 without the locks at the end", Year: 2001, Source: hypothetical,
			About: "vfree, then NULL, then flags, under no lock", Patches: dickins &^ LockedEnd})
}

// bootFails has a process with a handle and a dirty page, and memory that may
// be short once.
func bootFails(s *State, p vm.Patch) {
	bootOne(s, p)
	s.Page[0].Data = 2
	s.mapPage(0, 1, 0, writable|dirtyPte)
	s.Fails = 1
}
