package swapoff

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// Shm is the race of swapoff against shared memory: a fault, shm_swap, and the
// death of a segment.
var Shm = vm.Class[State, locals]{
	Name:    "swapoff-shm",
	About:   "swapoff against a shared memory fault that deletes the same page from the swap cache, and against shm_swap",
	Object:  "object",
	Patches: patchNames,
	Kernels: shmKernels(),
	Listings: listings(
		part{fnSwapoff, noFail}, part{fn: fnRead}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnLookup}, part{fn: fnShmUnuse}, part{fnShmNopage, []int{nopAhead}}, part{fn: fnShmSwap}, part{fn: fnShmRmid}, part{fn: fnShrink},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "shm fault(mm 0, 0)", Func: fnShmNopage, Begin: attached},
		{Name: "shm_swap", Func: fnShmSwap, Begin: hasShm},
		{Name: "shm_rmid", Func: fnShmRmid, Begin: mayDie},
		{Name: "shrink_mmap(page 0)", Func: fnShrink},
	},
	Boots: []vm.Boot[State]{
		{Name: "nopage", Init: bootShm, Programs: [][]uint8{{0}, {1}}},
		{Name: "swap", Init: bootShmPresent, Programs: [][]uint8{{0}, {2}}},
		{Name: "busy", Init: bootShmPresent, Programs: [][]uint8{{0}, {1}, {2}}},
		{Name: "rmid", Init: bootShm, Programs: [][]uint8{{0}, {3}}},
		{Name: "shrink", Init: bootShmPresent, Programs: [][]uint8{{}, {2, 4, 1}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// shmKernels are those that have ipc/shm.c of 2.3.
func shmKernels() []vm.Kernel {
	return slices.DeleteFunc(kernels("V1S"), func(k vm.Kernel) bool { return k.Patches&shmem != 0 })
}

// bootShm has a segment whose page is on handle 0, and a process that has
// attached it.
func bootShm(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.Shm = shm{Entry: swapped(0), Swp: 1, Want: 1}
	s.use(0)
}

// bootShmPresent has a segment whose page is in memory.
func bootShmPresent(s *State, p vm.Patch) {
	s.begin()
	s.process(p, 1, 0, 1)
	s.Page[0] = page{Count: 1, Data: 1}
	s.Shm = shm{Entry: mapped(0) | dirtyPte, Rss: 1, Want: 1}
}
