package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_inode_pages2_range, mm/truncate.c: unmaps the pages of the file and
// takes them out of the page cache, or returns -EIO. It believes that a page
// which is locked and not mapped cannot come to be mapped. The file has one page
// here: that a later page's success hides an earlier failure (7b965e0884ce,
// mended by 0dd1334faf7e) is left out.
const (
	in2Lookup = iota
	in2Page
	in2Lock
	in2Mapping
	in2Writeback
	in2Begin
	in2Always
	in2Mapped
	in2Unmap
	in2Again
	in2BugOn
	in2Dirty
	in2Complete
	in2Complete2
	in2Failed
	in2Redirty
	in2Sequence
	in2End
	in2Unlock
	in2Release
	in2Return
)

var invalidateInodePages2RangeListing = vm.Listing[State, locals]{Name: "invalidate_inode_pages2_range", Source: "mm/truncate.c, 2.6.16", Step: (*State).invalidateInodePages2Range, Lines: []vm.Line{
	in2Lookup:    {Text: "pagevec_lookup(&pvec, mapping, next, ...);"},
	in2Page:      {Text: "if (!pagevec_count(&pvec)) return 0;"},
	in2Lock:      {Text: "lock_page(page);", Sleeps: true},
	in2Mapping:   {Text: "if (page->mapping != mapping) goto unlock;"},
	in2Writeback: {Text: "wait_on_page_writeback(page);", Sleeps: true},
	in2Begin:     {Text: "mapping->writers++; /* write_seqschedlock */", Add: SeqLock},
	in2Always:    {Text: "unmap_mapping_range(mapping, page->index, PAGE_CACHE_SIZE, 0);", Add: Always},
	in2Mapped:    {Text: "while (page_mapped(page)) {"},
	in2Unmap:     {Text: "        unmap_mapping_range(mapping, page->index, PAGE_CACHE_SIZE, 0);"},
	in2Again:     {Text: "}", Del: Locked},
	in2BugOn:     {Text: "BUG_ON(page_mapped(page));", Add: Locked},
	in2Dirty:     {Text: "was_dirty = test_clear_page_dirty(page);", Del: Locked},
	in2Complete:  {Text: "ok = invalidate_complete_page(mapping, page);", Del: TwoFunctions},
	in2Complete2: {Text: "ok = invalidate_complete_page2(mapping, page);", Add: TwoFunctions},
	in2Failed:    {Text: "if (!ok) ret = -EIO;"},
	in2Redirty:   {Text: "if (!ok && was_dirty) set_page_dirty(page);", Del: Locked},
	in2Sequence:  {Text: "mapping->sequence++; /* write_seqschedunlock */", Add: SeqLock},
	in2End:       {Text: "mapping->writers--;", Add: SeqLock},
	in2Unlock:    {Text: "unlock: unlock_page(page);"},
	in2Release:   {Text: "pagevec_release(&pvec);"},
	in2Return:    {Text: "return ret;"},
}}

// eio is what the function returns if it failed.
const eio = 1

func (s *State) invalidateInodePages2Range(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case in2Lookup:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case in2Page:
		if l.page = handle(x.Result()); l.page == 0 {
			return vm.Return
		}
	case in2Lock:
		return s.pg(x, l.page).Lock.Lock(x)
	case in2Mapping:
		return vm.Unless(s.cached(x, l.page), in2Unlock)
	case in2Writeback:
		if s.pg(x, l.page).Flags.Test(x, writeback) {
			return vm.Block
		}
	case in2Begin:
		vm.Store(x, &s.Writers, vm.Load(x, &s.Writers)+1)
	case in2Always, in2Unmap:
		return s.CPU[x.CPU].Call(fnUnmapMappingRange, locals{})
	case in2Mapped:
		return vm.Unless(s.mapped(x, l.page), in2BugOn)
	case in2Again:
		return vm.Goto(in2Mapped)
	case in2BugOn:
		return x.BugOn(s.mapped(x, l.page), l.page.page(), "page_mapped(page)")
	case in2Dirty:
		p := s.pg(x, l.page)
		if p.Flags.TestClear(x, dirty) {
			l.how |= wasDirty
		}
		p.drop(x)
	case in2Complete:
		return s.CPU[x.CPU].Call(fnInvalidateCompletePage, locals{page: l.page})
	case in2Complete2:
		return s.CPU[x.CPU].Call(fnInvalidateCompletePage2, locals{page: l.page})
	case in2Failed:
		if x.Result() == 0 {
			l.seq = eio
			s.pg(x, l.page).keep(x)
		}
	case in2Redirty:
		if l.seq == eio && l.how.has(wasDirty) {
			s.pg(x, l.page).Flags.Set(x, dirty)
		}
	case in2Sequence:
		vm.Store(x, &s.Sequence, vm.Load(x, &s.Sequence)+1)
	case in2End:
		vm.Store(x, &s.Writers, s.Writers-1)
	case in2Unlock:
		return s.pg(x, l.page).Lock.Unlock(x)
	case in2Release:
		s.put(x, l.page)
	case in2Return:
		return x.Return(l.seq)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
