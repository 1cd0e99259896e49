package swapoff

import "github.com/vmrace/vmrace/vm"

// shrink_mmap, mm/filemap.c, on the page of l.page: drops a page of the swap
// cache that nobody else uses. pagecache_lock, under which the count is tested,
// is not held any more when the page is taken out.
const (
	shkTry = iota
	shkGet
	shkDirty
	shkDelete
	shkCount
	shkTest
	shkClear
	shkFreeLocked
	shkUnhash
	shkFree
	shkRelease
	shkUnlock
	shkPut
)

var shrinkListing = vm.Listing[State, locals]{Name: "shrink_mmap", Source: "mm/filemap.c", Step: (*State).shrink, Lines: []vm.Line{
	shkTry:        {Text: "if (page_count(page) > 1 || TryLockPage(page)) continue; /* under pagemap_lru_lock */"},
	shkGet:        {Text: "get_page(page);"},
	shkDirty:      {Text: "if (PageDirty(page)) { ClearPageDirty(page); writepage(page); continue; }", Add: Hugh},
	shkDelete:     {Text: "if (freeable && PageSwapCache(page)) { __delete_from_swap_cache(page); } /* under pagecache_lock */", Add: Hugh},
	shkCount:      {Text: "if (page_count(page) == 2 /* under pagecache_lock */", Del: Hugh},
	shkTest:       {Text: "                && PageSwapCache(page)) {", Del: Hugh},
	shkClear:      {Text: "        PageClearSwapCache(page); /* __delete_from_swap_cache */", Del: Hugh},
	shkFreeLocked: {Text: "        swap_device_lock(p); remove_inode_page(page); swap_free(page->index); swap_device_unlock(p);", Add: FreeLocked, Del: Hugh},
	shkUnhash:     {Text: "        remove_inode_page(page);", Del: Hugh | FreeLocked},
	shkFree:       {Text: "        swap_free(page->index);", Del: FreeLocked},
	shkRelease:    {Text: "        __free_page(page); }"},
	shkUnlock:     {Text: "UnlockPage(page);"},
	shkPut:        {Text: "__free_page(page);"},
}}

func (s *State) shrink(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case shkTry:
		// A page that has left the page cache is off the LRU list, too.
		if !vm.Load(x, &s.Hash).Has(int(l.page)) || pg.Count.Read(x) > 1 || !pg.Lock.TryLock(x) {
			return vm.Return
		}
	case shkGet:
		s.getPage(x, l.page)
	case shkDirty:
		if !pg.Flags.Test(x, dirty) {
			return vm.Fall
		}
		pg.Flags.Clear(x, dirty)
		s.writePage(x, l.page, *vm.Look(x, &pg.Index))
		return vm.Goto(shkUnlock)
	case shkDelete:
		if pg.Count.Read(x) != 2 || !pg.Flags.Test(x, swapCache) {
			return vm.Goto(shkUnlock)
		}
		pg.Flags.Clear(x, swapCache)
		s.deleteUnhash(x, l.page)
	case shkCount:
		return vm.Unless(pg.Count.Read(x) == 2, shkUnlock)
	case shkTest:
		return vm.Unless(pg.Flags.Test(x, swapCache), shkUnlock)
	case shkClear:
		pg.Flags.Clear(x, swapCache)
	case shkUnhash:
		s.deleteUnhash(x, l.page)
	case shkFree:
		s.swapFree(x, *vm.Look(x, &pg.Index))
	case shkFreeLocked:
		s.deleteUnhash(x, l.page)
		s.swapFree(x, *vm.Look(x, &pg.Index))
	case shkRelease, shkPut:
		s.putPage(x, l.page)
	case shkUnlock:
		return pg.Lock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
