package swapoff

import "github.com/vmrace/vmrace/vm"

// Exit is the race of swapoff against exit, exec, munmap and mremap, which take
// vmas off the list before their handles are freed.
var Exit = vm.Class[State, locals]{
	Name:    "swapoff-exit",
	About:   "swapoff against handles that exit, exec, munmap or mremap have hidden from a walk along the vmas",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1D", "V4", "V5"),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnExit}, part{fn: fnExitMmap}, part{fn: fnZap}, part{fn: fnExec}, part{fn: fnMunmap}, part{fn: fnMremap}, part{fn: fnTruncate},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "exit(mm 0)", Func: fnExit, Begin: owns(0)},
		{Name: "exec(mm 0)", Func: fnExec, Begin: owns(0)},
		{Name: "munmap(mm 0, 1)", Func: fnMunmap, Args: locals{addr: 1}, Begin: owns(0)},
		{Name: "mremap(mm 0, 1 to 0)", Func: fnMremap, Begin: owns(0)},
		{Name: "vmtruncate(mm 0, 1)", Func: fnTruncate, Args: locals{addr: 1}, Begin: owns(0)},
	},
	Boots: []vm.Boot[State]{
		{Name: "exit", Init: bootHigh, Programs: [][]uint8{{0, 1}, {2}}},
		{Name: "exec", Init: bootHigh, Programs: [][]uint8{{0, 1}, {3}}},
		{Name: "munmap", Init: bootHigh, Programs: [][]uint8{{0, 1}, {4}}},
		{Name: "mremap", Init: bootMove, Programs: [][]uint8{{0, 1}, {5}}},
		{Name: "dirty", Init: bootMoveDirty, Programs: [][]uint8{{0, 1}, {5}}, Needs: Hugh},
		{Name: "truncate", Init: bootHigh, Programs: [][]uint8{{0, 1}, {6}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}
