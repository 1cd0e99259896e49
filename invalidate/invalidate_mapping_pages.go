package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_mapping_pages, mm/truncate.c: best effort. It skips a page that is
// locked, dirty, under write-back or mapped, never unmaps one, and never waits.
const (
	impLookup = iota
	impPage
	impLock
	impDirty
	impBegin
	impMapped
	impMappedPosted
	impZap
	impComplete
	impSequence
	impEnd
	impUnlock
	impRelease
)

var invalidateMappingPagesListing = vm.Listing[State, locals]{Name: "invalidate_mapping_pages", Source: "mm/truncate.c, 2.6.16", Step: (*State).invalidateMappingPages, Lines: []vm.Line{
	impLookup:       {Text: "pagevec_lookup(&pvec, mapping, next, PAGEVEC_SIZE);", Del: Linux24},
	impPage:         {Text: "if (!pagevec_count(&pvec)) return ret;", Del: Linux24},
	impLock:         {Text: "if (TestSetPageLocked(page)) continue;", Del: Linux24},
	impDirty:        {Text: "if (PageDirty(page) || PageWriteback(page)) goto unlock;", Del: Linux24},
	impBegin:        {Text: "mapping->writers++; /* write_seqschedlock */", Add: SeqLock},
	impMapped:       {Text: "if (page_mapped(page)) goto unlock;", Del: Linux24 | SeqPosted},
	impMappedPosted: {Text: "if (page_mapped(page)) goto unlock; /* behind write_seqschedunlock */", Add: SeqPosted},
	impZap:          {Text: "unmap_mapping_range(mapping, page->index, PAGE_CACHE_SIZE, 0);", Add: SeqZap},
	impComplete:     {Text: "ret += invalidate_complete_page(mapping, page);", Del: Linux24},
	impSequence:     {Text: "mapping->sequence++; /* write_seqschedunlock */", Add: SeqLock},
	impEnd:          {Text: "mapping->writers--;", Add: SeqLock},
	impUnlock:       {Text: "unlock: unlock_page(page);", Del: Linux24},
	impRelease:      {Text: "pagevec_release(&pvec);", Del: Linux24},
}}

func (s *State) invalidateMappingPages(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case impLookup:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case impPage:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
	case impLock:
		return vm.Unless(s.pg(x, l.page).Lock.TryLock(x), impRelease)
	case impBegin:
		vm.Store(x, &s.Writers, vm.Load(x, &s.Writers)+1)
	case impDirty:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, dirty|writeback), impUnlock)
	case impMapped:
		return vm.Unless(!s.mapped(x, l.page), impSequence)
	case impMappedPosted:
		return vm.Unless(!s.mapped(x, l.page), impUnlock)
	case impZap:
		return s.CPU[x.CPU].Call(fnUnmapMappingRange, locals{})
	case impComplete:
		return s.CPU[x.CPU].Call(fnInvalidateCompletePage, locals{page: l.page})
	case impSequence:
		vm.Store(x, &s.Sequence, vm.Load(x, &s.Sequence)+1)
	case impEnd:
		vm.Store(x, &s.Writers, s.Writers-1)
	case impUnlock:
		return s.pg(x, l.page).Lock.Unlock(x)
	case impRelease:
		s.put(x, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
