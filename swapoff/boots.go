package swapoff

import "github.com/vmrace/vmrace/vm"

// begin is the part of an initial state that all have in common: device 0 is in
// use, device 1 has a free handle, no page is allocated, and no task has an mm.
func (s *State) begin() {
	s.Dev = alive
	s.NrSwap = handles
	for i := range s.Page {
		s.Page[i].Life = vm.FreeLife
	}
	for i := range s.Mm {
		s.Mm[i].Life = vm.FreeLife
	}
}

// handle puts data on a handle.
func (s *State) handle(e uint8, d data) {
	s.Disk[e] = d
}

// use adds a reference to a handle.
func (s *State) use(e uint8) {
	if s.Map[e] == 0 {
		s.NrSwap--
	}
	s.Map[e]++
}

// process makes a task with an address space of its own, which is on the task
// list, and on mmlist in kernels whose mm_alloc puts it there.
func (s *State) process(p vm.Patch, task, m int, vmas vm.Set) {
	s.Mm[m] = mm{Users: 1, Count: 1, Vmas: vmas}
	if p&(H1|Hugh) != 0 {
		s.Mmlist |= vm.ListOf(m) << (4 * s.Mmlist.Len())
	}
	s.Task[task] = mmPtr(m + 1)
	s.Tasks = s.Tasks.With(task)
}

// swappedOut lets an address hold a handle.
func (s *State) swappedOut(m, addr int, e uint8) {
	s.Mm[m].PTE[addr] = swapped(e)
	s.Mm[m].Want[addr] = s.Disk[e]
	s.use(e)
}

// cachePage puts the page of a handle into the swap cache.
func (s *State) cachePage(p int, e uint8) {
	s.Page[p].Life = 0
	s.Page[p].Count++
	s.Page[p].Data = s.Disk[e]
	s.Page[p].Index = e
	s.Page[p].Flags |= swapCache
	s.Hash = s.Hash.With(p)
	s.use(e)
}

// mapPage maps a page.
func (s *State) mapPage(m, addr, p int, flags pte) {
	s.Mm[m].PTE[addr] = present | flags | pte(p)
	s.Mm[m].Want[addr] = s.Page[p].Data
	s.Page[p].Life = 0
	s.Page[p].Count++
}

// bootOne has one process, task 1, with a handle at address 0 and nothing at
// address 1, though it has a vma there.
func bootOne(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 3)
	s.swappedOut(0, 0, 0)
}

// bootHigh has the handle at address 1, and a vma at address 0 that is torn
// down first.
func bootHigh(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 3)
	s.swappedOut(0, 1, 0)
}

// bootMoveDirty is bootMove with a page in the swap cache that is newer than what
// stands on the device.
func bootMoveDirty(s *State, p vm.Patch) {
	bootMove(s, p)
	s.cachePage(0, 0)
	s.Page[0].Flags |= dirty
	s.Page[0].Data = 2
	s.Mm[0].Want[1] = 2
}

// bootMove has the handle at address 1 and no vma at address 0.
func bootMove(s *State, p vm.Patch) {
	s.begin()
	s.handle(0, 1)
	s.process(p, 1, 0, 2)
	s.swappedOut(0, 1, 0)
}
