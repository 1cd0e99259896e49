package lrulock

import "github.com/vmrace/vmrace/vm"

// DeadVisible is the kind of a bug by which a count above zero of a page that
// had none can be seen without the LRU lock.
const DeadVisible vm.Kind = "count of a dead page seen outside the LRU lock"

// listOf returns the list that PG_active says.
func (s *PagevecState) listOf(x *vm.Exec, p int) *vm.List {
	if vm.Look(x, &s.Page[p].Flags).Has(pgActive) {
		return &s.Active
	}
	return &s.Inactive
}

// listed reports whether the page is on an LRU list.
func (s *PagevecState) listed(p int) bool { return s.Active.Has(p) || s.Inactive.Has(p) }

// lookLists notes that an oracle reads both lists.
func (s *PagevecState) lookLists(x *vm.Exec) {
	vm.Look(x, &s.Active)
	vm.Look(x, &s.Inactive)
}

// guarded is the contract of lists and counters: who changes them holds the lock.
func (s *PagevecState) guarded(x *vm.Exec, p int) {
	if !vm.Look(x, &s.LRU).HeldBy(x.CPU) {
		x.Bug(Unguarded, p, "")
	}
}

// listAdd is list_add to the list that PG_active says.
func (s *PagevecState) listAdd(x *vm.Exec, p int) {
	s.guarded(x, p)
	s.listOf(x, p).AddHead(x, p)
}

// listDel is list_del, from whichever list the page is on.
func (s *PagevecState) listDel(x *vm.Exec, p int) {
	s.guarded(x, p)
	if vm.Look(x, &s.Active).Has(p) {
		s.Active.Del(x, p)
	} else {
		s.Inactive.Del(x, p)
	}
}

// nr changes the counter of the list that PG_active says.
func (s *PagevecState) nr(x *vm.Exec, p int, d int8) {
	s.guarded(x, p)
	if s.Page[p].Flags.Test(x, pgActive) {
		vm.Store(x, &s.NrActive, s.NrActive+d)
	} else {
		vm.Store(x, &s.NrInactive, s.NrInactive+d)
	}
}

// put is put_page_testzero by somebody who frees the page if it was the last.
func (s *PagevecState) put(x *vm.Exec, p int) bool {
	zero := s.Page[p].Count.DecAndTest(x)
	if zero {
		s.Page[p].Life.Owe(x, p)
	}
	return zero
}

// drop is put_page_testzero by somebody who leaves the page to others.
func (s *PagevecState) drop(x *vm.Exec, p int) bool { return s.Page[p].Count.DecAndTest(x) }

// getTest is atomic_inc_and_test on a biased count: it tells whether there was
// no reference before.
func (s *PagevecState) getTest(x *vm.Exec, p int) bool {
	c := &s.Page[p].Count
	vm.Store(x, c, vm.Load(x, c)+1)
	return *c == 1
}

// free is __free_pages_ok for a page that the caller owes. Its oracles are the
// checks there, and that the allocator has the page.
func (s *PagevecState) free(x *vm.Exec, p int) {
	pg := vm.Look(x, &s.Page[p])
	s.lookLists(x)
	switch {
	case pg.Flags.Has(pgLRU):
		x.BugOn(true, p, "PageLRU(page) in __free_pages_ok")
		return
	case pg.Count != 0:
		x.BugOn(true, p, "page_count(page) != 0 in __free_pages_ok")
		return
	case s.listed(p):
		x.Bug(vm.BadPage, p, "free of a page on a list")
	}
	pg.Flags.Clear(x, pgActive|pgKnown)
	pg.Life.Put(x, p, pg.Life.Gen())
}

// freeVec is one turn of pagevec_free on line at.
func (s *PagevecState) freeVec(x *vm.Exec, v *vm.Set, at int) vm.Next {
	if *v == 0 {
		return vm.Fall
	}
	p := v.First()
	*v = v.Without(p)
	s.free(x, p)
	return vm.Unless(*v == 0, at)
}

// release calls a flavour of pagevec_release unless the pagevec is empty.
func (s *PagevecState) release(x *vm.Exec, f vm.Func, v vm.Set) vm.Next {
	if v == 0 {
		return vm.Fall
	}
	return s.CPU[x.CPU].Call(f, pagevecLocals{pvec: v})
}

// unlockLRU is spin_unlock_irq of the LRU lock. Its oracles: what the lock
// guards is as it must be while nobody holds it.
func (s *PagevecState) unlockLRU(x *vm.Exec) vm.Next {
	s.checkLRU(x)
	return s.LRU.UnlockIRQ(x)
}

// checkLRU accuses PG_lru and PG_active that differ from the lists, counters that
// differ from their lengths, and a reference to a page that somebody is freeing.
func (s *PagevecState) checkLRU(x *vm.Exec) {
	s.lookLists(x)
	vm.Look(x, &s.Page)
	vm.Look(x, &s.NrActive)
	vm.Look(x, &s.NrInactive)
	for p := range s.Page {
		pg := &s.Page[p]
		switch flag := pg.Flags.Has(pgLRU); {
		case flag && !s.listed(p) && s.Rules&early == 0:
			x.Bug(vm.ListCorruption, p, "PG_lru off the lists")
		case !flag && s.listed(p) && s.Rules&early == 0:
			x.Bug(vm.ListCorruption, p, "on a list without PG_lru")
		case s.Active.Has(p) && !pg.Flags.Has(pgActive), s.Inactive.Has(p) && pg.Flags.Has(pgActive):
			x.Bug(vm.ListCorruption, p, "PG_active and the list differ")
		}
		if pg.Life.Owed() > 0 && pg.Count > 0 {
			x.Bug(DeadVisible, p, "")
		}
	}
	if int(s.NrActive) != s.Active.Len() {
		x.Bug(vm.Accounting, -1, "nr_active")
	}
	if int(s.NrInactive) != s.Inactive.Len() {
		x.Bug(vm.Accounting, -1, "nr_inactive")
	}
}

// owners returns how many references to a page are accounted for at rest.
func (s *PagevecState) owners(p int) int {
	n := s.Users.of(p)
	for _, v := range s.Pvec {
		if v.Has(p) {
			n++
		}
	}
	if s.Rules&owns != 0 && s.Page[p].Flags.Has(pgLRU) {
		n++
	}
	return n
}

// rest is what must hold when every program has ended: each reference has an
// owner, and a page without one is free, or waits on the LRU for a scan.
func (s *PagevecState) rest(x *vm.Exec) {
	s.checkLRU(x)
	for p := range s.Page {
		pg := &s.Page[p]
		n, owners := int(pg.Count), s.owners(p)
		switch {
		case n < owners:
			x.Bug(vm.Miscount, p, "fewer references than owners")
		case n > owners:
			x.Bug(vm.Leak, p, "references without an owner")
		case n == 0 && pg.Life.Free() == 0 && !(s.Rules&waiting != 0 && pg.Flags.Has(pgLRU)):
			x.Bug(vm.Leak, p, "")
		case n > 0 && pg.Flags&(pgKnown|pgLRU) == pgKnown && !s.waits(p):
			x.Bug(Stranded, p, "")
		}
	}
}

// waits reports whether the page is in a pagevec that brings it to the LRU.
func (s *PagevecState) waits(p int) bool {
	for _, v := range s.Pvec {
		if v.Has(p) {
			return true
		}
	}
	return false
}
