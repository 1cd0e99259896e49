package refcount

import "github.com/vmrace/vmrace/vm"

// pageCount is page_count.
func (s *State) pageCount(x *vm.Exec, h handle) int {
	n := s.Page[h.page()].Count.Read(x)
	if s.Rules&skewed != 0 {
		n++
	}
	return n
}

// get is get_page, atomic_inc, whatever 0 means in this kernel. Its oracle: the
// count is raised from no reference by someone who does not hold the LRU lock.
func (s *State) get(x *vm.Exec, h handle) {
	p := h.page()
	vm.Look(x, &s.Page[p].Life)
	if s.stale(h) {
		x.Bug(vm.UseAfterFree, p, "get of a page with a new owner")
	}
	if s.count(p) <= 0 && !vm.Look(x, &s.LRU).HeldBy(x.CPU) {
		x.Bug(vm.RaisedFromZero, p, "")
	}
	s.Page[p].Count.IncAndTest(x)
}

// getLRU is page_cache_get_lru and get_page_testone up to the test: it raises a
// biased count and tells whether the page was dead; the caller then takes its
// reference back. Its oracle: a dead page has a count that others can see.
func (s *State) getLRU(x *vm.Exec, h handle) (dead bool) {
	dead = s.Page[h.page()].Count.IncAndTest(x)
	if dead && !vm.Look(x, &s.LRU).HeldBy(x.CPU) {
		x.Bug(vm.RaisedFromZero, h.page(), "")
	}
	return dead
}

// put is put_page_testzero: who makes the count zero owes the free.
func (s *State) put(x *vm.Exec, h handle) bool {
	zero := s.drop(x, h)
	if zero {
		s.Page[h.page()].Life.Owe(x, h.page())
	}
	return zero
}

// putSkewed is put_page_testzero where -1 means no reference.
func (s *State) putSkewed(x *vm.Exec, h handle) bool {
	s.fresh(x, h)
	zero := s.Page[h.page()].Count.AddNegative(x)
	if zero {
		s.Page[h.page()].Life.Owe(x, h.page())
	}
	return zero
}

// drop is a put by which nobody comes to owe the free.
func (s *State) drop(x *vm.Exec, h handle) bool {
	s.fresh(x, h)
	return s.Page[h.page()].Count.DecAndTest(x)
}

// putQuiet is __put_page, atomic_dec: the caller knows that another reference
// is left. Its oracle: there is none to drop.
func (s *State) putQuiet(x *vm.Exec, h handle) {
	s.fresh(x, h)
	if s.count(h.page()) <= 0 {
		x.Bug(vm.CountBelowZero, h.page(), "")
	}
	s.Page[h.page()].Count.Undo(x)
}

// fresh is the oracle of a put: the reference belonged to an earlier owner.
func (s *State) fresh(x *vm.Exec, h handle) {
	vm.Look(x, &s.Page[h.page()].Life)
	if s.stale(h) {
		x.Bug(vm.UseAfterFree, h.page(), "put of a page with a new owner")
	}
}

// freePages is __free_pages_ok, mm/page_alloc.c: its checks in the order of the
// source, then the page goes to the buddy allocator, which notices nothing.
func (s *State) freePages(x *vm.Exec, h handle) {
	p := h.page()
	bad := s.badPage(x, p)
	vm.Look(x, &s.Page[p].Count)
	if bad == "" && s.count(p) != 0 {
		bad = "page_count(page) != 0"
	}
	if bad != "" {
		x.BugOn(true, p, bad+" in __free_pages_ok")
		return
	}
	s.giveBack(x, h)
}

// freeUnchecked is __free_pages_ok before it looked at the count.
func (s *State) freeUnchecked(x *vm.Exec, h handle) {
	p := h.page()
	if bad := s.badPage(x, p); bad != "" {
		x.BugOn(true, p, bad+" in __free_pages_ok")
		return
	}
	vm.Look(x, &s.Page[p].Count)
	if s.count(p) != 0 {
		x.Bug(vm.BadPage, p, "free with count != 0")
	}
	s.giveBack(x, h)
}

// badPage is what a page that is about to be freed must not be, in the order in
// which the kernel looks, but for the count, which comes last.
func (s *State) badPage(x *vm.Exec, p int) string {
	pg := &s.Page[p]
	vm.Look(x, &pg.Lock)
	switch f := vm.Load(x, &pg.Flags); {
	case f.Has(lru):
		return "PageLRU(page)"
	case f.Has(private):
		return "PagePrivate(page)"
	case f.Has(mapping):
		return "page->mapping != NULL"
	case pg.Lock.Locked():
		return "PageLocked(page)"
	case f.Has(active):
		return "PageActive(page)"
	case f.Has(writeback):
		return "PageWriteback(page)"
	case vm.Load(x, &pg.Chain) != 0:
		return "page->pte.chain != NULL"
	}
	return ""
}

