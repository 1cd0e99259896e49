package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_complete_page, mm/truncate.c: takes a locked page that it believes
// to be unmapped out of the page cache. It returns 1 if it did. The caller has a
// reference of its own, so the put is not the last.
const (
	icpMapping = iota
	icpLock
	icpDirty
	icpMapped
	icpCount
	icpDirtyLast
	icpBugOn
	icpDelete
	icpNull
	icpUnlock
	icpUptodate
	icpPut
	icpTruncate
	icpReturn
	icpFailed
	icpFailedClear
)

var invalidateCompletePageListing = vm.Listing[State, locals]{Name: "invalidate_complete_page", Source: "mm/truncate.c, 2.6.16", Step: (*State).invalidateCompletePage, Lines: []vm.Line{
	icpMapping:     {Text: "if (page->mapping != mapping) return 0;"},
	icpLock:        {Text: "write_lock_irq(&mapping->tree_lock);"},
	icpDirty:       {Text: "if (PageDirty(page)) goto failed;", Del: DirtyLast},
	icpMapped:      {Text: "if (page_mapped(page)) goto failed;", Add: TestMapped},
	icpCount:       {Text: "if (page_count(page) != 2) goto failed;", Add: TestCount},
	icpDirtyLast:   {Text: "if (PageDirty(page)) goto failed;", Add: DirtyLast},
	icpBugOn:       {Text: "BUG_ON(page_mapped(page));", Add: Locked},
	icpDelete:      {Text: "radix_tree_delete(&mapping->page_tree, page->index);"},
	icpNull:        {Text: "page->mapping = NULL;"},
	icpUnlock:      {Text: "write_unlock_irq(&mapping->tree_lock);"},
	icpUptodate:    {Text: "ClearPageUptodate(page);"},
	icpPut:         {Text: "page_cache_release(page); /* pagecache ref */"},
	icpTruncate:    {Text: "SetPageTruncate(page);", Add: PGTruncate},
	icpReturn:      {Text: "return 1;"},
	icpFailed:      {Text: "failed: write_unlock_irq(&mapping->tree_lock);"},
	icpFailedClear: {Text: "ClearPageUptodate(page);", Add: ClearFailed},
}}

func (s *State) invalidateCompletePage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case icpMapping:
		if !s.cached(x, l.page) {
			return x.Return(0)
		}
	case icpLock:
		return s.TreeLock.WriteLockIRQ(x)
	case icpDirty, icpDirtyLast:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, dirty), icpFailed)
	case icpMapped:
		return vm.Unless(!s.mapped(x, l.page), icpFailed)
	case icpCount:
		if s.count(x, l.page) != 2 {
			s.judgeFailure(x, l.page)
			return vm.Goto(icpFailed)
		}
	case icpBugOn:
		return x.BugOn(s.mapped(x, l.page), l.page.page(), "page_mapped(page) in __remove_from_page_cache")
	case icpDelete:
		s.treeDelete(x, l.page)
	case icpNull:
		s.clearMapping(x, l.page)
	case icpUnlock, icpFailed:
		return s.TreeLock.WriteUnlockIRQ(x)
	case icpUptodate, icpFailedClear:
		s.clearUptodate(x, l.page)
	case icpTruncate:
		s.pg(x, l.page).Flags.Set(x, truncated)
	case icpPut:
		s.put(x, l.page)
	case icpReturn:
		return x.Return(1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// judgeFailure accuses an invalidation that fails for the sake of a reference
// that nobody can have: no other CPU is about, and neither the pagevec nor a page
// table entry holds one.
func (s *State) judgeFailure(x *vm.Exec, h handle) {
	x.LookAround()
	for i := range s.CPU {
		if i != x.CPU && !s.CPU[i].Idle() {
			return
		}
	}
	if s.Pvec != h && s.maps(h) == 0 {
		x.Bug(Spurious, h.page(), "nobody holds a reference")
	}
}
