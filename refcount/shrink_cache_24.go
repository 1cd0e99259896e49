package refcount

import "github.com/vmrace/vmrace/vm"

// shrink_cache, mm/vmscan.c, 2.4.14 to 2.4.27: looks at the page at the tail of
// the inactive list with the LRU lock held, and lets go of the lock only to wait
// for a page that is being written; for that it takes a reference. Starting to
// write a dirty page is left out.
const (
	s24Lock = iota
	s24Page
	s24Count
	s24TryLock
	s24Launder
	s24Get
	s24Unless
	s24Unlock
	s24Wait
	s24Put
	s24Relock
	s24TreeLock
	s24Freeable
	s24Remove
	s24TreeUnlock
	s24Clear
	s24Del
	s24Nr
	s24UnlockPage
	s24LastPut
	s24Free
	s24Done
	s24TreeKeep
	s24KeepPage
	s24End
)

var shrinkCache24Listing = vm.Listing[State, locals]{Name: "shrink_cache", Source: "mm/vmscan.c, 2.4", Step: (*State).shrinkCache24, Lines: []vm.Line{
	s24Lock:       {Text: "spin_lock(&pagemap_lru_lock);", Add: ScanLocked},
	s24Page:       {Text: "page = list_entry(inactive_list.prev, struct page, lru);", Add: ScanLocked},
	s24Count:      {Text: "if (!page_count(page)) continue;", Add: ScanLocked},
	s24TryLock:    {Text: "if (TryLockPage(page)) {", Add: ScanLocked},
	s24Launder:    {Text: "        if (PageLaunder(page) && (gfp_mask & __GFP_FS)) {", Add: ScanLocked},
	s24Get:        {Text: "                page_cache_get(page);", Add: ScanLocked, Del: Walker24},
	s24Unless:     {Text: "                if (!get_page_unless_zero(page)) continue;", Add: Walker24},
	s24Unlock:     {Text: "                spin_unlock(&pagemap_lru_lock);", Add: ScanLocked},
	s24Wait:       {Text: "                wait_on_page(page);", Add: ScanLocked, Sleeps: true},
	s24Put:        {Text: "                page_cache_release(page);", Add: ScanLocked},
	s24Relock:     {Text: "                spin_lock(&pagemap_lru_lock); continue; }", Add: ScanLocked},
	s24TreeLock:   {Text: "spin_lock(&pagecache_lock);", Add: ScanLocked},
	s24Freeable:   {Text: "if (!page->mapping || !is_page_cache_freeable(page)) continue;", Add: ScanLocked},
	s24Remove:     {Text: "__delete_from_swap_cache(page);", Add: ScanLocked},
	s24TreeUnlock: {Text: "spin_unlock(&pagecache_lock);", Add: ScanLocked},
	s24Clear:      {Text: "ClearPageLRU(page); /* __lru_cache_del */", Add: ScanLocked},
	s24Del:        {Text: "list_del(&page->lru);", Add: ScanLocked},
	s24Nr:         {Text: "nr_inactive_pages--;", Add: ScanLocked},
	s24UnlockPage: {Text: "UnlockPage(page);", Add: ScanLocked},
	s24LastPut:    {Text: "if (put_page_testzero(page)) /* page_cache_release */", Add: ScanLocked},
	s24Free:       {Text: "        __free_pages_ok(page, 0);", Add: ScanLocked},
	s24Done:       {Text: "goto unlock;", Add: ScanLocked},
	s24TreeKeep:   {Text: "keep: spin_unlock(&pagecache_lock);", Add: ScanLocked},
	s24KeepPage:   {Text: "UnlockPage(page);", Add: ScanLocked},
	s24End:        {Text: "unlock: spin_unlock(&pagemap_lru_lock);", Add: ScanLocked},
}}

func (s *State) shrinkCache24(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	pg := &s.Page[p]
	switch x.Line {
	case s24Lock, s24Relock:
		n := s.LRU.Lock(x)
		if n == vm.Fall && x.Line == s24Relock {
			return vm.Goto(s24End)
		}
		return n
	case s24Page:
		p, ok := s.Inactive.Tail(x)
		if !ok {
			return vm.Goto(s24End)
		}
		vm.Look(x, &s.Page[p].Life)
		l.page = s.pointer(p)
	case s24Count:
		return vm.Unless(s.pageCount(x, l.page) != 0, s24End)
	case s24TryLock:
		if pg.Lock.TryLock(x) {
			return vm.Goto(s24TreeLock)
		}
	case s24Launder:
		return vm.Unless(pg.Flags.Test(x, launder), s24End)
	case s24Get:
		s.get(x, l.page)
	case s24Unless:
		return vm.Unless(pg.Count.IncNotZero(x), s24End)
	case s24Unlock:
		return s.unlockLRU(x)
	case s24Wait:
		return waitOnPage(x, &pg.Lock)
	case s24Put:
		return s.CPU[x.CPU].Call(fnPut, locals{page: l.page})
	case s24TreeLock:
		return s.Tree.Lock(x)
	case s24Freeable:
		return vm.Unless(s.pageCount(x, l.page) == 1 && pg.Flags.Test(x, mapping), s24TreeKeep)
	case s24Remove:
		s.uncache(x, l.page)
	case s24TreeUnlock:
		return s.Tree.Unlock(x)
	case s24Clear:
		pg.Flags.Clear(x, lru)
	case s24Del:
		s.Inactive.Del(x, p)
	case s24Nr:
		s.nrDel(x, p)
	case s24UnlockPage:
		return pg.Lock.Unlock(x)
	case s24LastPut:
		return vm.Unless(s.put(x, l.page), s24Done)
	case s24Free:
		s.freeUnchecked(x, l.page)
	case s24Done:
		return vm.Goto(s24End)
	case s24TreeKeep:
		return s.Tree.Unlock(x)
	case s24KeepPage:
		return pg.Lock.Unlock(x)
	case s24End:
		return s.unlockLRU(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// waitOnPage is wait_on_page: it sleeps while the page is locked.
func waitOnPage(x *vm.Exec, l *vm.PageLock) vm.Next {
	if v := vm.Load(x, l); v.Locked() {
		return vm.Block
	}
	return vm.Fall
}
