package swapoff

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// Readahead is the race of swapoff against a fault that reads the handles of a
// cluster in advance.
var Readahead = vm.Class[State, locals]{
	Name:    "swapoff-readahead",
	About:   "swapoff against readahead, which takes references to handles that it need not find in any page table",
	Object:  "object",
	Patches: patchNames,
	Kernels: kernels("V1M", "V5"),
	Listings: listings(
		part{fnSwapoff, slices.Concat(noShmem, noFail)}, part{fn: fnRead}, part{fn: fnUnuse}, part{fn: fnDelete},
		part{fn: fnMmdrop}, part{fn: fnFault}, part{fn: fnLookup}, part{fn: fnReadahead},
		part{fn: fnZap}, part{fn: fnMunmap}, part{fn: fnShmUnuse}, part{fn: fnShmNopage}, part{fnSwapoff24, noShmem24}, part{fn: fnRead24},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "read fault(mm 0, 0)", Func: fnFault, Begin: owns(0)},
		{Name: "shm fault(mm 0, 1)", Func: fnShmNopage, Args: locals{addr: 1}, Begin: attached},
		{Name: "read fault(mm 0, 1)", Func: fnFault, Args: locals{addr: 1}, Begin: owns(0)},
		{Name: "munmap(mm 1, 0)", Func: fnMunmap, Args: locals{mm: 1}, Begin: owns(1)},
		{Name: "swapoff of 2.4", Func: fnSwapoff24},
	},
	Boots: []vm.Boot[State]{
		{Name: "anonymous", Init: bootCluster, Programs: [][]uint8{{0, 5}, {1}}},
		{Name: "max", Init: bootMax, Programs: [][]uint8{{0, 5}, {3}}},
		{Name: "shm", Init: bootShmCluster, Programs: [][]uint8{{0}, {2}}, Without: shmem},
		{Name: "pair", Init: bootClusterPair, Programs: [][]uint8{{0}, {3}, {4}}, Needs: H6},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

// bootCluster has a process with both handles of the cluster.
func bootCluster(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.handle(1, 2)
	s.process(p, 1, 0, 3)
	s.swappedOut(0, 0, 0)
	s.swappedOut(0, 1, 1)
}

// bootShmCluster has a segment on handle 0 and a process with handle 1.
func bootShmCluster(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.handle(1, 2)
	s.process(p, 1, 0, 3)
	s.swappedOut(0, 0, 1)
	s.Shm = shm{Entry: swapped(0), Swp: 1, Want: 1}
	s.use(0)
}

// bootMax is bootCluster with a handle that so many entries hold, most of them
// out of sight, that its count is permanent.
func bootMax(s *State, p vm.Patch) {
	bootCluster(s, p)
	s.Map[0] = vm.SwapMapMax
	s.Queue = 1
}

// bootClusterPair is bootCluster with a second process that shares handle 0.
func bootClusterPair(s *State, p vm.Patch) {
	bootCluster(s, p)
	s.process(p, 2, 1, 1)
	s.swappedOut(1, 0, 0)
}
