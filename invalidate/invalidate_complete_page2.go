package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_complete_page2, mm/truncate.c, bd4c8ce41a2e in 2.6.19: the same
// for invalidate_inode_pages2, whatever references there are to the page.
const (
	icp2Mapping = iota
	icp2Lock
	icp2Dirty
	icp2BugOn
	icp2Delete
	icp2Null
	icp2Unlock
	icp2Uptodate
	icp2Put
	icp2Return
	icp2Failed
)

var invalidateCompletePage2Listing = vm.Listing[State, locals]{Name: "invalidate_complete_page2", Source: "mm/truncate.c, 2.6.19", Step: (*State).invalidateCompletePage2, Lines: []vm.Line{
	icp2Mapping:  {Text: "if (page->mapping != mapping) return 0;", Add: TwoFunctions},
	icp2Lock:     {Text: "write_lock_irq(&mapping->tree_lock);", Add: TwoFunctions},
	icp2Dirty:    {Text: "if (PageDirty(page)) goto failed;", Add: TwoFunctions},
	icp2BugOn:    {Text: "BUG_ON(page_mapped(page));", Add: Locked},
	icp2Delete:   {Text: "radix_tree_delete(&mapping->page_tree, page->index);", Add: TwoFunctions},
	icp2Null:     {Text: "page->mapping = NULL;", Add: TwoFunctions},
	icp2Unlock:   {Text: "write_unlock_irq(&mapping->tree_lock);", Add: TwoFunctions},
	icp2Uptodate: {Text: "ClearPageUptodate(page);", Add: TwoFunctions},
	icp2Put:      {Text: "page_cache_release(page); /* pagecache ref */", Add: TwoFunctions},
	icp2Return:   {Text: "return 1;", Add: TwoFunctions},
	icp2Failed:   {Text: "failed: write_unlock_irq(&mapping->tree_lock); return 0;", Add: TwoFunctions},
}}

func (s *State) invalidateCompletePage2(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case icp2Mapping:
		if !s.cached(x, l.page) {
			return x.Return(0)
		}
	case icp2Lock:
		return s.TreeLock.WriteLockIRQ(x)
	case icp2Dirty:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, dirty), icp2Failed)
	case icp2BugOn:
		return x.BugOn(s.mapped(x, l.page), l.page.page(), "page_mapped(page) in __remove_from_page_cache")
	case icp2Delete:
		s.treeDelete(x, l.page)
	case icp2Null:
		s.clearMapping(x, l.page)
	case icp2Unlock, icp2Failed:
		return s.TreeLock.WriteUnlockIRQ(x)
	case icp2Uptodate:
		s.clearUptodate(x, l.page)
	case icp2Put:
		s.put(x, l.page)
	case icp2Return:
		return x.Return(1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
