package swapoff

import "github.com/vmrace/vmrace/vm"

// iput, fs/inode.c, to shmem_delete_inode and shmem_truncate, mm/shmem.c: the last
// reference to a segment goes, with a munmap, an exit or a close, under no lock that
// swapoff takes. The page cache is emptied first, then the swap entries are freed.
//
// 2.4.0 takes the inode off the list before, and looks up and locks the page of the
// handle under info->lock. Since 2.4.10 free_swap_and_cache drops a page that it can
// lock at once. 2.6 lowers info->next_index, so that nobody else looks at the entries,
// frees them without the lock, empties the page cache again, and then looks whether
// the inode is on the list.
const (
	iptPut = iota
	iptFind
	iptPageLock
	iptMapped
	iptRemove
	iptRelease
	iptPageUnlock
	iptPagePut
	iptList
	iptUnlist
	iptListEnd
	iptSem
	iptLock
	iptIndex
	iptIndexEnd
	iptEntry
	iptFree
	iptClear
	iptLookup
	iptFound
	iptSwapLock
	iptFreeCache
	iptOneUser
	iptDelete
	iptSwapUnlock
	iptSwapPut
	iptClear26
	iptAgain
	iptLock26
	iptCount
	iptUnlock
	iptUp
	iptListed
	iptList26
	iptUnlist26
	iptListEnd26
	iptPages
	iptDestroy
)

var iputListing = vm.Listing[State, locals]{Name: "iput", Source: "fs/inode.c", Step: (*State).iput, Lines: []vm.Line{
	iptPut:        {Text: "if (!atomic_dec_and_lock(&inode->i_count, &inode_lock)) return; i_state |= I_FREEING;"},
	iptFind:       {Text: "while ((page = mapping->pages)) { get_page(page); /* truncate_inode_pages */"},
	iptPageLock:   {Text: "        lock_page(page);", Sleeps: true},
	iptMapped:     {Text: "        if (page->mapping == mapping) {"},
	iptRemove:     {Text: "                remove_inode_page(page);"},
	iptRelease:    {Text: "                page_cache_release(page); }"},
	iptPageUnlock: {Text: "        UnlockPage(page);"},
	iptPagePut:    {Text: "        page_cache_release(page); }"},
	iptList:       {Text: "spin_lock(&shmem_ilock); /* shmem_delete_inode */", Del: Swaplist},
	iptUnlist:     {Text: "list_del(&info->list);", Del: Swaplist},
	iptListEnd:    {Text: "spin_unlock(&shmem_ilock);", Del: Swaplist},
	iptSem:        {Text: "down(&info->sem); /* shmem_truncate */", Add: Hugh, Del: Swaplist, Sleeps: true},
	iptLock:       {Text: "spin_lock(&info->lock); /* shmem_truncate */"},
	iptIndex:      {Text: "info->next_index = 0;", Add: Swaplist},
	iptIndexEnd:   {Text: "spin_unlock(&info->lock);", Add: Swaplist},
	iptEntry:      {Text: "entry = *ptr; if (entry.val) {"},
	iptFree:       {Text: "        swap_free(entry);", Del: Hugh},
	iptClear:      {Text: "        *ptr = 0;", Del: Swaplist},
	iptLookup:     {Text: "        page = lookup_swap_cache(entry);", Del: Hugh},
	iptFound:      {Text: "        if (page) {", Del: Hugh},
	iptSwapLock:   {Text: "                lock_page(page); /* delete_from_swap_cache */", Del: Hugh, Sleeps: true},
	iptFreeCache:  {Text: "        if (swap_entry_free(entry) == 1 && (page = find_trylock_page(entry))) {", Add: Hugh},
	iptOneUser:    {Text: "                page_cache_get(page); if (page_count(page) == 2)", Add: Hugh},
	iptDelete:     {Text: "                        delete_from_swap_cache(page);"},
	iptSwapUnlock: {Text: "                UnlockPage(page);"},
	iptSwapPut:    {Text: "                page_cache_release(page); }"},
	iptClear26:    {Text: "        *ptr = 0; }", Add: Swaplist},
	iptAgain:      {Text: "if (mapping->nrpages) truncate_inode_pages(mapping);", Add: TruncateAgain},
	iptLock26:     {Text: "spin_lock(&info->lock);", Add: Swaplist},
	iptCount:      {Text: "info->swapped -= freed;"},
	iptUnlock:     {Text: "spin_unlock(&info->lock);"},
	iptUp:         {Text: "up(&info->sem);", Add: Hugh, Del: Swaplist},
	iptListed:     {Text: "if (!list_empty(&info->swaplist)) {", Add: Swaplist},
	iptList26:     {Text: "        spin_lock(&shmem_swaplist_lock);", Add: Swaplist},
	iptUnlist26:   {Text: "        list_del_init(&info->swaplist);", Add: Swaplist},
	iptListEnd26:  {Text: "        spin_unlock(&shmem_swaplist_lock); }", Add: Swaplist},
	iptPages:      {Text: "if (inode->i_data.nrpages) BUG(); /* clear_inode */"},
	iptDestroy:    {Text: "destroy_inode(inode);"},
}}

