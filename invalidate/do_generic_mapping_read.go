package invalidate

import "github.com/vmrace/vmrace/vm"

// do_generic_mapping_read, mm/filemap.c: read(). It must not return data that
// are older than what an invalidation had promised when it began.
const (
	rdBegin = iota
	rdFind
	rdPage
	rdCacheRead
	rdError
	rdAgain
	rdUptodate
	rdLock
	rdMapping
	rdStill
	rdReadpage
	rdSetUptodate
	rdUnlock
	rdCopy
	rdPut
	rdReturn
	rdStillUnlock
	rdStillCopy
	rdGone
	rdGonePut
	rdGoneAgain
)

var doGenericMappingReadListing = vm.Listing[State, locals]{Name: "do_generic_mapping_read", Source: "mm/filemap.c, 2.6.16", Step: (*State).doGenericMappingRead, Lines: []vm.Line{
	rdBegin:       {Text: "read(fd, buf, PAGE_CACHE_SIZE); /* begins */"},
	rdFind:        {Text: "find_page: page = find_get_page(mapping, index);"},
	rdPage:        {Text: "if (!page) {"},
	rdCacheRead:   {Text: "        add_to_page_cache_lru, readpage; /* no_cached_page */"},
	rdError:       {Text: "        if (error) goto out;"},
	rdAgain:       {Text: "        goto find_page; }"},
	rdUptodate:    {Text: "if (!PageUptodate(page)) {"},
	rdLock:        {Text: "        lock_page(page);", Sleeps: true},
	rdMapping:     {Text: "        if (!page->mapping) goto gone;"},
	rdStill:       {Text: "        if (PageUptodate(page)) goto still;"},
	rdReadpage:    {Text: "        mapping->a_ops->readpage(filp, page);"},
	rdSetUptodate: {Text: "        SetPageUptodate(page); /* end of I/O */"},
	rdUnlock:      {Text: "        unlock_page(page); /* end of I/O */ }"},
	rdCopy:        {Text: "page_ok: ret = actor(desc, page, offset, nr);"},
	rdPut:         {Text: "page_cache_release(page);"},
	rdReturn:      {Text: "return;"},
	rdStillUnlock: {Text: "still: unlock_page(page);"},
	rdStillCopy:   {Text: "goto page_ok;"},
	rdGone:        {Text: "gone: unlock_page(page);"},
	rdGonePut:     {Text: "page_cache_release(page);"},
	rdGoneAgain:   {Text: "goto find_page;"},
}}

func (s *State) doGenericMappingRead(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case rdBegin:
		l.seq = *vm.Look(x, &s.Floor)
	case rdFind:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case rdPage:
		l.page = handle(x.Result())
		return vm.Unless(l.page == 0, rdUptodate)
	case rdCacheRead:
		return s.CPU[x.CPU].Call(fnPageCacheRead, locals{})
	case rdError:
		if x.Result() == noMemory {
			return vm.Return
		}
	case rdAgain, rdGoneAgain:
		return vm.Goto(rdFind)
	case rdUptodate:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, uptodate), rdCopy)
	case rdLock:
		return s.pg(x, l.page).Lock.Lock(x)
	case rdMapping:
		return vm.Unless(s.cached(x, l.page), rdGone)
	case rdStill:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, uptodate), rdStillUnlock)
	case rdReadpage:
		s.readpage(x, l.page)
	case rdSetUptodate:
		s.pg(x, l.page).Flags.Set(x, uptodate)
	case rdUnlock, rdStillUnlock, rdGone:
		return s.pg(x, l.page).Lock.Unlock(x)
	case rdCopy:
		if vm.Load(x, &s.pg(x, l.page).Data) < l.seq {
			x.Bug(Stale, l.page.page(), "read")
		}
	case rdPut, rdGonePut:
		s.put(x, l.page)
	case rdReturn:
		return vm.Return
	case rdStillCopy:
		return vm.Goto(rdCopy)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
