package swapoff

import "github.com/vmrace/vmrace/vm"

// delete_from_swap_cache_nolock, mm/swap_state.c: takes a page that the caller
// has locked out of the swap cache. The flag goes first, the page leaves the
// hash later, page->index keeps the handle.
const (
	delLocked = iota
	delMapping
	delClear
	delUnhash
	delFree
	delRelease
)

var deleteListing = vm.Listing[State, locals]{Name: "delete_from_swap_cache_nolock", Source: "mm/swap_state.c", Step: (*State).deletePage, Lines: []vm.Line{
	delLocked:  {Text: "if (!PageLocked(page)) BUG();"},
	delMapping: {Text: "if (page->mapping != &swapper_space) BUG();"},
	delClear:   {Text: "PageClearSwapCache(page);"},
	delUnhash:  {Text: "remove_inode_page(page);"},
	delFree:    {Text: "swap_free(page->index);"},
	delRelease: {Text: "page_cache_release(page);"},
}}

func (s *State) deletePage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case delLocked:
		return s.deleteLocked(x, l.page)
	case delMapping:
		return s.deleteMapping(x, l.page)
	case delClear:
		s.Page[l.page].Flags.Clear(x, swapCache)
	case delUnhash:
		s.deleteUnhash(x, l.page)
	case delFree:
		s.swapFree(x, *vm.Look(x, &s.Page[l.page].Index))
	case delRelease:
		s.putPage(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
