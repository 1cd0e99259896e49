package swapoff

import "github.com/vmrace/vmrace/vm"

// page_launder, or its like, to shmem_writepage, mm/shmem.c: moves the page of a segment
// that no process maps from the page cache of the inode to the swap cache. The write to
// the device comes later and is left out: the page stays dirty in the swap cache.
//
// The page lock keeps the inode alive as long as the page is in its page cache. 2.6
// lists the inode after that, and looks whether it is on the list without the lock of
// the list.
const (
	smwTry = iota
	smwGet
	smwSwap2
	smwSwap
	smwLock
	smwEntry
	smwBug
	smwIndex
	smwSet
	smwRemove
	smwRelease
	smwDup
	smwAdd
	smwAdd24
	smwAdd26
	smwReleaseLast
	smwRemove26
	smwRelease26
	smwDup26
	smwDirty
	smwSetLast
	smwCount
	smwIgrab
	smwUnlock
	smwListed
	smwGrabbed
	smwList
	smwMove
	smwListEnd
	smwPageUnlock
	smwPut
	smwBack
	smwBackUnlock
	smwBackFree
	smwBackAgain
	smwRedirty
	smwIput
)

var shmemWritepageListing = vm.Listing[State, locals]{Name: "shmem_writepage", Source: "mm/shmem.c", Step: (*State).shmemWritepage, Lines: []vm.Line{
	smwTry:         {Text: "if (page_count(page) > 1 || TryLockPage(page)) continue; /* page_launder */"},
	smwGet:         {Text: "page_cache_get(page); ClearPageDirty(page); writepage(page);"},
	smwSwap2:       {Text: "swap = __get_swap_page(2);", Del: Hugh},
	smwSwap:        {Text: "getswap: swap = get_swap_page();", Add: Hugh},
	smwLock:        {Text: "spin_lock(&info->lock);"},
	smwEntry:       {Text: "if (entry->val) { __swap_free(swap, 2); goto out; }", Del: Hugh},
	smwBug:         {Text: "if (entry->val) BUG();", Add: Hugh},
	smwIndex:       {Text: "if (index >= info->next_index) goto unlock;", Add: Swaplist},
	smwSet:         {Text: "*entry = swap;", Del: Hugh},
	smwRemove:      {Text: "remove_inode_page(page);", Del: Swaplist},
	smwRelease:     {Text: "page_cache_release(page);", Add: Hugh, Del: Swaplist},
	smwDup:         {Text: "swap_duplicate(swap); /* add_to_swap_cache */", Add: Hugh, Del: Swaplist},
	smwAdd:         {Text: "add_to_swap_cache(page, swap);", Del: Hugh},
	smwAdd24:       {Text: "if (add_to_page_cache_unique(...)) { swap_free(swap); goto back; }", Add: Hugh, Del: Swaplist},
	smwAdd26:       {Text: "if (__add_to_swap_cache(page, swap)) goto unlock;", Add: Swaplist},
	smwReleaseLast: {Text: "page_cache_release(page);", Del: Hugh},
	smwRemove26:    {Text: "remove_from_page_cache(page);", Add: Swaplist},
	smwRelease26:   {Text: "page_cache_release(page);", Add: Swaplist},
	smwDup26:       {Text: "if (!swap_duplicate(swap)) BUG();", Add: Swaplist},
	smwDirty:       {Text: "SetPageDirty(page);"},
	smwSetLast:     {Text: "*entry = swap;", Add: Hugh},
	smwCount:       {Text: "info->swapped++;"},
	smwIgrab:       {Text: "inode = list_empty(&info->swaplist) ? igrab(inode) : NULL;", Add: ListIgrab},
	smwUnlock:      {Text: "out: spin_unlock(&info->lock);"},
	smwListed:      {Text: "if (list_empty(&info->swaplist)) {", Add: Swaplist, Del: ListIgrab},
	smwGrabbed:     {Text: "if (inode) {", Add: ListIgrab},
	smwList:        {Text: "        spin_lock(&shmem_swaplist_lock);", Add: Swaplist},
	smwMove:        {Text: "        list_move_tail(&info->swaplist, &shmem_swaplist);", Add: Swaplist},
	smwListEnd:     {Text: "        spin_unlock(&shmem_swaplist_lock); }", Add: Swaplist},
	smwPageUnlock:  {Text: "UnlockPage(page);"},
	smwPut:         {Text: "page_cache_release(page);"},
	smwBack:        {Text: "back: add_to_page_cache_locked(page, mapping, index);", Add: Hugh, Del: Swaplist},
	smwBackUnlock:  {Text: "unlock: spin_unlock(&info->lock);", Add: Hugh},
	smwBackFree:    {Text: "        swap_free(swap);", Add: Hugh},
	smwBackAgain:   {Text: "        goto getswap;", Add: Hugh, Del: Swaplist},
	smwRedirty:     {Text: "        set_page_dirty(page); unlock_page(page); return;", Add: Swaplist},
	smwIput:        {Text: "iput(inode);", Add: ListIgrab},
}}

