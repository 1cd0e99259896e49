package swapoff

import "github.com/vmrace/vmrace/vm"

// deviceGone is the oracle of a swapoff that returns 0: nothing holds a handle
// of the device any more, wherever it stands. A page table entry counts without
// a vma that leads to it, too.
func (s *State) deviceGone(x *vm.Exec) {
	s.lookMappings(x)
	if *vm.Look(x, &s.Dev)&^(hasMax|cursor|broken) != vfreed { // max is left as it was before 2.4.32
		x.Bug(vm.Accounting, -1, "swap_info")
	}
	for e := range uint8(devicePages) {
		for i := range uint8(mms) {
			for a, t := range s.Mm[i].PTE {
				if t == swapped(e) && !s.inFlight(x, fnFault, fltFree, fltSet, i, uint8(a)) {
					x.Bug(Stale, int(e), "page table entry")
				}
			}
		}
		if s.Shm.Entry == swapped(e) && !s.inFlight(x, fnShmNopage, nopFree, nopSet, 0, 0) {
			x.Bug(Stale, int(e), "shm entry")
		}
		if *vm.Look(x, &s.Inode.Entry) == swapped(e) && !s.clearing(x) {
			x.Bug(Stale, int(e), "shm entry")
		}
		if s.lookCached(x, e) > 0 {
			x.Bug(Stale, int(e), "page in the swap cache")
		}
	}
}

// deviceBack is the oracle of a swapoff that fails: the device is as it was.
func (s *State) deviceBack(x *vm.Exec) {
	if s.Dev&^cursor != alive&^cursor {
		x.Bug(vm.Accounting, -1, "swap_info")
	}
}

// inFlight reports whether a fault on the address has freed the handle, at line
// freed, and is about to set the entry, at line set: then nobody will use the
// handle that the entry still holds.
func (s *State) inFlight(x *vm.Exec, fn vm.Func, freed, set, m, a uint8) bool {
	x.LookAround()
	for i := range s.CPU {
		c := &s.CPU[i]
		if c.Idle() || c.At(0).Func != fn || c.At(0).Line <= freed || c.At(0).Line > set {
			continue
		}
		if l := c.Locals(0); fn != fnFault || l.mm == m && l.addr == a {
			return true
		}
	}
	return false
}

// clearing reports whether somebody has freed the handle of the inode and is about
// to clear its entry, as inFlight does.
func (s *State) clearing(x *vm.Exec) bool {
	x.LookAround()
	for i := range s.CPU {
		c := &s.CPU[i]
		for d := range c.Depth() {
			switch at := c.At(d); at.Func {
			case fnShmemNopage:
				if smnFree < at.Line && at.Line <= smnClear {
					return true
				}
			case fnShmemGetpage:
				if smgFreeFirst < at.Line && at.Line <= smgClear {
					return true
				}
			case fnIput:
				if iptFree < at.Line && at.Line <= iptClear26 && c.Locals(d).pte != 0 {
					return true
				}
			}
		}
	}
	return false
}

// entries counts the page table entries that hold a handle.
func (s *State) entries(e uint8) int {
	n := 0
	for i := range s.Mm {
		for _, t := range s.Mm[i].PTE {
			if t == swapped(e) {
				n++
			}
		}
	}
	return n
}

// lookCached is cached for a line.
func (s *State) lookCached(x *vm.Exec, e uint8) int {
	vm.Look(x, &s.Hash)
	for p := range s.Page {
		vm.Look(x, &s.Page[p].Index)
	}
	return s.cached(e)
}

// cached counts the pages of a handle in the swap cache.
func (s *State) cached(e uint8) int {
	n := 0
	for p := range s.Page {
		if s.Hash.Has(p) && s.Page[p].Index == e {
			n++
		}
	}
	return n
}

// rest is what must hold when every program has ended.
func (s *State) rest(x *vm.Exec) {
	for e := range uint8(handles) {
		s.restHandle(x, e)
	}
	for p := range uint8(pages) {
		s.restPage(x, p)
	}
	for m := range uint8(mms) {
		s.restMm(x, m)
	}
	s.restShm(x)
	s.restInode(x)
	if n := s.freeHandles(); int(s.NrSwap) != n {
		x.Bug(vm.Accounting, -1, "nr_swap_pages")
	}
}

