package invalidate

import "github.com/vmrace/vmrace/vm"

// truncate_complete_page, mm/truncate.c: takes a locked page out of the page
// cache, whoever holds it. PG_uptodate goes before the page does.
const (
	tcpMapping = iota
	tcpDirty
	tcpUptodate
	tcpLock
	tcpBugOn
	tcpDelete
	tcpNull
	tcpUnlock
	tcpPut
)

var truncateCompletePageListing = vm.Listing[State, locals]{Name: "truncate_complete_page", Source: "mm/truncate.c, 2.6.16", Step: (*State).truncateCompletePage, Lines: []vm.Line{
	tcpMapping:  {Text: "if (page->mapping != mapping) return;"},
	tcpDirty:    {Text: "clear_page_dirty(page);"},
	tcpUptodate: {Text: "ClearPageUptodate(page);"},
	tcpLock:     {Text: "write_lock_irq(&mapping->tree_lock); /* remove_from_page_cache */"},
	tcpBugOn:    {Text: "BUG_ON(page_mapped(page));", Add: Locked},
	tcpDelete:   {Text: "radix_tree_delete(&mapping->page_tree, page->index);"},
	tcpNull:     {Text: "page->mapping = NULL;"},
	tcpUnlock:   {Text: "write_unlock_irq(&mapping->tree_lock);"},
	tcpPut:      {Text: "page_cache_release(page); /* pagecache ref */"},
}}

func (s *State) truncateCompletePage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case tcpMapping:
		if !s.cached(x, l.page) {
			return vm.Return
		}
	case tcpDirty:
		p := s.pg(x, l.page)
		p.Flags.Clear(x, dirty)
		p.drop(x)
	case tcpUptodate:
		s.clearUptodate(x, l.page)
	case tcpLock:
		return s.TreeLock.WriteLockIRQ(x)
	case tcpBugOn:
		return x.BugOn(s.mapped(x, l.page), l.page.page(), "page_mapped(page) in __remove_from_page_cache")
	case tcpDelete:
		s.treeDelete(x, l.page)
	case tcpNull:
		s.clearMapping(x, l.page)
	case tcpUnlock:
		return s.TreeLock.WriteUnlockIRQ(x)
	case tcpPut:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
