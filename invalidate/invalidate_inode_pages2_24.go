package invalidate

import "github.com/vmrace/vmrace/vm"

// invalidate_inode_pages2, mm/filemap.c, 2.4.20, with invalidate_this_page2 and
// truncate_complete_page: a page that somebody maps or holds stays in the cache
// and only loses PG_uptodate and PG_dirty; any other one is thrown out, after
// pagecache_lock was dropped. The tree_lock stands for pagecache_lock.
const (
	p24Lock = iota
	p24Page
	p24TryLock
	p24WaitGet
	p24WaitUnlock
	p24Wait
	p24WaitPut
	p24WaitAgain
	p24Count
	p24Get
	p24Unlock
	p24Dirty
	p24Uptodate
	p24LockTree
	p24Delete
	p24Null
	p24UnlockTree
	p24Put
	p24UnlockPage
	p24Release
	p24Return
	p24KeepDirty
	p24KeepUptodate
	p24KeepUnlockPage
	p24KeepUnlock
)

var invalidateInodePages224Listing = vm.Listing[State, locals]{Name: "invalidate_inode_pages2", Source: "mm/filemap.c, 2.4.20", Step: (*State).invalidateInodePages224, Lines: []vm.Line{
	p24Lock:           {Text: "restart: spin_lock(&pagecache_lock);", Add: Linux24},
	p24Page:           {Text: "page = list_entry(curr, struct page, list); if (!page) goto done;", Add: Linux24},
	p24TryLock:        {Text: "if (TryLockPage(page)) {", Add: Linux24},
	p24WaitGet:        {Text: "        page_cache_get(page);", Add: Linux24},
	p24WaitUnlock:     {Text: "        spin_unlock(&pagecache_lock);", Add: Linux24},
	p24Wait:           {Text: "        wait_on_page(page);", Add: Linux24, Sleeps: true},
	p24WaitPut:        {Text: "        page_cache_release(page);", Add: Linux24},
	p24WaitAgain:      {Text: "        goto restart; }", Add: Linux24},
	p24Count:          {Text: "if (page_count(page) == 1 + !!page->buffers) {", Add: Linux24},
	p24Get:            {Text: "        page_cache_get(page);", Add: Linux24},
	p24Unlock:         {Text: "        spin_unlock(&pagecache_lock);", Add: Linux24, Del: Linux24Hold},
	p24Dirty:          {Text: "        ClearPageDirty(page); /* truncate_complete_page */", Add: Linux24},
	p24Uptodate:       {Text: "        ClearPageUptodate(page);", Add: Linux24},
	p24LockTree:       {Text: "        spin_lock(&pagecache_lock); /* remove_inode_page */", Add: Linux24, Del: Linux24Hold},
	p24Delete:         {Text: "        remove_page_from_hash_queue(page);", Add: Linux24},
	p24Null:           {Text: "        page->mapping = NULL;", Add: Linux24},
	p24UnlockTree:     {Text: "        spin_unlock(&pagecache_lock);", Add: Linux24},
	p24Put:            {Text: "        page_cache_release(page);", Add: Linux24},
	p24UnlockPage:     {Text: "        UnlockPage(page);", Add: Linux24},
	p24Release:        {Text: "        page_cache_release(page);", Add: Linux24},
	p24Return:         {Text: "        return; }", Add: Linux24},
	p24KeepDirty:      {Text: "ClearPageDirty(page);", Add: Linux24},
	p24KeepUptodate:   {Text: "ClearPageUptodate(page);", Add: Linux24},
	p24KeepUnlockPage: {Text: "UnlockPage(page);", Add: Linux24},
	p24KeepUnlock:     {Text: "done: spin_unlock(&pagecache_lock);", Add: Linux24},
}}

func (s *State) invalidateInodePages224(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case p24Lock, p24LockTree:
		return s.TreeLock.WriteLockIRQ(x)
	case p24Page:
		l.page = vm.Load(x, &s.Tree)
		return vm.Unless(l.page != 0, p24KeepUnlock)
	case p24TryLock:
		return vm.Unless(!s.pg(x, l.page).Lock.TryLock(x), p24Count)
	case p24WaitGet, p24Get:
		s.get(x, l.page)
	case p24WaitUnlock, p24Unlock, p24UnlockTree, p24KeepUnlock:
		return s.TreeLock.WriteUnlockIRQ(x)
	case p24Wait:
		if p := s.pg(x, l.page); vm.Load(x, &p.Lock) != (vm.PageLock{}) {
			return vm.Block
		}
	case p24WaitPut, p24Put, p24Release:
		s.put(x, l.page)
	case p24WaitAgain:
		return vm.Goto(p24Lock)
	case p24Count:
		return vm.Unless(s.count(x, l.page) == 1, p24KeepDirty)
	case p24Dirty, p24KeepDirty:
		p := s.pg(x, l.page)
		p.Flags.Clear(x, dirty)
		p.drop(x)
	case p24Uptodate, p24KeepUptodate:
		s.clearUptodate(x, l.page)
	case p24Delete:
		s.treeDelete(x, l.page)
	case p24Null:
		s.clearMapping(x, l.page)
	case p24UnlockPage, p24KeepUnlockPage:
		return s.pg(x, l.page).Lock.Unlock(x)
	case p24Return:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
