package swapoff

import "github.com/vmrace/vmrace/vm"

// lookup_swap_cache to __find_lock_page, mm/swap_state.c and mm/filemap.c: the
// page of a handle, with a reference, unlocked again. Taking the page lock waits
// for I/O, and for whoever decides whether the page is shared.
const (
	lkpFind = iota
	lkpLock
	lkpTest
	lkpAgain
	lkpUnlock
	lkpReturn
)

var lookupListing = vm.Listing[State, locals]{Name: "lookup_swap_cache", Source: "mm/swap_state.c", Step: (*State).lookup, Lines: []vm.Line{
	lkpFind:   {Text: "page = __find_page(entry); get_page(page);"},
	lkpLock:   {Text: "lock_page(page);", Sleeps: true, Del: PlainLookup},
	lkpTest:   {Text: "if (!PageSwapCache(page)) {", Del: PlainLookup},
	lkpAgain:  {Text: "        UnlockPage(page); page_cache_release(page); goto repeat; }", Del: PlainLookup},
	lkpUnlock: {Text: "UnlockPage(page);", Del: PlainLookup},
	lkpReturn: {Text: "return page;"},
}}

func (s *State) lookup(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case lkpFind:
		p, ok := s.findPage(x, l.entry)
		if !ok {
			return x.Return(noHandle)
		}
		l.page = p
	case lkpLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case lkpTest:
		return vm.Unless(!s.Page[l.page].Flags.Test(x, swapCache), lkpUnlock)
	case lkpAgain:
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		return vm.Goto(lkpFind)
	case lkpUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case lkpReturn:
		return x.Return(l.page + 1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
