package invalidate

import "github.com/vmrace/vmrace/vm"

// filemap_nopage, mm/filemap.c: finds the page of the file for a fault, reads it
// if need be, and returns it with a reference. Up to 2.6.22 the page lock is
// taken only to read, and a read that failed is tried once more; from 2.6.23 on (as filemap_fault) the page comes locked
// and i_size is looked at again under its lock. NULL stands for SIGBUS or OOM.
const (
	fnSize = iota
	fnFind
	fnFindLock
	fnPage
	fnCacheRead
	fnError
	fnAgain
	fnUptodate
	fnLock
	fnMapping
	fnStill
	fnReadpage
	fnSetUptodate
	fnReadUnlock
	fnReadPut
	fnReadAgain
	fnSizeLocked
	fnReturn
	fnStillUnlock
	fnStillReturn
	fnGone
	fnGonePut
	fnGoneAgain
	fnBeyond
	fnBeyondPut
)

var filemapNopageListing = vm.Listing[State, locals]{Name: "filemap_nopage", Source: "mm/filemap.c, 2.6.16; filemap_fault, 2.6.23", Step: (*State).filemapNopage, Lines: []vm.Line{
	fnSize:        {Text: "retry_all: if (pgoff >= i_size_read(inode)) return NOPAGE_SIGBUS;", Del: SizeFirst},
	fnFind:        {Text: "retry_find: page = find_get_page(mapping, pgoff);", Del: Locked},
	fnFindLock:    {Text: "retry_find: page = find_lock_page(mapping, pgoff);", Add: Locked},
	fnPage:        {Text: "if (!page) {"},
	fnCacheRead:   {Text: "        error = page_cache_read(file, pgoff);"},
	fnError:       {Text: "        if (error) return NOPAGE_OOM;"},
	fnAgain:       {Text: "        goto retry_find; }"},
	fnUptodate:    {Text: "if (!PageUptodate(page)) {"},
	fnLock:        {Text: "        lock_page(page);", Sleeps: true, Del: Locked},
	fnMapping:     {Text: "        if (!page->mapping) goto gone;", Del: Locked},
	fnStill:       {Text: "        if (PageUptodate(page)) goto still;", Del: Locked},
	fnReadpage:    {Text: "        mapping->a_ops->readpage(file, page);"},
	fnSetUptodate: {Text: "        SetPageUptodate(page); /* end of I/O */"},
	fnReadUnlock:  {Text: "        unlock_page(page); /* end of I/O */"},
	fnReadPut:     {Text: "        page_cache_release(page);", Add: Locked},
	fnReadAgain:   {Text: "        goto retry_find; }", Add: Locked},
	fnSizeLocked:  {Text: "if (pgoff >= i_size_read(inode)) goto beyond;", Add: Locked},
	fnReturn:      {Text: "success: return page;"},
	fnStillUnlock: {Text: "still: unlock_page(page);", Del: Locked},
	fnStillReturn: {Text: "return page;", Del: Locked},
	fnGone:        {Text: "gone: unlock_page(page);", Del: Locked},
	fnGonePut:     {Text: "page_cache_release(page);", Del: Locked},
	fnGoneAgain:   {Text: "goto retry_all;", Del: Locked},
	fnBeyond:      {Text: "beyond: unlock_page(page);", Add: Locked},
	fnBeyondPut:   {Text: "page_cache_release(page); /* 745ad48e8cac */", Add: Locked, Del: FaultLeak},
}}

func (s *State) filemapNopage(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case fnSize:
		if vm.Load(x, &s.Size) == 0 {
			return x.Return(0)
		}
	case fnFind:
		return s.CPU[x.CPU].Call(fnFindGetPage, locals{})
	case fnFindLock:
		return s.CPU[x.CPU].Call(fnFindLockPage, locals{})
	case fnPage:
		l.page = handle(x.Result())
		return vm.Unless(l.page == 0, fnUptodate)
	case fnCacheRead:
		return s.CPU[x.CPU].Call(fnPageCacheRead, locals{})
	case fnError:
		if x.Result() == noMemory {
			return x.Return(0)
		}
	case fnAgain, fnReadAgain:
		return vm.Goto(fnFind)
	case fnUptodate:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, uptodate), fnSizeLocked)
	case fnLock:
		return s.pg(x, l.page).Lock.Lock(x)
	case fnMapping:
		return vm.Unless(s.cached(x, l.page), fnGone)
	case fnStill:
		return vm.Unless(!s.pg(x, l.page).Flags.Test(x, uptodate), fnStillUnlock)
	case fnReadpage:
		s.readpage(x, l.page)
	case fnSetUptodate:
		s.pg(x, l.page).Flags.Set(x, uptodate)
	case fnReadUnlock, fnStillUnlock, fnGone, fnBeyond:
		return s.pg(x, l.page).Lock.Unlock(x)
	case fnReadPut, fnGonePut, fnBeyondPut:
		s.put(x, l.page)
	case fnGoneAgain:
		return vm.Goto(fnSize)
	case fnSizeLocked:
		return vm.Unless(vm.Load(x, &s.Size) != 0, fnBeyond)
	case fnReturn, fnStillReturn:
		return x.Return(uint8(l.page))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
