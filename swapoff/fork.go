package swapoff

import "github.com/vmrace/vmrace/vm"

// Fork is the race of swapoff against a child that is not on the task list yet.
var Fork = vm.Class[State, locals]{
	Name:    "swapoff-fork",
	About:   "swapoff against a fork that copies a swap handle into a child that the walk does not find",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1", "V4", "V5"),
	Listings: listings(
		part{fnSwapoff, bare}, part{fn: fnRead}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnFork},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
		{Name: "fork(mm 0)", Func: fnFork, Begin: mayFork},
	},
	Boots: []vm.Boot[State]{
		{Name: "handle", Init: bootOne, Programs: [][]uint8{{0, 1}, {2}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// mayFork reports whether the task owns mm 0 and the child's mm is free.
func mayFork(s *State, x *vm.Exec, _ *locals) bool {
	vm.Look(x, &s.Task)
	vm.Look(x, &s.Mm[child].Life)
	vm.Look(x, &s.Mmlist)
	return s.Task[x.CPU] == 1 && s.Task[childTask] == 0 && s.Mm[child].Life.Free() > 0 && !s.Mmlist.Has(child)
}