// restHandle checks that the count of a handle is the number of its references.
func (s *State) restHandle(x *vm.Exec, e uint8) {
	n := s.entries(e) + s.cached(e)
	if s.Shm.Entry == swapped(e) {
		n++
	}
	if s.Inode.Entry == swapped(e) {
		n++
	}
	if e == 0 && s.Foreign == foreign {
		n++
	}
	switch c := int(s.Map[e]); {
	case s.Map[e] >= vm.SwapMapMax:
	case c < n:
		x.Bug(vm.Miscount, int(e), "swap handle")
	case c > n:
		x.Bug(vm.Leak, int(e), "swap handle")
	}
	if e == 0 && s.Foreign == foreign && s.Disk[0] != s.Foreign {
		x.Bug(LostData, 0, "another process")
	}
}

// restPage checks that the count of a page is the number of its owners, and that
// the two facts that make a page of the swap cache agree.
func (s *State) restPage(x *vm.Exec, p uint8) {
	pg := &s.Page[p]
	n := s.mappings(p)
	if s.Hash.Has(int(p)) {
		n++
	}
	if s.Inode.Pages.Has(int(p)) {
		n++
	}
	switch c := int(pg.Count); {
	case c < n:
		x.Bug(vm.Miscount, int(p), "page")
	case c > n:
		x.Bug(vm.Leak, int(p), "page")
	case c == 0 && pg.Life.Free() == 0:
		x.Bug(vm.Leak, int(p), "page")
	}
	if pg.Flags.Has(swapCache) != s.Hash.Has(int(p)) {
		x.Bug(vm.BadPage, int(p), "PG_swap_cache without a mapping")
	}
}

// restMm checks what an address space shows to its user, and that an mm without
// a reference is free.
func (s *State) restMm(x *vm.Exec, i uint8) {
	m := &s.Mm[i]
	if m.Life.Free() > 0 {
		if s.Mmlist.Has(int(i)) {
			x.Bug(vm.ListCorruption, int(i), "freed mm on mmlist")
		}
		if s.hasTask(i) {
			x.Bug(vm.UseAfterFree, int(i), "mm_struct")
		}
		return
	}
	if m.Count != 1 || m.Users == 0 {
		x.Bug(vm.Leak, int(i), "mm_struct")
	}
	users := 0
	for t := range s.Task {
		if s.Task[t] == mmPtr(i+1) {
			users++
		}
	}
	switch {
	case int(m.Users) < users:
		x.Bug(vm.Miscount, int(i), "mm_users")
	case int(m.Users) > users:
		x.Bug(vm.Leak, int(i), "mm_users")
	}
	for a, t := range m.PTE {
		switch {
		case t.present() && s.Page[t.page()].Data != m.Want[a],
			t == 0 && m.Want[a] != 0,
			t.swapped() && s.stored(t.entry()) != m.Want[a]:
			x.Bug(LostData, -1, "")
		}
	}
}

// stored is what a fault on a handle will bring: the page in the swap cache, or
// else what stands on the device.
func (s *State) stored(e uint8) data {
	if e >= handles {
		return 0
	}
	for p := range s.Page {
		if s.Hash.Has(p) && s.Page[p].Index == e {
			return s.Page[p].Data
		}
	}
	return s.Disk[e]
}

// restShm checks the shared segment and its accounting.
func (s *State) restShm(x *vm.Exec) {
	t := s.Shm.Entry
	switch {
	case t != 0 && s.Shm.State.Has(unlisted):
		x.Bug(vm.Leak, -1, "entry of a dead segment")
	case t.present() && s.Page[t.page()].Data != s.Shm.Want, t.swapped() && s.stored(t.entry()) != s.Shm.Want:
		x.Bug(LostData, -1, "shm")
	}
	rss, swp := int8(0), int8(0)
	if t.present() {
		rss = 1
	}
	if t.swapped() {
		swp = 1
	}
	if s.Shm.Rss != rss || s.Shm.Swp != swp {
		x.Bug(vm.Accounting, -1, "shm_rss, shm_swp")
	}
}

// freeHandles counts the free handles of the devices on the list, as
// nr_swap_pages does.
func (s *State) freeHandles() int {
	n := 0
	for e := range uint8(handles) {
		if s.Map[e] == 0 {
			n++
		}
	}
	if !s.Dev.Has(listed) {
		n -= devicePages
	}
	return n
}
