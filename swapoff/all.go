package swapoff

import "github.com/vmrace/vmrace/vm"

// All is swapoff against everything at once, for the fuzzer. Its workloads are
// small; what each line is for is the matter of the races above.
var All = vm.Class[State, locals]{
	Name:    "swapoff",
	About:   "swapoff against every path that copies, moves, drops or makes a reference to a swap handle",
	Object:  "object",
	Patches: patchNames,
	Kernels: eraOf2000("V1A"),
	Listings: listings(
		part{fnSwapoff, noShmem}, part{fn: fnRead}, part{fn: fnUnuse}, part{fn: fnDelete}, part{fn: fnMmdrop},
		part{fn: fnFork}, part{fn: fnExit}, part{fn: fnExitMmap}, part{fn: fnZap}, part{fn: fnExec}, part{fn: fnMunmap}, part{fn: fnMremap},
		part{fn: fnFault}, part{fn: fnLookup}, part{fn: fnReadahead}, part{fn: fnShmUnuse}, part{fn: fnShmNopage}, part{fn: fnShmSwap},
		part{fn: fnShmRmid}, part{fn: fnWpPage}, part{fn: fnSwapOut}, part{fn: fnAcquire}, part{fn: fnShrink}, part{fn: fnSwapon},
	),
	Ops: allOps,
	Boots: []vm.Boot[State]{
		{Name: "one", Init: bootCluster, Programs: [][]uint8{{0}, {2}}},
		{Name: "two", Init: bootPair, Programs: [][]uint8{{0}, {5}, {16}}},
		{Name: "shm", Init: bootShmCluster, Programs: [][]uint8{{0}, {9}}, Without: shmem},
		{Name: "cached", Init: bootCached, Programs: [][]uint8{{0}, {7}}},
		{Name: "dirty", Init: bootDirtyPair, Programs: [][]uint8{{0}, {12}}},
		{Name: "threads", Init: bootThreads, Programs: [][]uint8{{0}, {3}, {4}}},
		{Name: "high", Init: bootHigh, Programs: [][]uint8{{0}, {3}}},
		{Name: "shared", Init: bootBoth, Programs: [][]uint8{{0}, {12}, {16}}},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).cover,
	Spare: spare,
}

var allOps = []vm.Op[State, locals]{
	0:  {Name: "swapoff", Func: fnSwapoff, Begin: mayDelete},
	1:  {Name: "fork(mm 0)", Func: fnFork, Begin: mayFork},
	2:  {Name: "read fault(mm 0, 0)", Func: fnFault, Begin: owns(0)},
	3:  {Name: "exit(mm 0)", Func: fnExit, Begin: owns(0)},
	4:  {Name: "exec(mm 0)", Func: fnExec, Begin: owns(0)},
	5:  {Name: "munmap(mm 0, 0)", Func: fnMunmap, Begin: owns(0)},
	6:  {Name: "munmap(mm 0, 1)", Func: fnMunmap, Args: locals{addr: 1}, Begin: owns(0)},
	7:  {Name: "write to a read-only page(mm 0, 0)", Func: fnWpPage, Begin: owns(0)},
	8:  {Name: "write fault(mm 0, 0)", Func: fnFault, Args: locals{aux: writes}, Begin: owns(0)},
	9:  {Name: "shm fault(mm 0, 1)", Func: fnShmNopage, Args: locals{addr: 1}, Begin: attached},
	10: {Name: "shm_swap", Func: fnShmSwap, Begin: hasShm},
	11: {Name: "shm_rmid", Func: fnShmRmid, Begin: mayDie},
	12: {Name: "try_to_swap_out(mm 0, 0)", Func: fnSwapOut},
	13: {Name: "shrink_mmap(page 0)", Func: fnShrink},
	14: {Name: "mremap(mm 0, 1 to 0)", Func: fnMremap, Begin: movesAnonymous},
	15: {Name: "read fault(mm 1, 0)", Func: fnFault, Args: locals{mm: 1}, Begin: owns(1)},
	16: {Name: "munmap(mm 1, 0)", Func: fnMunmap, Args: locals{mm: 1}, Begin: owns(1)},
	17: {Name: "munmap(mm 1, 1)", Func: fnMunmap, Args: locals{mm: 1, addr: 1}, Begin: owns(1)},
	18: {Name: "exit(mm 1)", Func: fnExit, Args: locals{mm: 1}, Begin: owns(1)},
	19: {Name: "write to a read-only page(mm 1, 0)", Func: fnWpPage, Args: locals{mm: 1}, Begin: owns(1)},
	20: {Name: "read fault(mm 0, 1)", Func: fnFault, Args: locals{addr: 1}, Begin: owns(0)},
	21: {Name: "swapon", Func: fnSwapon, Begin: mayAdd},
}

