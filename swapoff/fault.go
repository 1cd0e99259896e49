package swapoff

import "github.com/vmrace/vmrace/vm"

// Fault is the race of swapoff against a page fault that has read the handle.
var Fault = vm.Class[State, locals]{
	Name:    "swapoff-fault",
	About:   "swapoff against a page fault that has read the swap handle and goes on to use it",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1", "V4", "V5"),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fnFault, []int{fltAhead}}, part{fn: fnLookup},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "read fault(mm 0, 0)", Func: fnFault, Begin: owns(0)},
		{Name: "write fault(mm 0, 0)", Func: fnFault, Args: locals{aux: writes}, Begin: owns(0)},
		{Name: "write fault(mm 1, 0)", Func: fnFault, Args: locals{mm: 1, aux: writes}, Begin: owns(1)},
	},
	Boots: []vm.Boot[State]{
		{Name: "read", Init: bootOne, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "write", Init: bootOne, Programs: [][]uint8{{0, 1}, {3}}},
		{Name: "shared", Init: bootTwo, Programs: [][]uint8{{}, {}, {4}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}
