package invalidate

import "github.com/vmrace/vmrace/vm"

// truncate_inode_pages_range, mm/truncate.c: the second, blocking pass, which
// ends when a look-up from the start finds nothing. The first pass, which skips
// what is locked, and the partial page are left out.
const (
	tipLookup = iota
	tipPage
	tipLock
	tipWriteback
	tipMapped
	tipUnmap
	tipComplete
	tipUnlock
	tipRelease
	tipAgain
)

var truncateInodePagesListing = vm.Listing[State, locals]{Name: "truncate_inode_pages_range", Source: "mm/truncate.c, 2.6.16", Step: (*State).truncateInodePages, Lines: []vm.Line{
	tipLookup:    {Text: "again: pagevec_lookup(&pvec, mapping, next, PAGEVEC_SIZE);"},
	tipPage:      {Text: "if (!pagevec_count(&pvec)) return;"},
	tipLock:      {Text: "lock_page(page);", Sleeps: true},
	tipWriteback: {Text: "wait_on_page_writeback(page);", Sleeps: true},
	tipMapped:    {Text: "if (page_mapped(page)) {", Add: Locked},
	tipUnmap:     {Text: "        unmap_mapping_range(mapping, page->index, PAGE_CACHE_SIZE, 0); }", Add: Locked},
	tipComplete:  {Text: "truncate_complete_page(mapping, page);"},
	tipUnlock:    {Text: "unlock_page(page);"},
	tipRelease:   {Text: "pagevec_release(&pvec);"},
	tipAgain:     {Text: "goto again;"},
}}

func (s *State) truncateInodePages(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case tipLookup:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case tipPage:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
	case tipLock:
		return s.pg(x, l.page).Lock.Lock(x)
	case tipWriteback:
		if s.pg(x, l.page).Flags.Test(x, writeback) {
			return vm.Block
		}
	case tipMapped:
		return vm.Unless(s.mapped(x, l.page), tipComplete)
	case tipUnmap:
		return s.CPU[x.CPU].Call(fnUnmapMappingRange, locals{})
	case tipComplete:
		return s.CPU[x.CPU].Call(fnTruncateCompletePage, locals{page: l.page})
	case tipUnlock:
		return s.pg(x, l.page).Lock.Unlock(x)
	case tipRelease:
		s.put(x, l.page)
	case tipAgain:
		return vm.Goto(tipLookup)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
