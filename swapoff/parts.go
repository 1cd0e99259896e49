package swapoff

import "github.com/vmrace/vmrace/vm"

// Kinds of bugs that only swap has.
const (
	Stale      vm.Kind = "stale swap handle"
	BadEntry   vm.Kind = "swap handle freed twice"
	LostData   vm.Kind = "lost data"
	Killed     vm.Kind = "innocent task killed"
	TwoPages   vm.Kind = "two pages for one handle"
	TwoCached  vm.Kind = "two pages for one index"
	OutOfRange vm.Kind = "index out of range"
	NullDeref  vm.Kind = "NULL pointer dereference"
)

// onDevice0 reports whether the handle is one of the device that is deleted.
func onDevice0(e uint8) bool { return e < devicePages }

// swapMap is the access to swap_map[off] behind the unlocked checks of
// swap_duplicate and of valid_swaphandles: they look at max, but not at the map.
func (s *State) swapMap(x *vm.Exec, e uint8) bool {
	if !onDevice0(e) {
		return true
	}
	d := vm.Load(x, &s.Dev)
	switch {
	case !d.Has(hasMax):
		return false
	case !d.Has(hasMap):
		x.Bug(NullDeref, int(e), "swap_map")
		return false
	case d.Has(vfreed):
		x.Bug(vm.UseAfterFree, int(e), "swap_map")
	}
	return true
}

// isHandle is the oracle of an entry that is none, "VM: Bad swap file entry".
func (s *State) isHandle(x *vm.Exec, e uint8) bool {
	if e < handles {
		return true
	}
	x.Bug(BadEntry, -1, "not a handle")
	return false
}

// swapDuplicate is swap_duplicate, mm/swapfile.c, as it is since 2.4.10: the check
// and the increment are under swap_device_lock.
func (s *State) swapDuplicate(x *vm.Exec, e uint8) bool {
	return s.isHandle(x, e) && s.swapMap(x, e) && s.Map[e].Dup(x)
}

// swapInUse is the first half of swap_duplicate before 2.4.10, a check under no
// lock.
func (s *State) swapInUse(x *vm.Exec, e uint8) bool {
	return s.isHandle(x, e) && s.swapMap(x, e) && vm.Load(x, &s.Map[e]) != 0
}

// swapRaise is the second half, the increment under swap_device_lock. Its oracle:
// the handle has become free since the check.
func (s *State) swapRaise(x *vm.Exec, e uint8) {
	if !s.Map[e].Dup(x) {
		x.Bug(vm.RaisedFromZero, int(e), "swap handle")
		vm.Store(x, &s.Map[e], 1)
	}
}

// swapFree is swap_free, mm/swapfile.c. Its oracle: there is nothing to free,
// "VM: Bad swap entry", or no device, "Trying to free swap from unused
// swap-device".
func (s *State) swapFree(x *vm.Exec, e uint8) {
	if !s.isHandle(x, e) {
		return
	}
	if onDevice0(e) && !vm.Load(x, &s.Dev).Has(used) {
		x.Bug(BadEntry, int(e), "unused swap-device")
		return
	}
	if onDevice0(e) && !s.Dev.Has(hasMap) {
		x.Bug(NullDeref, int(e), "swap_map")
		return
	}
	if onDevice0(e) && s.Dev.Has(vfreed) {
		x.Bug(vm.UseAfterFree, int(e), "swap_map")
	}
	if !s.Map[e].Drop(x) {
		x.Bug(BadEntry, int(e), "")
		return
	}
	if s.listEmpty(x) {
		x.Bug(OutOfRange, int(e), "swap_info[-1]")
	}
	if s.Map[e] == 0 {
		vm.Store(x, &s.NrSwap, s.NrSwap+1)
	}
	if onDevice0(e) { // of a higher priority than device 1
		*vm.Mark(x, &s.Dev) |= cursor
	}
}

// listEmpty reports whether swap_list.next is -1. swap_free, mm/swapfile.c, does not
// ask up to 2.6.11: it compares the priority of the device with that of
// swap_info[swap_list.next], in 2.6 if the count has come to 0.
func (s *State) listEmpty(x *vm.Exec) bool {
	return *vm.Look(x, &s.Map[handles-1]) == vm.SwapMapBad && *vm.Look(x, &s.Dev)&(listed|cursor) == 0
}

