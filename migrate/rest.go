package migrate

import "github.com/vmrace/vmrace/vm"

// rest is what must hold when every program has ended.
func (s *State) rest(x *vm.Exec) {
	for p := range uint8(pages) {
		if s.Page[p].Life.Free() == 0 {
			s.restPage(x, p)
		}
	}
	for _, e := range s.PTE {
		if e.kind() == pteMigration {
			bug(x, Entry, e.page(), "at rest")
		}
	}
	swapped := 0
	for _, e := range s.PTE {
		if e == pteSwap {
			swapped++
		}
	}
	if int(s.SwapMap) != swapped {
		x.Bug(vm.Accounting, -1, "swap_map")
	}
}

// restPage accuses a page whose count is not explained by the tree, the page
// tables and PG_private, or that is not in order.
func (s *State) restPage(x *vm.Exec, p uint8) {
	pg := &s.Page[p]
	owners, maps := s.users(p)
	switch n := int(pg.Count); {
	case n > owners:
		bug(x, vm.Leak, p, "references without an owner")
	case n < owners:
		bug(x, vm.Miscount, p, "fewer references than owners")
	case n == 0:
		bug(x, vm.Leak, p, "")
	}
	if int(pg.Maps) != maps {
		bug(x, vm.Accounting, p, "mapcount")
	}
	if pg.Lock.Locked() {
		bug(x, vm.LockAtRest, p, "page lock")
	}
	if !pg.Flags.Has(lru) {
		bug(x, vm.Leak, p, "page off the LRU")
	}
	if maps > 0 && pg.Mapping == none {
		bug(x, vm.BadPage, p, "mapped without page->mapping")
	}
	if pg.Flags.Has(private) && pg.Mapping == none {
		bug(x, vm.Leak, p, "PG_private of a page without page->mapping")
	}
	if owners > 0 && pg.Data != s.Truth {
		bug(x, Content, p, "lost store")
	}
	if s.Slot == slotOf(p) && !pg.Flags.Has(uptodate) {
		bug(x, Content, p, "not up to date")
	}
	if s.Slot == slotOf(p) && !pg.Flags.Has(dirty) && !s.pteDirty(p) && s.Disk != s.Truth {
		bug(x, Content, p, "PG_dirty lost")
	}
}

// users counts who may have a reference to a page at rest, and the page table
// entries among them. PG_private counts if it was given a reference: whether
// it must have one is another rule.
func (s *State) users(p uint8) (owners, maps int) {
	for _, e := range s.PTE {
		if e.maps(p) {
			maps++
		}
	}
	owners = maps
	if s.Slot == slotOf(p) {
		owners++
	}
	if pg := &s.Page[p]; pg.Flags.Has(private) && pg.Own&byPrivate != 0 {
		owners++
	}
	return owners, maps
}

// pteDirty reports whether a page table entry knows that the page is dirty.
func (s *State) pteDirty(p uint8) bool {
	for _, e := range s.PTE {
		if e.maps(p) && e&pteDirty != 0 {
			return true
		}
	}
	return false
}
