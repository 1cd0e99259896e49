package invalidate

import "github.com/vmrace/vmrace/vm"

// Write-back, mm/page-writeback.c, of the page in the page cache: the lock is
// dropped while the disk is at work. Entries that map the page dirty stay as
// they are, as before 2.6.19.
const (
	wbFind = iota
	wbPage
	wbLock
	wbMapping
	wbDirty
	wbSet
	wbUnlock
	wbEnd
	wbPut
	wbReturn
	wbKeep
	wbKeepPut
)

var writepageListing = vm.Listing[State, locals]{Name: "mpage_writepages", Source: "fs/mpage.c, 2.6.16", Step: (*State).writepage, Lines: []vm.Line{
	wbFind:    {Text: "pagevec_lookup_tag(&pvec, mapping, &index, PAGECACHE_TAG_DIRTY, ...);"},
	wbPage:    {Text: "if (!nr_pages) return;"},
	wbLock:    {Text: "lock_page(page);", Sleeps: true},
	wbMapping: {Text: "if (page->mapping != mapping) goto keep;"},
	wbDirty:   {Text: "if (!clear_page_dirty_for_io(page)) goto keep;"},
	wbSet:     {Text: "set_page_writeback(page);"},
	wbUnlock:  {Text: "unlock_page(page);"},
	wbEnd:     {Text: "end_page_writeback(page); /* end of I/O */", Sleeps: true},
	wbPut:     {Text: "pagevec_release(&pvec);"},
	wbReturn:  {Text: "return;"},
	wbKeep:    {Text: "keep: unlock_page(page);"},
	wbKeepPut: {Text: "pagevec_release(&pvec);"},
}}

func (s *State) writepage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case wbFind:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case wbPage:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
	case wbLock:
		return s.pg(x, l.page).Lock.Lock(x)
	case wbMapping:
		return vm.Unless(s.cached(x, l.page), wbKeep)
	case wbDirty:
		p := s.pg(x, l.page)
		if !p.Flags.TestClear(x, dirty) {
			return vm.Goto(wbKeep)
		}
		// What is written is the page as it is now; a later store through a
		// mapping that is still dirty comes with the next write-back.
		*vm.Mark(x, &p.Ghost) &^= unsaved
	case wbSet:
		s.pg(x, l.page).Flags.Set(x, writeback)
	case wbUnlock, wbKeep:
		return s.pg(x, l.page).Lock.Unlock(x)
	case wbEnd:
		s.pg(x, l.page).Flags.Clear(x, writeback)
	case wbPut, wbKeepPut:
		s.put(x, l.page)
	case wbReturn:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