// iput keeps the entry in l.pte, and in l.aux that it empties the page cache again.
func (s *State) iput(x *vm.Exec, l *locals) vm.Next {
	in := &s.Inode
	if l.page == none && iptOneUser <= x.Line && x.Line <= iptSwapPut {
		return noPage(x)
	}
	switch x.Line {
	case iptPut:
		if !in.Count.DecAndTest(x) {
			return vm.Return
		}
		in.State.Set(x, freeing)
	case iptFind:
		p, ok := s.findInPageCache(x)
		l.page = p
		switch {
		case !ok && l.aux != 0:
			l.page = 0
			return vm.Goto(iptLock26)
		case !ok:
			return vm.Goto(iptList)
		}
	case iptPageLock, iptSwapLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case iptMapped:
		return vm.Unless(vm.Load(x, &in.Pages).Has(int(l.page)), iptPageUnlock)
	case iptRemove:
		s.removeFromPageCache(x, l.page)
	case iptRelease, iptSwapPut:
		s.putPage(x, l.page)
	case iptPageUnlock, iptSwapUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case iptPagePut:
		s.putPage(x, l.page)
		return vm.Goto(iptFind)
	case iptList, iptList26:
		return in.Ilock.Lock(x)
	case iptUnlist, iptUnlist26:
		in.State.Set(x, notListed)
	case iptListEnd, iptListEnd26:
		return in.Ilock.Unlock(x)
	case iptSem:
		return in.Sem.Down(x, &s.BKL)
	case iptLock, iptLock26:
		return in.Lock.Lock(x)
	case iptIndex:
		in.State.Set(x, truncated)
	case iptIndexEnd:
		return in.Lock.Unlock(x)
	case iptEntry:
		l.pte = vm.Load(x, &in.Entry)
		return vm.Unless(l.pte != 0, iptAgain)
	case iptFree:
		s.swapFree(x, l.pte.entry())
	case iptClear, iptClear26:
		vm.Store(x, &in.Entry, 0)
	case iptLookup:
		return s.CPU[x.CPU].Call(fnLookup, locals{entry: l.pte.entry()})
	case iptFound:
		l.page = x.Result()
		if l.page == noHandle {
			return vm.Goto(iptCount)
		}
		l.page--
	case iptFreeCache:
		e := l.pte.entry()
		s.swapFree(x, e)
		p, ok := s.pageOf(x, e)
		l.page = p
		return vm.Unless(ok && vm.Load(x, &s.Map[e]) == 1 && s.Page[p].Lock.TryLock(x), iptClear26)
	case iptOneUser:
		s.getPage(x, l.page)
		return vm.Unless(s.Page[l.page].Count.Read(x) == 2, iptSwapUnlock)
	case iptDelete:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case iptAgain:
		if vm.Load(x, &in.Pages) != 0 {
			l.aux = 1
			return vm.Goto(iptFind)
		}
	case iptCount:
		if l.pte != 0 {
			vm.Store(x, &in.Swapped, in.Swapped-1)
		}
	case iptUnlock:
		return in.Lock.Unlock(x)
	case iptUp:
		return in.Sem.Up(x)
	case iptListed:
		return vm.Unless(!in.State.Test(x, notListed), iptPages)
	case iptPages:
		return x.BugOn(vm.Load(x, &in.Pages) != 0, -1, "inode->i_data.nrpages")
	case iptDestroy:
		in.Life.Put(x, -1, 0)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