// hasShm reports whether the segment is there.
func hasShm(s *State, x *vm.Exec, _ *locals) bool {
	return *vm.Look(x, &s.Shm.Want) != 0 && !vm.Look(x, &s.Shm.State).Has(detached)
}

// bootPair has two processes, of tasks 1 and 2, with the same handle.
func bootPair(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 3)
	s.process(p, 2, 1, 3)
	s.swappedOut(0, 0, 0)
	s.swappedOut(1, 0, 0)
}

// bootDirtyPair has a process with a dirty page and one whose page has a handle,
// is in the swap cache and old.
func bootDirtyPair(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.process(p, 2, 1, 1)
	s.cachePage(0, 0)
	s.mapPage(0, 0, 0, 0)
	s.Page[1].Data = 2
	s.mapPage(1, 0, 1, writable|dirtyPte)
}

// cover abstracts a state to how far swapoff has come, how often the first handle
// is counted, what the first process has of it, and who else matters.
func (s *State) cover() uint32 {
	n := s.stage()
	n = 4*n + uint32(min(s.Map[0], 3))
	n = 4*n + s.held()
	return 5*n + s.others(0)
}

// stage is how far swapoff has come with a handle, from 0 to 5.
func (s *State) stage() uint32 {
	for i := range s.CPU {
		c := &s.CPU[i]
		if c.Idle() || c.At(0).Func != fnSwapoff {
			continue
		}
		switch line := int(c.At(0).Line); {
		case line <= offPage:
			return 1
		case line <= offLast:
			return 2
		case s.BKL.Asleep(i):
			return 3
		case line <= offForce:
			return 4
		default:
			return 5
		}
	}
	return 0
}

// held is what stands in the first entry of the first process, from 0 to 3.
func (s *State) held() uint32 {
	switch t := s.Mm[0].PTE[0]; {
	case t == 0:
		return 0
	case t.swapped():
		return 1
	case t&young != 0:
		return 2
	default:
		return 3
	}
}

// others is what tasks but swapoff have to do with a handle: nothing, 0; they hold
// it somewhere else, 1; one has locked its page, 2; one sleeps without the kernel
// lock, 3, and they hold it, 4.
func (s *State) others(e uint8) uint32 {
	n := uint32(0)
	if s.Mm[0].PTE[1] == swapped(e) || s.Mm[1].PTE[0] == swapped(e) || s.Mm[1].PTE[1] == swapped(e) {
		n = 1
	}
	for i := range s.CPU {
		switch c := &s.CPU[i]; {
		case c.Idle() || c.At(0).Func == fnSwapoff:
		case s.BKL.Asleep(i):
			return 3 + n%2
		case s.locks(i, e):
			n = 2
		}
	}
	return n
}

// locks reports whether a CPU's task has locked a page of the handle.
func (s *State) locks(cpu int, e uint8) bool {
	for p := range s.Page {
		if s.Hash.Has(p) && s.Page[p].Index == e && s.Page[p].Lock.HeldBy(cpu) {
			return true
		}
	}
	return false
}
