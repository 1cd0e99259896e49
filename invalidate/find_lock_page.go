package invalidate

import "github.com/vmrace/vmrace/vm"

// find_lock_page, mm/filemap.c, 2.6.23: a page that it returns is locked and in
// the page cache. The page lock is tried under the tree_lock; if that fails the
// task sleeps without it and must look again.
const (
	flpLock = iota
	flpLook
	flpNone
	flpGet
	flpTry
	flpUnlock
	flpSleep
	flpLockAgain
	flpMapping
	flpUnlockGone
	flpGone
	flpPut
	flpRepeat
	flpUnlockFound
	flpReturn
)

var findLockPageListing = vm.Listing[State, locals]{Name: "find_lock_page", Source: "mm/filemap.c, 2.6.23", Step: (*State).findLockPage, Lines: []vm.Line{
	flpLock:        {Text: "repeat: read_lock_irq(&mapping->tree_lock);", Add: Locked},
	flpLook:        {Text: "page = radix_tree_lookup(&mapping->page_tree, offset);", Add: Locked},
	flpNone:        {Text: "if (page) {", Add: Locked},
	flpGet:         {Text: "        page_cache_get(page);", Add: Locked},
	flpTry:         {Text: "        if (TestSetPageLocked(page)) {", Add: Locked},
	flpUnlock:      {Text: "                read_unlock_irq(&mapping->tree_lock);", Add: Locked},
	flpSleep:       {Text: "                __lock_page(page);", Add: Locked, Sleeps: true},
	flpLockAgain:   {Text: "                read_lock_irq(&mapping->tree_lock);", Add: Locked},
	flpMapping:     {Text: "                if (page->mapping != mapping) {", Add: Locked},
	flpUnlockGone:  {Text: "                        read_unlock_irq(&mapping->tree_lock);", Add: Locked},
	flpGone:        {Text: "                        unlock_page(page);", Add: Locked},
	flpPut:         {Text: "                        page_cache_release(page);", Add: Locked},
	flpRepeat:      {Text: "                        goto repeat; } } }", Add: Locked},
	flpUnlockFound: {Text: "read_unlock_irq(&mapping->tree_lock);", Add: Locked},
	flpReturn:      {Text: "return page;", Add: Locked},
}}

func (s *State) findLockPage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case flpLock, flpLockAgain:
		return s.TreeLock.ReadLockIRQ(x)
	case flpLook:
		l.page = vm.Load(x, &s.Tree)
	case flpNone:
		return vm.Unless(l.page != 0, flpUnlockFound)
	case flpGet:
		s.get(x, l.page)
	case flpTry:
		return vm.Unless(!s.pg(x, l.page).Lock.TryLock(x), flpUnlockFound)
	case flpUnlock, flpUnlockGone, flpUnlockFound:
		return s.TreeLock.ReadUnlockIRQ(x)
	case flpSleep:
		return s.pg(x, l.page).Lock.Lock(x)
	case flpMapping:
		return vm.Unless(!s.cached(x, l.page), flpUnlockFound)
	case flpGone:
		return s.pg(x, l.page).Lock.Unlock(x)
	case flpPut:
		s.put(x, l.page)
	case flpRepeat:
		return vm.Goto(flpLock)
	case flpReturn:
		return x.Return(uint8(l.page))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