// getSwapPage is get_swap_page: a handle of the first device, from swap_list.next
// on, that is writable, under swap_list_lock, which must be free. ok is false if
// all are in use. Its oracle: the device is
// not on the list any more, but a swap_free has let swap_list.next point to it.
func (s *State) getSwapPage(x *vm.Exec, n vm.SwapCount) (e uint8, ok bool) {
	d := vm.Load(x, &s.Dev)
	for e := range uint8(handles) {
		if *vm.Look(x, &s.Map[e]) != 0 || onDevice0(e) && (d&(listed|cursor) == 0 || d&(writeOK|used) != writeOK|used) {
			continue
		}
		if onDevice0(e) && !d.Has(listed) {
			x.Bug(Unlisted, int(e), "")
		}
		vm.Store(x, &s.Map[e], n)
		vm.Store(x, &s.NrSwap, s.NrSwap-1)
		return e, true
	}
	return 0, false
}

// allocPage is __get_free_page without its sleep; ok is false if no page is
// left.
func (s *State) allocPage(x *vm.Exec) (p uint8, ok bool) {
	for p := range uint8(pages) {
		pg := &s.Page[p]
		if vm.Look(x, &pg.Life).Free() == 0 {
			continue
		}
		vm.Mark(x, &pg.Data)
		pg.Life.Take(x, int(p))
		pg.Count.Set(x, 1)
		pg.Data = 0
		return p, true
	}
	return none, false
}

// mayFail is an allocation that fails if the choice of the line says so.
func (s *State) mayFail(x *vm.Exec) bool {
	if *vm.Mark(x, &s.Fails) == 0 || x.Choose(2) == 0 {
		return false
	}
	s.Fails--
	return true
}

// getPage is get_page. Its oracle: the page is free.
func (s *State) getPage(x *vm.Exec, p uint8) {
	if vm.Look(x, &s.Page[p].Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, int(p), "page")
	}
	s.Page[p].Count.Inc(x)
}

// putPage is __free_page, and page_cache_release. Its oracles are the checks of
// __free_pages_ok.
func (s *State) putPage(x *vm.Exec, p uint8) {
	pg := &s.Page[p]
	if vm.Look(x, &pg.Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, int(p), "page")
	}
	if !pg.Count.DecAndTest(x) {
		return
	}
	vm.Mark(x, pg)
	vm.Look(x, &s.Hash)
	vm.Look(x, &s.Inode.Pages)
	s.lookMappings(x)
	switch {
	case pg.Lock.Locked():
		x.BugOn(true, int(p), "PageLocked(page)")
	case pg.Flags.Has(swapCache):
		x.BugOn(true, int(p), "PageSwapCache(page)")
	case s.Hash.Has(int(p)) || s.Inode.Pages.Has(int(p)):
		x.BugOn(true, int(p), "page->mapping")
	case s.mappings(p) > 0:
		x.Bug(vm.BadPage, int(p), "free of a mapped page")
	}
	pg.Flags = 0
	pg.Index = 0
	pg.Data = 0
	pg.Life = pg.Life & 0x0f
	pg.Life.Put(x, int(p), pg.Life.Gen())
}

// lookMappings notes that an oracle counts the entries that point to a page.
func (s *State) lookMappings(x *vm.Exec) {
	for i := range s.Mm {
		vm.Look(x, &s.Mm[i].PTE)
	}
	vm.Look(x, &s.Shm.Entry)
}

// mappings counts the entries that point to a page.
func (s *State) mappings(p uint8) int {
	n := 0
	for i := range s.Mm {
		for _, t := range s.Mm[i].PTE {
			if t.present() && t.page() == p {
				n++
			}
		}
	}
	if s.Shm.Entry.present() && s.Shm.Entry.page() == p {
		n++
	}
	return n
}

// useMm is the oracle of an access to a mm_struct.
func (s *State) useMm(x *vm.Exec, m uint8) {
	if vm.Look(x, &s.Mm[m].Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, int(m), "mm_struct")
	}
}

// sees is the oracle of what a page table entry, just set, shows to the user.
func (s *State) sees(x *vm.Exec, m, addr, p uint8) {
	vm.Look(x, &s.Mm[m].Want)
	switch pg := vm.Look(x, &s.Page[p]); {
	case pg.Life.Free() > 0:
		x.Bug(vm.UseAfterFree, int(p), "page")
	case pg.Data == 0 && s.Dev.Has(broken):
		x.Bug(LostData, int(p), "read error")
	case pg.Data == 0:
		x.Bug(LostData, int(p), "garbage")
	case pg.Data != s.Mm[m].Want[addr]:
		x.Bug(LostData, int(p), "")
	}
}
