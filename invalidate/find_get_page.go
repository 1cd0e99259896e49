package invalidate

import "github.com/vmrace/vmrace/vm"

// find_get_page, mm/filemap.c: looks a page up and takes a reference to it, both
// under the tree_lock. pagevec_lookup does the same for many.
const (
	fgpLock = iota
	fgpLook
	fgpGet
	fgpUnlock
	fgpReturn
)

var findGetPageListing = vm.Listing[State, locals]{Name: "find_get_page", Source: "mm/filemap.c, 2.6.16", Step: (*State).findGetPage, Lines: []vm.Line{
	fgpLock:   {Text: "read_lock_irq(&mapping->tree_lock);"},
	fgpLook:   {Text: "page = radix_tree_lookup(&mapping->page_tree, offset);"},
	fgpGet:    {Text: "if (page) page_cache_get(page);"},
	fgpUnlock: {Text: "read_unlock_irq(&mapping->tree_lock);"},
	fgpReturn: {Text: "return page;"},
}}

func (s *State) findGetPage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case fgpLock:
		return s.TreeLock.ReadLockIRQ(x)
	case fgpLook:
		l.page = vm.Load(x, &s.Tree)
	case fgpGet:
		if l.page != 0 {
			s.get(x, l.page)
		}
	case fgpUnlock:
		return s.TreeLock.ReadUnlockIRQ(x)
	case fgpReturn:
		return x.Return(uint8(l.page))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
