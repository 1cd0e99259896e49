package migrate

import "github.com/vmrace/vmrace/vm"

// migrate_page_move_mapping with expected_page_refs, mm/migrate.c: puts the new
// page where the old one is in the tree, with the old page's count frozen. The
// page lock is held, and so the expected count is made outside the tree's lock.
const (
	movMapping = iota
	movCached
	movPrivate
	movMaps
	movAnon
	movAnonCount
	movAnonMapping
	movAnonDone
	movLock
	movCount
	movSlot
	movFreeze
	movNew
	movAdd
	movSwap
	movClean
	movDirty
	movStore
	movBugOn
	movUnfreeze
	movUnlock
	movDone
	movFail
	movAgain
)

// What the function returns.
const (
	moved uint8 = iota
	again
	heldUp // as again, because of waiters for this migration
)

var moveListing = vm.Listing[State, locals]{Name: "migrate_page_move_mapping", Source: "mm/migrate.c, 5.0.1", Step: (*State).moveMapping, Lines: []vm.Line{
	movMapping:     {Text: "mapping = page_mapping(page);"},
	movCached:      {Text: "expected_count = 1 + (page_mapping(page) != NULL);"},
	movPrivate:     {Text: "if (page_mapping(page)) expected_count += page_has_private(page);"},
	movMaps:        {Text: "expected_count += page_mapcount(page);", Add: CountMaps},
	movAnon:        {Text: "if (!mapping) {"},
	movAnonCount:   {Text: "        if (page_count(page) != expected_count) return -EAGAIN;"},
	movAnonMapping: {Text: "        newpage->mapping = page->mapping;"},
	movAnonDone:    {Text: "        return MIGRATEPAGE_SUCCESS; }"},
	movLock:        {Text: "xas_lock_irq(&xas);", Del: NoXALock, Order: vm.Acquire},
	movCount:       {Text: "if (page_count(page) != expected_count) goto again;"},
	movSlot:        {Text: "if (xas_load(&xas) != page) goto again;", Del: NoSlot},
	movFreeze:      {Text: "if (!page_ref_freeze(page, expected_count)) goto again;", Order: vm.Full},
	movNew:         {Text: "newpage->mapping = page->mapping;"},
	movAdd:         {Text: "page_ref_add(newpage, 1);"},
	movSwap:        {Text: "if (PageSwapCache(page)) SetPageSwapCache(newpage);"},
	movClean:       {Text: "dirty = TestClearPageDirty(page);"},
	movDirty:       {Text: "if (dirty) SetPageDirty(newpage);"},
	movStore:       {Text: "xas_store(&xas, newpage);", Order: vm.Release},
	movBugOn:       {Text: "VM_BUG_ON_PAGE(page_count(page) != 0, page);", Add: DebugVM},
	movUnfreeze:    {Text: "page_ref_unfreeze(page, expected_count - 1);", Order: vm.Release},
	movUnlock:      {Text: "xas_unlock_irq(&xas);", Del: NoXALock, Order: vm.Release},
	movDone:        {Text: "return MIGRATEPAGE_SUCCESS;"},
	movFail:        {Text: "again: xas_unlock_irq(&xas);", Del: NoXALock, Order: vm.Release},
	movAgain:       {Text: "return -EAGAIN;"},
}}

func (s *State) moveMapping(x *vm.Exec, l *locals) vm.Next {
	pg, next := &s.Page[l.page], &s.Page[l.new]
	switch x.Line {
	case movMapping:
		if s.pageMapping(x, l.page) != none {
			l.i = 1
		}
	case movCached:
		l.n = 1
		if s.pageMapping(x, l.page) != none {
			l.n = 2
		}
	case movPrivate:
		if l.n == 2 && pg.Flags.Test(x, private) {
			l.n = 3
		}
	case movMaps:
		l.n += vm.Load(x, &pg.Maps)
	case movAnon:
		return vm.Unless(l.i == 0, movLock)
	case movAnonCount:
		if pg.Count.Read(x) != int(l.n) {
			return x.Return(s.failed(x, l.page))
		}
		s.anonymous(x, l.page)
	case movAnonMapping, movNew:
		vm.Store(x, &next.Mapping, vm.Load(x, &pg.Mapping))
	case movAnonDone, movDone:
		return x.Return(moved)
	case movLock:
		return s.XA.LockIRQ(x)
	case movCount:
		if pg.Count.Read(x) != int(l.n) {
			l.held = s.failed(x, l.page)
			return vm.Goto(movFail)
		}
	case movSlot:
		return vm.Unless(vm.Load(x, &s.Slot) == slotOf(l.page), movFail)
	case movFreeze:
		return vm.Unless(s.freeze(x, l.page, int(l.n)), movFail)
	case movAdd:
		s.get(x, l.new, byCache)
	case movSwap:
		if pg.Flags.Test(x, swapCache) {
			next.Flags.Set(x, swapCache)
		}
	case movClean:
		l.i = 0
		if pg.Flags.TestClear(x, dirty) {
			l.i = 1
		}
	case movDirty:
		if l.i == 1 {
			next.Flags.Set(x, dirty)
		}
	case movStore:
		vm.Store(x, &s.Slot, slotOf(l.new))
	case movBugOn:
		return x.BugOn(pg.Count.Read(x) != 0, int(l.page), "page_count(page) != 0")
	case movUnfreeze:
		pg.Count.Unfreeze(x, int(l.n)-1)
		s.disown(x, l.page, byCache)
	case movUnlock, movFail:
		return s.XA.UnlockIRQ(x)
	case movAgain:
		return x.Return(max(again, l.held))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// pageMapping is page_mapping: the address space in whose tree the page is, none
// for an anonymous page outside the swap cache.
func (s *State) pageMapping(x *vm.Exec, p uint8) mapping {
	if s.Page[p].Flags.Test(x, swapCache) {
		return anon
	}
	if vm.Load(x, &s.Page[p].Mapping) == file {
		return file
	}
	return none
}

// failed tells, behind the kernel's back, why a count is too high.
func (s *State) failed(x *vm.Exec, p uint8) uint8 {
	if s.stuck(x, p) {
		return heldUp
	}
	return again
}

// anonymous is the oracle of a migration without a freeze: the page has no
// other reference than that of the isolation.
func (s *State) anonymous(x *vm.Exec, p uint8) {
	if *vm.Look(x, &s.Page[p].Own) != byIsolate {
		bug(x, Exclusive, p, "")
	}
}
