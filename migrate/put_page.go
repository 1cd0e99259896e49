package migrate

import "github.com/vmrace/vmrace/vm"

// put_page with __put_page, include/linux/mm.h and mm/swap.c: drops a reference;
// who drops the last one frees the page.
const (
	putBugOn = iota
	putTest
	putLRU
	putFree
)

var putListing = vm.Listing[State, locals]{Name: "put_page", Source: "include/linux/mm.h, mm/swap.c, 5.0.1", Step: (*State).putPage, Lines: []vm.Line{
	putBugOn: {Text: "VM_BUG_ON_PAGE(page_ref_count(page) == 0, page);", Add: DebugVM},
	putTest:  {Text: "if (atomic_dec_and_test(&page->_refcount)) {", Order: vm.Full},
	putLRU:   {Text: "        __ClearPageLRU(page); __ClearPageWaiters(page);"},
	putFree:  {Text: "        free_unref_page(page); }"},
}}

func (s *State) putPage(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case putBugOn:
		return x.BugOn(pg.Count.Read(x) == 0, int(l.page), "page_ref_count(page) == 0")
	case putTest:
		s.disown(x, l.page, owners(l.n))
		if !pg.Count.DecAndTest(x) {
			return vm.Return
		}
	case putLRU:
		pg.Flags.Clear(x, lru|waiters)
	case putFree:
		s.release(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
