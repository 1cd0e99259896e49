package lrulock

import "github.com/vmrace/vmrace/vm"

// The kinds of bug that the mlock race has of its own.
const (
	Evicted   vm.Kind = "mlocked page unmapped by reclaim"
	Evictable vm.Kind = "mlocked page left to reclaim"
	Stranded  vm.Kind = "page stranded off the LRU"
	Overcount vm.Kind = "mlock_count above the number of vmas"
	BadCount  vm.Kind = "mlock_count is not the number of vmas"
	Unguarded vm.Kind = "LRU list changed without its lock"
	Promise   vm.Kind = "system call returns without what it promises"
)

// promise is what a system call has done when it returns.
func promise(x *vm.Exec, done bool, what string) {
	if !done {
		x.Bug(Promise, -1, what)
	}
}

// listOf returns the LRU list that the page is on, or the one that it would be
// deleted from.
func (s *MlockState) listOf(x *vm.Exec, p int) *vm.List {
	s.lookLists(x)
	switch {
	case s.Active.Has(p):
		return &s.Active
	case s.Unevictable.Has(p):
		return &s.Unevictable
	default:
		return &s.Inactive
	}
}

// listed reports whether the page is on an LRU list.
func (s *MlockState) listed(p int) bool {
	return s.Inactive.Has(p) || s.Active.Has(p) || s.Unevictable.Has(p)
}

// lookLists notes that an oracle reads the three lists, and lookPTEs that it
// reads the page tables.
func (s *MlockState) lookLists(x *vm.Exec) {
	vm.Look(x, &s.Inactive)
	vm.Look(x, &s.Active)
	vm.Look(x, &s.Unevictable)
}

func (s *MlockState) lookPTEs(x *vm.Exec) {
	for i := range s.MM {
		vm.Look(x, &s.MM[i].PTE)
	}
}

// zoneAdd is list_add of &page->lru to an LRU list.
func (s *MlockState) zoneAdd(x *vm.Exec, l *vm.List, p int) {
	s.guarded(x, p)
	s.Page[p].Link.ListAdd(x, vm.Linked, p)
	l.AddHead(x, p)
}

// zoneDel is list_del of &page->lru from the LRU list that the page is on.
func (s *MlockState) zoneDel(x *vm.Exec, p int) {
	s.guarded(x, p)
	s.Page[p].Link.ListDel(x, p)
	s.lookLists(x)
	if s.listed(p) {
		s.listOf(x, p).Del(x, p)
	}
}

// guarded is the contract of the lists: who changes them holds the lock.
func (s *MlockState) guarded(x *vm.Exec, p int) {
	if !vm.Look(x, &s.LRU).HeldBy(x.CPU) {
		x.Bug(Unguarded, p, "")
	}
}

// delFromLRU is del_page_from_lru_list of 5.18: an unevictable page is not
// linked, its count is given up.
func (s *MlockState) delFromLRU(x *vm.Exec, p int) {
	if vm.Look(x, &s.Page[p].Flags).Has(pgUnevictable) {
		s.Page[p].Link.Forget(x)
		return
	}
	s.zoneDel(x, p)
}

// evictableList is the list of active or of inactive pages, as PG_active says.
func (s *MlockState) evictableList(x *vm.Exec, p int) *vm.List {
	if vm.Look(x, &s.Page[p].Flags).Has(pgActive) {
		return &s.Active
	}
	return &s.Inactive
}

// drop is put_page_testzero.
func (s *MlockState) drop(x *vm.Exec, p int) bool { return s.Page[p].Count.DecAndTest(x) }

// free gives a page to the allocator. Its oracles: it is on a list, locked or
// mapped.
func (s *MlockState) free(x *vm.Exec, p int) {
	pg := vm.Look(x, &s.Page[p])
	s.lookLists(x)
	s.lookPTEs(x)
	if s.listed(p) {
		x.Bug(vm.BadPage, p, "free of a page on an LRU list")
	}
	if pg.Lock.Locked() {
		x.Bug(vm.BadPage, p, "free of a locked page")
	}
	if s.mapcount(p) > 0 {
		x.Bug(vm.BadPage, p, "free of a mapped page")
	}
	pg.Flags.Clear(x, pgActive|pgUnevictable)
	pg.Life.Put(x, p, pg.Life.Gen())
}

// freeMlock is free_page_mlock: nobody else can reach the page any more, so its
// flag and the counter are one step.
func (s *MlockState) freeMlock(x *vm.Exec, p int) {
	if s.Page[p].Flags.TestClear(x, pgMlocked) {
		vm.Store(x, &s.NrMlock, s.NrMlock-1)
	}
}

// alloc is alloc_page; noPage if there is none. As in 2.6.4 nothing clears
// PG_mlocked or page->lru.
func (s *MlockState) alloc(x *vm.Exec) uint8 {
	for p := range s.Page {
		if pg := &s.Page[p]; vm.Look(x, &pg.Life).Free() > 0 {
			pg.Count.Set(x, 1)
			pg.Life.Take(x, p)
			return uint8(p)
		}
	}
	return noPage
}

// mapcount is page_mapcount.
func (s *MlockState) mapcount(p int) int {
	n := 0
	for i := range s.MM {
		if int(s.MM[i].PTE) == p+1 {
			n++
		}
	}
	return n
}

// lockers returns how many VM_LOCKED vmas map the page.
func (s *MlockState) lockers(p int) int {
	n := 0
	for i := range s.MM {
		if int(s.MM[i].PTE) == p+1 && s.MM[i].VMA.Has(vmLocked) {
			n++
		}
	}
	return n
}