// shmemWritepage keeps in l.aux whether it has grabbed the inode.
func (s *State) shmemWritepage(x *vm.Exec, l *locals) vm.Next {
	in := &s.Inode
	switch x.Line {
	case smwTry:
		set := vm.Load(x, &in.Pages)
		if set == 0 {
			return vm.Return
		}
		l.page = uint8(set.First())
		if s.Page[l.page].Count.Read(x) > 1 || !s.Page[l.page].Lock.TryLock(x) {
			return vm.Return
		}
	case smwGet:
		s.getPage(x, l.page)
		s.Page[l.page].Flags.Clear(x, dirty)
	case smwSwap2:
		return s.swapForPage(x, l, 2)
	case smwSwap:
		return s.swapForPage(x, l, 1)
	case smwLock:
		s.useInode(x)
		return in.Lock.Lock(x)
	case smwEntry:
		if vm.Load(x, &in.Entry) != 0 {
			s.swapFree(x, l.entry)
			s.swapFree(x, l.entry)
			return vm.Goto(smwUnlock)
		}
	case smwBug:
		return x.BugOn(vm.Load(x, &in.Entry) != 0, -1, "entry->val")
	case smwIndex:
		return vm.Unless(!in.State.Test(x, truncated), smwBackUnlock)
	case smwSet, smwSetLast:
		vm.Store(x, &in.Entry, swapped(l.entry))
	case smwRemove, smwRemove26:
		s.removeFromPageCache(x, l.page)
	case smwRelease, smwReleaseLast, smwRelease26:
		s.putPage(x, l.page)
	case smwDup, smwDup26:
		s.swapDuplicate(x, l.entry)
	case smwAdd24:
		if s.lookCached(x, l.entry) > 0 {
			s.swapFree(x, l.entry)
			return vm.Goto(smwBack)
		}
		return s.addToSwapCache(x, l.page, l.entry)
	case smwAdd26:
		if s.lookCached(x, l.entry) > 0 {
			return vm.Goto(smwBackUnlock)
		}
		return s.addToSwapCache(x, l.page, l.entry)
	case smwAdd:
		return s.addToSwapCache(x, l.page, l.entry)
	case smwDirty:
		s.Page[l.page].Flags.Set(x, dirty)
	case smwCount:
		vm.Store(x, &in.Swapped, in.Swapped+1)
	case smwIgrab:
		if in.State.Test(x, notListed) && !in.State.Test(x, freeing) {
			in.Count.Inc(x)
			l.aux = 1
		}
	case smwUnlock:
		return in.Lock.Unlock(x)
	case smwListed:
		s.useInode(x)
		return vm.Unless(in.State.Test(x, notListed), smwPageUnlock)
	case smwGrabbed:
		return vm.Unless(l.aux != 0, smwPageUnlock)
	case smwList:
		return in.Ilock.Lock(x)
	case smwMove:
		s.useInode(x)
		in.State.Clear(x, notListed)
	case smwListEnd:
		return in.Ilock.Unlock(x)
	case smwPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case smwPut:
		s.putPage(x, l.page)
		if l.aux == 0 {
			return vm.Return
		}
		return vm.Goto(smwIput)
	case smwBack:
		return s.addToPageCache(x, l.page)
	case smwBackUnlock:
		return in.Lock.Unlock(x)
	case smwBackFree:
		s.swapFree(x, l.entry)
	case smwBackAgain:
		return vm.Goto(smwSwap)
	case smwRedirty:
		s.Page[l.page].Flags.Set(x, dirty)
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		return vm.Return
	case smwIput:
		return s.CPU[x.CPU].Call(fnIput, locals{})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// swapForPage takes a handle for the page, or gives up.
func (s *State) swapForPage(x *vm.Exec, l *locals, n vm.SwapCount) vm.Next {
	if !vm.Look(x, &s.SwapLk).Free() {
		return vm.Block
	}
	e, ok := s.getSwapPage(x, n)
	l.entry = e
	if ok {
		return vm.Fall
	}
	s.Page[l.page].Flags.Set(x, dirty)
	s.Page[l.page].Lock.Unlock(x)
	s.putPage(x, l.page)
	return vm.Return
}
