package swapoff

import "github.com/vmrace/vmrace/vm"

// The swap cache, mm/swap_state.c and mm/filemap.c: its part of the page hash, and the
// oracles of its pages.

// findPage is __find_page under pagecache_lock, with the get_page that belongs
// to it.
func (s *State) findPage(x *vm.Exec, e uint8) (p uint8, ok bool) {
	p, ok = s.pageOf(x, e)
	if ok {
		s.getPage(x, p)
	}
	return p, ok
}

// pageOf is __find_page under pagecache_lock.
func (s *State) pageOf(x *vm.Exec, e uint8) (p uint8, ok bool) {
	h := vm.Load(x, &s.Hash)
	for ; h != 0; h = h.Without(h.First()) {
		if p := uint8(h.First()); *vm.Look(x, &s.Page[p].Index) == e {
			return p, true
		}
	}
	return none, false
}

// addToSwapCache is add_to_swap_cache: the page is locked, gets a reference and
// its handle, and is hashed under pagecache_lock. This is one step: who adds a
// page that others can see holds the lock under which they look for it. Its
// oracles: BUG if the page is in a cache; the hash has a page of this handle
// already; another task has locked the page, which the kernel does not notice.
func (s *State) addToSwapCache(x *vm.Exec, p, e uint8) vm.Next {
	if !s.isHandle(x, e) {
		return vm.Return
	}
	pg := &s.Page[p]
	if pg.Flags.TestSet(x, swapCache) {
		return x.BugOn(true, int(p), "PageSwapCache(page)")
	}
	if vm.Look(x, &s.Hash).Has(int(p)) {
		return x.BugOn(true, int(p), "page->mapping")
	}
	vm.Mark(x, &pg.Index)
	for q := range s.Page {
		if s.Hash.Has(q) && *vm.Look(x, &s.Page[q].Index) == e {
			x.Bug(TwoPages, int(e), "")
		}
	}
	if !vm.Look(x, &pg.Lock).HeldBy(x.CPU) && !pg.Lock.TryLock(x) {
		x.Bug(vm.BadPage, int(p), "add_to_swap_cache of a locked page")
	}
	s.getPage(x, p)
	pg.Index = e
	vm.Store(x, &s.Hash, s.Hash.With(int(p)))
	return vm.Fall
}

// The steps of delete_from_swap_cache_nolock.

func (s *State) deleteLocked(x *vm.Exec, p uint8) vm.Next {
	return x.BugOn(!vm.Look(x, &s.Page[p].Lock).Locked(), int(p), "!PageLocked(page)")
}

func (s *State) deleteMapping(x *vm.Exec, p uint8) vm.Next {
	cached := s.Page[p].Flags.Test(x, swapCache)
	if vm.Load(x, &s.Hash).Has(int(p)) && cached {
		return vm.Fall
	}
	return x.BugOn(true, int(p), "page->mapping != &swapper_space in "+s.deleter(x, p))
}

func (s *State) deleteUnhash(x *vm.Exec, p uint8) {
	vm.Store(x, &s.Hash, vm.Load(x, &s.Hash).Without(int(p)))
}

// pageShared is the second half of is_page_shared: n is the page_count that was
// read in the first half. Buffers are left out.
func (s *State) pageShared(x *vm.Exec, p uint8, n int) bool {
	if s.Page[p].Flags.Test(x, swapCache) {
		n += int(vm.Load(x, &s.Map[*vm.Look(x, &s.Page[p].Index)])) - 2
	}
	return n > 1
}
