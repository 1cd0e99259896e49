package swapoff

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// Shmem is the race of swapoff against shared memory of 2.4 and after: a fault, the
// swap-out of a page, and the death of a segment.
var Shmem = vm.Class[State, locals]{
	Name:    "swapoff-shmem",
	About:   "swapoff against shared memory that moves its pages between the page cache of an inode and the swap cache",
	Object:  "object",
	Patches: patchNames,
	Kernels: shmemKernels(),
	Listings: listings(
		part{fnSwapoff, slices.Concat([]int{offShmFirst, offShm}, noFail)}, part{fn: fnRead}, part{fn: fnSwapoff24}, part{fn: fnRead24},
		part{fn: fnUnuse}, part{fn: fnDelete}, part{fn: fnMmdrop}, part{fn: fnLookup},
		part{fn: fnShmemUnuse}, part{fn: fnShmemNopage}, part{fn: fnShmemGetpage}, part{fn: fnShmemWritepage}, part{fn: fnIput}, part{fn: fnShrink},
	),
	Ops: []vm.Op[State, locals]{
		{Name: "swapoff", Func: fnSwapoff},
		{Name: "swapoff of 2.4.10", Func: fnSwapoff24},
		{Name: "shmem fault(mm 0, 0)", Func: fnShmemNopage, Begin: attachedInode},
		{Name: "shmem fault of 2.4.10(mm 0, 0)", Func: fnShmemGetpage, Begin: attachedInode},
		{Name: "shmem_writepage", Func: fnShmemWritepage},
		{Name: "last iput", Func: fnIput, Begin: lastUser},
		{Name: "shrink_mmap(page 0)", Func: fnShrink},
	},
	Boots: []vm.Boot[State]{
		{Name: "nopage", Init: bootInode, Programs: [][]uint8{{0, 1}, {2, 3}}, Needs: shmem},
		{Name: "writepage", Init: bootInodePage, Programs: [][]uint8{{0, 1}, {4}}, Needs: shmem},
		{Name: "iput", Init: bootInode, Programs: [][]uint8{{0, 1}, {5}}, Needs: shmem},
		{Name: "evict", Init: bootInodePage, Programs: [][]uint8{{4}, {5}}, Needs: shmem},
		{Name: "busy", Init: bootInodePage, Programs: [][]uint8{{0, 1}, {2, 3}, {4}}, Needs: shmem},
		{Name: "die", Init: bootInode, Programs: [][]uint8{{0, 1}, {4}, {5}}, Needs: shmem},
		{Name: "reclaim", Init: bootInodePage, Programs: [][]uint8{{0, 1}, {4, 6, 6, 3}}, Needs: Hugh},
		{Name: "prune", Init: bootInodePruned, Programs: [][]uint8{{0, 1}, {4}}, Needs: shmem},
	},
	CPUs:  cpus,
	Rest:  (*State).rest,
	Cover: (*State).coverInode,
	Spare: spare,
}

// shmemKernels are those that have mm/shmem.c.
func shmemKernels() []vm.Kernel {
	return slices.DeleteFunc(kernels("V5S"), func(k vm.Kernel) bool { return k.Patches&shmem == 0 })
}

// bootInode has a segment whose page is on handle 0, and a process that has
// attached it.
func bootInode(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.Inode = inode{Count: 1, Entry: swapped(0), Swapped: 1, Want: 1}
	s.use(0)
}

// bootInodePage has a segment whose page is in the page cache. It has had no swap
// yet.
func bootInodePage(s *State, p vm.Patch) {
	bootInodePruned(s, p)
	s.Mm[0].PTE[0] = 0
	s.Mm[0].Want[0] = 0
	s.Map[0] = 0
	s.NrSwap++
	if p&Swaplist != 0 {
		s.Inode.State |= notListed
	}
}

// bootInodePruned is bootInodePage with an inode that is still on the list for the
// swap that it had, and a process with a handle of its own.
func bootInodePruned(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 1)
	s.swappedOut(0, 0, 0)
	s.Page[0] = page{Count: 1, Flags: dirty, Data: 2}
	s.Inode = inode{Count: 1, Pages: vm.Set(0).With(0), Want: 2}
}

// coverInode abstracts a state to where the page of the segment stands, how often
// the first handle is counted, and who has locked what.
func (s *State) coverInode() uint32 {
	in := &s.Inode
	n := uint32(0)
	for i, is := range []bool{in.Pages != 0, in.Entry != 0, s.cached(0) > 0, in.State.Has(notListed), in.Lock.Free(), s.Page[0].Lock.Locked()} {
		if is {
			n |= 1 << i
		}
	}
	return 4*n + uint32(min(s.Map[0], 3))
}