// vec puts an entry into the CPU's mlock_pvec and reports whether that is full.
func (s *MlockState) vec(x *vm.Exec, page, what uint8) bool {
	v := &s.MlockVec[x.CPU]
	vm.Store(x, v, v.add(page, what))
	return v.full()
}

// unlockLRU is spin_unlock_irq(&zone->lru_lock). Its oracle: PG_lru and the
// lists disagree while nobody holds the lock.
func (s *MlockState) unlockLRU(x *vm.Exec) vm.Next {
	s.checkLists(x)
	return s.LRU.UnlockIRQ(x)
}

func (s *MlockState) checkLists(x *vm.Exec) {
	s.lookLists(x)
	for p := range s.Page {
		flags := *vm.Look(x, &s.Page[p].Flags)
		on := s.listed(p)
		if s.Rules&unlinked != 0 && flags.Has(pgUnevictable) {
			on = true
		}
		switch {
		case flags.Has(pgLRU) && !on:
			x.Bug(vm.ListCorruption, p, "PG_lru off the lists")
		case !flags.Has(pgLRU) && s.listed(p) && s.Rules&claimed == 0:
			x.Bug(vm.ListCorruption, p, "on a list without PG_lru")
		case s.Inactive.Has(p) && flags.Has(pgActive), s.Active.Has(p) && !flags.Has(pgActive):
			x.Bug(vm.ListCorruption, p, "PG_active and the list differ")
		case s.Unevictable.Has(p) != (flags&(pgLRU|pgUnevictable) == pgLRU|pgUnevictable) && s.Rules&unlinked == 0,
			flags.Has(pgUnevictable) && s.listed(p) && s.Rules&unlinked != 0:
			x.Bug(vm.ListCorruption, p, "PG_unevictable and the list differ")
		}
	}
}

// rest is what must hold when every program has ended.
func (s *MlockState) rest(x *vm.Exec) {
	s.checkLists(x)
	flagged := 0
	for p := range s.Page {
		pg := &s.Page[p]
		if pg.Flags.Has(pgMlocked) {
			flagged++
		}
		if pg.Life.Free() > 0 {
			if pg.Flags.Has(pgMlocked) {
				x.Bug(vm.BadPage, p, "free page with PG_mlocked")
			}
			continue
		}
		s.restCount(x, p)
		if pg.Count > 0 {
			s.restState(x, p)
		}
	}
	for i := range s.MM {
		if s.MM[i].Sem != 0 {
			x.Bug(vm.LockAtRest, -1, "mmap_sem")
		}
	}
	if s.Rules&hasNr != 0 && int(s.NrMlock) != flagged {
		x.Bug(vm.Accounting, -1, "NR_MLOCK")
	}
}

// waits reports whether the page is in a pagevec that brings it to the LRU, and
// whether in one that changes its mlocked state.
func (s *MlockState) waits(p int) (lru, state bool) {
	for cpu := range s.Pvec {
		lru = lru || s.Pvec[cpu].Has(p)
		state = state || s.MlockVec[cpu].has(p) > 0
	}
	return lru, state
}

// restCount compares a page's references with their owners.
func (s *MlockState) restCount(x *vm.Exec, p int) {
	owners := s.mapcount(p)
	for cpu := range s.Pvec {
		if s.Pvec[cpu].Has(p) {
			owners++
		}
		owners += s.MlockVec[cpu].has(p)
	}
	if s.Rules&extraRef != 0 && s.Page[p].Flags.Has(pgMlocked) {
		owners++
	}
	switch n := int(s.Page[p].Count); {
	case n > owners || n == 0 && owners == 0:
		x.Bug(vm.Leak, p, "")
	case n < owners:
		x.Bug(vm.Miscount, p, "fewer references than owners")
	}
}

// restState is the oracle of the mlocked state: a page of a VM_LOCKED vma is
// out of reach of a scan, any other page within reach. Kernels that are not
// exact may miss the former until the next scan has passed.
func (s *MlockState) restState(x *vm.Exec, p int) {
	pg := &s.Page[p]
	lockers := s.lockers(p)
	toLRU, toState := s.waits(p)
	mlocked := pg.Flags.Has(pgMlocked)
	evictable := s.Inactive.Has(p) || s.Active.Has(p) || toLRU
	switch {
	case s.Rules&hasState == 0:
		if !evictable {
			x.Bug(Stranded, p, "")
		}
		return
	case toState:
		return
	case toLRU && s.mapcount(p) == 0 && s.Rules&extraRef == 0:
		return // only pagevecs hold it: it is free as soon as they let go
	case lockers > 0 && !(mlocked && !evictable) && (s.Rules&exact != 0 || s.Scanned && s.Inactive.Has(p)):
		x.Bug(Evictable, p, "")
	case lockers == 0 && (mlocked || !evictable):
		x.Bug(Stranded, p, "")
	case lockers > 0 && !mlocked && !evictable && !s.Unevictable.Has(p) && !pg.Flags.Has(pgLRU):
		x.Bug(Stranded, p, "mapped by a VM_LOCKED vma")
	}
	if s.Rules&hasCount == 0 || !mlocked {
		return
	}
	switch n, counts := pg.Link.N(), pg.Link.Owner() == vm.Counter; {
	case counts && n > lockers:
		x.Bug(Overcount, p, "")
	case s.Rules&exact != 0 && (!counts || n != lockers):
		x.Bug(BadCount, p, "")
	}
}
