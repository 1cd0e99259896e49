package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_inode_pages2_range, mm/truncate.c, with invalidate_complete_page2,
// over a range of pages. The first page that is mapped has the rest of the range
// unmapped with it, later ones only themselves.
const (
	invLookup = iota
	invLock
	invMapping
	invMapped
	invUnmap
	invAgain
	invBugOn
	invLaunder
	invWrite
	invDirty
	invFailed
	invRemove
	invUnlock
	invNext
	invReturn
)

var mapInvalidateListing = vm.Listing[MapState, mapLocals]{Name: "invalidate_inode_pages2_range", Source: "mm/truncate.c, 2.6.23", Step: (*MapState).invalidate, Lines: []vm.Line{
	invLookup:  {Text: "while (pagevec_lookup(&pvec, mapping, next, ...)) {"},
	invLock:    {Text: "lock_page(page);", Sleeps: true},
	invMapping: {Text: "if (page->mapping != mapping) goto unlock;"},
	invMapped:  {Text: "if (page_mapped(page)) {"},
	invUnmap:   {Text: "        unmap_mapping_range(mapping, page->index, did_range_unmap ? 1 : end - page->index, 0); }"},
	invAgain:   {Text: "/* while */", Add: MapWhile},
	invBugOn:   {Text: "BUG_ON(page_mapped(page));", Del: MapWhile},
	invLaunder: {Text: "if (PageDirty(page)) /* do_launder_page */", Del: NoLaunder},
	invWrite:   {Text: "        mapping->a_ops->launder_page(page);", Del: NoLaunder},
	invDirty:   {Text: "if (PageDirty(page)) { /* invalidate_complete_page2 */"},
	invFailed:  {Text: "        ret = -EIO; goto unlock; }"},
	invRemove:  {Text: "__remove_from_page_cache(page);"},
	invUnlock:  {Text: "unlock: unlock_page(page);"},
	invNext:    {Text: "}"},
	invReturn:  {Text: "return ret;"},
}}

func (s *MapState) invalidate(x *vm.Exec, l *mapLocals) vm.Next {
	switch x.Line {
	case invLookup:
		for c := vm.Load(x, &s.Cached); l.page < l.end && !c.Has(int(l.page)); {
			l.page++
		}
		return vm.Unless(l.page < l.end, invReturn)
	case invLock:
		if int(l.page) >= mapPages {
			return x.BugOn(true, -1, "NULL pointer to a page")
		}
		return s.Lock[l.page].Lock(x)
	case invMapping:
		return vm.Unless(s.cached(x, l.page), invUnlock)
	case invMapped:
		return vm.Unless(vm.Load(x, &s.PTE[l.page]) != 0, invBugOn)
	case invUnmap:
		end := l.end
		if l.flags&ranged != 0 {
			end = l.page + 1
		}
		l.flags |= ranged
		return s.CPU[x.CPU].Call(mfnUnmap, mapLocals{page: l.page, start: l.page, end: end})
	case invAgain:
		return vm.Unless(vm.Load(x, &s.PTE[l.page]) == 0, invMapped)
	case invBugOn:
		return x.BugOn(vm.Load(x, &s.PTE[l.page]) != 0, int(l.page), "page_mapped(page)")
	case invLaunder:
		return vm.Unless(vm.Load(x, &s.Dirty).Has(int(l.page)), invDirty)
	case invWrite:
		s.write(x, l.page)
		set(x, &s.Dirty, l.page, false)
	case invDirty:
		return vm.Unless(vm.Load(x, &s.Dirty).Has(int(l.page)), invRemove)
	case invFailed:
		// The page is locked and no longer mapped: nobody else is to blame.
		x.Bug(Spurious, int(l.page), "a page that was mapped and written to")
		return vm.Goto(invUnlock)
	case invRemove:
		s.remove(x, l.page)
	case invUnlock:
		return s.Lock[l.page].Unlock(x)
	case invNext:
		l.page++
		return vm.Goto(invLookup)
	case invReturn:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// remove takes a page out of the page cache, and its reserved block back. Its
// oracles: the page is mapped, or has stores that the disk has not.
func (s *MapState) remove(x *vm.Exec, p uint8) {
	unsaved, reserved := vm.Mark(x, &s.Unsaved), vm.Mark(x, &s.Reserved)
	switch {
	case *vm.Look(x, &s.PTE[p]) != 0:
		x.Bug(Dangling, int(p), "")
	case unsaved.Has(int(p)):
		x.Bug(LostStore, int(p), "removed from the page cache")
	}
	set(x, &s.Cached, p, false)
	*reserved = reserved.Without(int(p))
	*unsaved = unsaved.Without(int(p))
}
