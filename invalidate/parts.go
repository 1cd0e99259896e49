package invalidate

import "github.com/vmrace/vmrace/vm"

// pg follows a pointer to a page. A NULL pointer is an oops. Its oracle: the
// page was given back to the allocator.
func (s *State) pg(x *vm.Exec, h handle) *page {
	if h == 0 {
		x.BugOn(true, -1, "NULL pointer to a page")
		return &s.Page[0]
	}
	p := &s.Page[h.page()]
	if vm.Look(x, &p.Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, h.page(), "")
	}
	return p
}

// get is page_cache_get. Its oracle: the count is raised from zero.
func (s *State) get(x *vm.Exec, h handle) { s.pg(x, h).Count.Inc(x) }

// put is page_cache_release: who drops the last reference frees the page. Its
// oracles: what a page that is freed must not be.
func (s *State) put(x *vm.Exec, h handle) {
	p := s.pg(x, h)
	if h == 0 || !p.Count.DecAndTest(x) || p.Life.Free() > 0 {
		return
	}
	vm.Mark(x, p)
	vm.Look(x, &s.PTE)
	switch f := p.Flags; {
	case p.Mapcount != -1:
		x.Bug(vm.BadPage, h.page(), "free with _mapcount")
	case s.maps(h) > 0:
		x.Bug(vm.BadPage, h.page(), "free of a mapped page")
	case f.Has(mapping) && !f.Has(anon):
		x.Bug(vm.BadPage, h.page(), "free of a page in the page cache")
	case p.Lock.Locked():
		x.Bug(vm.BadPage, h.page(), "free of a locked page")
	case f.Has(writeback):
		x.Bug(vm.BadPage, h.page(), "free of a page under write-back")
	case p.Ghost.Has(driver):
		x.Bug(vm.BadPage, h.page(), "free of a driver's page")
	}
	p.Life.Put(x, h.page(), p.Life.Gen())
	p.Life = vm.FreeLife // no pointer outlives its reference here: generations would only be more states
	p.Ghost = 0
	vm.Store(x, &p.Data, 0)
	vm.Store(x, &p.Flags, 0) // free_pages_check: PG_truncate ends here, too
}

// alloc is alloc_page: it returns NULL if no page is left.
func (s *State) alloc(x *vm.Exec) handle {
	for i := range s.Page {
		p := &s.Page[i]
		if vm.Look(x, &p.Life).Free() == 0 {
			continue
		}
		p.Life.Take(x, i)
		p.Count.Set(x, 1)
		return handle(i + 1)
	}
	return 0
}

// mapped is page_mapped.
func (s *State) mapped(x *vm.Exec, h handle) bool { return s.pg(x, h).Mapcount.Skewed(x) > 0 }

// cached reports whether page->mapping is the address_space of the file.
func (s *State) cached(x *vm.Exec, h handle) bool {
	return vm.Load(x, &s.pg(x, h).Flags)&(mapping|anon) == mapping
}

// count is page_count.
func (s *State) count(x *vm.Exec, h handle) int { return s.pg(x, h).Count.Read(x) }

// setPTE is set_pte_at. Its oracles: the page is not in the page cache, or was
// never read. A private copy and a driver's page need not be in it.
func (s *State) setPTE(x *vm.Exec, l *locals) {
	v := pte(l.page)
	if l.how.has(write) {
		v |= pteWrite | pteDirty
	}
	p := s.pg(x, l.page)
	vm.Store(x, &s.PTE[l.how.vma()], v)
	switch {
	case l.page == 0 || vm.Look(x, &p.Ghost).Has(driver):
		return
	case l.how.has(anonymous):
		if !l.how.has(private) {
			x.Bug(LostStore, l.page.page(), "a private copy in a shared vma")
		}
		return
	}
	if *vm.Look(x, &s.Tree) != l.page {
		x.Bug(Dangling, l.page.page(), "")
	}
	s.checkUptodate(x, l.page)
}

// checkUptodate accuses a page of the file that is mapped without having been read.
func (s *State) checkUptodate(x *vm.Exec, h handle) {
	vm.Look(x, &s.PTE)
	p := vm.Look(x, &s.Page[h.page()])
	if s.maps(h) == 0 {
		return
	}
	switch {
	case p.Data == 0:
		x.Bug(NotUptodate, h.page(), "never read")
	case s.Rules&linux24 == 0 && !p.Flags.Has(uptodate):
		x.Bug(NotUptodate, h.page(), "")
	}
}

// clearUptodate is ClearPageUptodate.
func (s *State) clearUptodate(x *vm.Exec, h handle) {
	s.pg(x, h).Flags.Clear(x, uptodate)
	if h != 0 {
		s.checkUptodate(x, h)
	}
}

// treeDelete is the radix_tree_delete of __remove_from_page_cache, under the
// tree_lock. Its oracles: the page is mapped, under write-back, or not the one
// in the tree, or the caller may not write to the tree.
func (s *State) treeDelete(x *vm.Exec, h handle) {
	p := s.pg(x, h)
	s.mayWriteTree(x)
	vm.Look(x, &s.Tree)
	vm.Look(x, &s.PTE)
	vm.Look(x, p)
	switch {
	case h == 0:
		return
	case s.Tree != h:
		x.Bug(vm.ListCorruption, h.page(), "radix_tree_delete of another page")
		return
	case s.maps(h) > 0:
		x.Bug(Dangling, h.page(), "")
	case p.Flags.Has(writeback):
		x.Bug(vm.BadPage, h.page(), "removed under write-back")
	case p.Ghost.Has(unsaved):
		x.Bug(LostStore, h.page(), "removed from the page cache")
	}
	if !p.Lock.HeldBy(x.CPU) {
		x.Bug(vm.BadPage, h.page(), "removed without the page lock")
	}
	vm.Store(x, &s.Tree, 0)
}