// giveBack gives the page to the allocator. Its oracles: the page is on a list,
// free already, or belongs to a new owner.
func (s *State) giveBack(x *vm.Exec, h handle) {
	p := h.page()
	pg := &s.Page[p]
	s.lookLists(x)
	vm.Look(x, &pg.Life)
	if s.linked(p) {
		x.Bug(vm.BadPage, p, "free of a page on a list")
	}
	gen := pg.Life.Gen()
	if s.stale(h) {
		gen--
	}
	pg.Flags.Clear(x, dirty|referenced)
	pg.Life.Put(x, p, gen)
}

// takePage is alloc_page with prep_new_page, which checks neither the count nor
// pte.chain, and sets the count to one. ok is false if no page is free.
func (s *State) takePage(x *vm.Exec) (h handle, ok bool) {
	for p := range s.Page {
		pg := &s.Page[p]
		if vm.Look(x, &pg.Life).Free() == 0 {
			continue
		}
		f := vm.Load(x, &pg.Flags)
		vm.Look(x, &pg.Lock)
		x.BugOn(f&(lru|active|writeback|private|dirty|mapping) != 0 || pg.Lock.Locked(), p, "prep_new_page: bad flags")
		one := 1
		if s.Rules&skewed != 0 {
			one = 0
		}
		pg.Count.Set(x, one)
		pg.Life.Take(x, p)
		return s.pointer(p), true
	}
	return 0, false
}

// uncache is __remove_from_page_cache. Its oracle: the only copy of the data is
// lost.
func (s *State) uncache(x *vm.Exec, h handle) {
	p := h.page()
	if s.Page[p].Flags.Test(x, dirty) {
		x.Bug(LostData, p, "")
	}
	s.Page[p].Flags.Clear(x, mapping|swapCache)
}

// lookLists notes that an oracle reads both lists.
func (s *State) lookLists(x *vm.Exec) {
	vm.Look(x, &s.Active)
	vm.Look(x, &s.Inactive)
}

// listDel is list_del(&page->lru), from whichever list the page is on.
func (s *State) listDel(x *vm.Exec, p int) {
	s.lookLists(x)
	if s.Active.Has(p) {
		s.Active.Del(x, p)
	} else {
		s.Inactive.Del(x, p)
	}
}

// lruAdd is list_add to the active or the inactive list, as PG_active says.
func (s *State) lruAdd(x *vm.Exec, p int) {
	if vm.Look(x, &s.Page[p].Flags).Has(active) {
		s.Active.AddHead(x, p)
	} else {
		s.Inactive.AddHead(x, p)
	}
}

// nrAdd counts a page on the list that PG_active says.
func (s *State) nrAdd(x *vm.Exec, p int) {
	if s.Page[p].Flags.Test(x, active) {
		vm.Store(x, &s.NrActive, s.NrActive+1)
	} else {
		vm.Store(x, &s.NrInactive, s.NrInactive+1)
	}
}

// nrDel takes a page out of the count of its list, and clears PG_active.
func (s *State) nrDel(x *vm.Exec, p int) {
	if s.Page[p].Flags.TestClear(x, active) {
		vm.Store(x, &s.NrActive, s.NrActive-1)
	} else {
		vm.Store(x, &s.NrInactive, s.NrInactive-1)
	}
}

// unlockLRU is spin_unlock_irq of the LRU lock. Its oracles: what the lock
// guards is as it must be while nobody holds it.
func (s *State) unlockLRU(x *vm.Exec) vm.Next {
	s.checkLRU(x, s.Rules&claims != 0)
	return s.LRU.UnlockIRQ(x)
}

// checkLRU accuses a page that has PG_lru without being on a list or the other
// way round, and counters that differ from the lengths of the lists. A page
// that somebody has claimed may be on a list without PG_lru.
func (s *State) checkLRU(x *vm.Exec, claimed bool) {
	s.lookLists(x)
	for p := range s.Page {
		switch flag := vm.Look(x, &s.Page[p].Flags).Has(lru); {
		case flag && !s.linked(p):
			x.Bug(vm.ListCorruption, p, "PG_lru off the lists")
		case !flag && s.linked(p) && !claimed:
			x.Bug(vm.ListCorruption, p, "on a list without PG_lru")
		}
	}
	if int(*vm.Look(x, &s.NrActive)) != s.Active.Len() {
		x.Bug(vm.Accounting, -1, "nr_active")
	}
	if int(*vm.Look(x, &s.NrInactive)) != s.Inactive.Len() {
		x.Bug(vm.Accounting, -1, "nr_inactive")
	}
}

// rest is what must hold when every program has ended: each reference has an
// owner, and a page without one is free, or waits on the LRU for a scan while
// nobody owes its free.
func (s *State) rest(x *vm.Exec) {
	s.checkLRU(x, false)
	for p := range s.Page {
		pg := &s.Page[p]
		n, owners := s.count(p), s.owners(p)
		switch {
		case n < 0:
			x.Bug(vm.Leak, p, "count below zero")
		case n < owners:
			x.Bug(vm.Miscount, p, "fewer references than owners")
		case n > owners:
			x.Bug(vm.Leak, p, "references without an owner")
		case n != 0 || pg.Life.Free() > 0:
		case pg.Life.Owed() > 0 || !pg.Flags.Has(lru):
			x.Bug(vm.Leak, p, "")
		}
	}
}