// mayWriteTree is the contract of the tree: who writes to it holds the lock to write.
func (s *State) mayWriteTree(x *vm.Exec) {
	if !vm.Look(x, &s.TreeLock).WrittenBy(x.CPU) {
		x.Bug(vm.ListCorruption, -1, "page_tree changed without tree_lock")
	}
}

// clearMapping is page->mapping = NULL.
func (s *State) clearMapping(x *vm.Exec, h handle) { s.pg(x, h).Flags.Clear(x, mapping) }

// readpage fills a locked page from the disk. Its oracle: stores that the disk
// does not have are overwritten.
func (s *State) readpage(x *vm.Exec, h handle) {
	p := s.pg(x, h)
	if vm.Mark(x, &p.Ghost).Has(unsaved) {
		x.Bug(LostStore, h.page(), "overwritten by readpage")
	}
	if h == 0 {
		return
	}
	p.Ghost &^= unsaved
	vm.Store(x, &p.Data, vm.Load(x, &s.Disk))
}

// rmapAdd is page_add_file_rmap, or page_add_new_anon_rmap for a copy.
func (s *State) rmapAdd(x *vm.Exec, h handle) { s.pg(x, h).Mapcount.IncAndTest(x) }

// rmapRemove is page_remove_rmap.
func (s *State) rmapRemove(x *vm.Exec, h handle) { s.pg(x, h).Mapcount.AddNegative(x) }

// zap is ptep_get_and_clear: it returns what the entry held.
func (s *State) zap(x *vm.Exec, vma int) pte {
	if !vm.Look(x, &s.PTL[vma]).HeldBy(x.CPU) {
		x.Bug(vm.BadPage, -1, "page table entry cleared without its lock")
	}
	old := vm.Load(x, &s.PTE[vma])
	vm.Store(x, &s.PTE[vma], 0)
	return old
}

// rest is what must hold when every program has ended: each reference and each
// mapping has an owner, and nothing is left locked, mapped or lost.
func (s *State) rest(x *vm.Exec) {
	if s.Writers != 0 {
		x.Bug(vm.Accounting, -1, "writers")
	}
	for i := range s.Page {
		if p := &s.Page[i]; p.Life.Free() == 0 {
			s.restPage(x, handle(i+1), p)
		}
	}
	for _, p := range s.PTE {
		if p != 0 && s.Size == 0 && !s.Page[p.page().page()].Ghost.Has(driver) {
			x.Bug(BeyondEnd, p.page().page(), "")
		}
	}
}

func (s *State) restPage(x *vm.Exec, h handle, p *page) {
	i, n := h.page(), s.maps(h)
	switch count, owners := int(p.Count), s.owners(h); {
	case count < owners:
		x.Bug(vm.Miscount, i, "fewer references than owners")
	case count > owners:
		x.Bug(vm.Leak, i, "references without an owner")
	case n > 0 && s.Tree != h && s.Rules&linux24 == 0 && !p.Flags.Has(anon) && !p.Ghost.Has(driver):
		x.Bug(vm.Leak, i, "reclaim skips a mapped page without mapping")
	}
	if int(p.Mapcount)+1 != n {
		x.Bug(vm.Accounting, i, "_mapcount")
	}
	if p.Lock.Locked() || p.Flags.Has(writeback) {
		x.Bug(vm.LockAtRest, i, "page")
	}
	if p.Ghost.Has(unsaved) && s.Tree == h && !p.Flags.Has(dirty) && !s.dirtyPTE(h) {
		x.Bug(LostStore, i, "the page is clean")
	}
}

// dirtyPTE reports whether an entry remembers that the page was written to.
func (s *State) dirtyPTE(h handle) bool {
	for _, p := range s.PTE {
		if p.page() == h && p&pteDirty != 0 {
			return true
		}
	}
	return false
}

// drop notes that the caller wants the data of the disk: stores up to here may go.
func (p *page) drop(x *vm.Exec) {
	if vm.Mark(x, &p.Ghost); p.Ghost.Has(unsaved) {
		p.Ghost = p.Ghost&^unsaved | dropped
	}
}

// keep notes that the page stays in the cache after all, and its stores with it.
func (p *page) keep(x *vm.Exec) {
	if vm.Mark(x, &p.Ghost); p.Ghost.Has(dropped) {
		p.Ghost = p.Ghost&^dropped | unsaved
	}
}

// testSetDirty is the first half of set_page_dirty: it tells whether the page is
// dirty only now and in a page cache, so that its tag must be set, too. As that
// is under the tree_lock, nobody drops his reference to a page that he has
// dirtied while another CPU holds the lock to throw it out.
func (s *State) testSetDirty(x *vm.Exec, h handle) bool {
	return !s.pg(x, h).Flags.TestSet(x, dirty) && s.cached(x, h)
}
