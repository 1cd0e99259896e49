package swapoff

import "github.com/vmrace/vmrace/vm"

// shmem_unuse with shmem_unuse_inode, mm/shmem.c: moves the page of a handle from
// the swap cache to the page cache of the inode that holds the handle. It knows the
// inodes that are on the list.
//
// In 2.4.0 the page has left the swap cache before, and is not locked. Since 2.4.10
// swapoff has locked it. 2.6 lists inodes that have swap, takes those off that have
// none, and looks no further than info->next_index; there an entry that cannot be
// moved stays behind, which is left out.
const (
	smuList = iota
	smuNext
	smuPrune
	smuUnlist
	smuLock
	smuPruneLocked
	smuFind
	smuFreeFirst
	smuClear
	smuDelete
	smuAdd
	smuDelete26
	smuDirty
	smuPageUnlock
	smuClear26
	smuCount
	smuUnlock
	smuFree
	smuListEnd
)

var shmemUnuseListing = vm.Listing[State, locals]{Name: "shmem_unuse", Source: "mm/shmem.c", Step: (*State).shmemUnuse, Lines: []vm.Line{
	smuList:        {Text: "spin_lock(&shmem_ilock); /* shmem_swaplist_lock in 2.6 */"},
	smuNext:        {Text: "list_for_each(p, &shmem_inodes) {"},
	smuPrune:       {Text: "        if (!info->swapped)", Add: Swaplist, Del: PruneLocked},
	smuUnlist:      {Text: "                { list_del_init(&info->swaplist); continue; }", Add: Swaplist, Del: PruneLocked},
	smuLock:        {Text: "        spin_lock(&info->lock);"},
	smuPruneLocked: {Text: "        if (!info->swapped) { list_del_init(&info->swaplist); continue; }", Add: PruneLocked},
	smuFind:        {Text: "        if (info->i_direct[idx] == entry) {"},
	smuFreeFirst:   {Text: "                swap_free(entry);", Del: Swaplist},
	smuClear:       {Text: "                info->i_direct[idx] = 0;", Del: Swaplist},
	smuDelete:      {Text: "                delete_from_swap_cache(page);", Add: Hugh, Del: Swaplist},
	smuAdd:         {Text: "                add_to_page_cache(page, inode->i_mapping, idx);"},
	smuDelete26:    {Text: "                delete_from_swap_cache(page);", Add: Swaplist},
	smuDirty:       {Text: "                SetPageDirty(page);"},
	smuPageUnlock:  {Text: "                UnlockPage(page);", Del: Hugh},
	smuClear26:     {Text: "                info->i_direct[idx] = 0;", Add: Swaplist},
	smuCount:       {Text: "                info->swapped--; }"},
	smuUnlock:      {Text: "        spin_unlock(&info->lock);"},
	smuFree:        {Text: "        if (found) swap_free(entry);", Add: Swaplist},
	smuListEnd:     {Text: "} spin_unlock(&shmem_ilock);"},
}}

// shmemUnuse keeps in l.aux whether the entry was found.
func (s *State) shmemUnuse(x *vm.Exec, l *locals) vm.Next {
	in := &s.Inode
	switch x.Line {
	case smuList:
		return in.Ilock.Lock(x)
	case smuNext:
		return vm.Unless(!in.State.Test(x, notListed), smuListEnd)
	case smuPrune:
		s.useInode(x)
		return vm.Unless(vm.Load(x, &in.Swapped) == 0, smuLock)
	case smuUnlist:
		in.State.Set(x, notListed)
		return vm.Goto(smuListEnd)
	case smuLock:
		s.useInode(x)
		return in.Lock.Lock(x)
	case smuPruneLocked:
		if vm.Load(x, &in.Swapped) == 0 {
			in.State.Set(x, notListed)
			return vm.Goto(smuUnlock)
		}
	case smuFind:
		found := vm.Load(x, &in.Entry) == swapped(l.entry) && !in.State.Test(x, truncated)
		return vm.Unless(found, smuUnlock)
	case smuFreeFirst:
		s.swapFree(x, l.entry)
	case smuClear, smuClear26:
		vm.Store(x, &in.Entry, 0)
	case smuDelete, smuDelete26:
		return s.CPU[x.CPU].Call(fnDelete, locals{page: l.page})
	case smuAdd:
		l.aux = 1
		return s.addToPageCache(x, l.page)
	case smuDirty:
		s.Page[l.page].Flags.Set(x, dirty)
	case smuPageUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case smuCount:
		vm.Store(x, &in.Swapped, in.Swapped-1)
	case smuUnlock:
		return in.Lock.Unlock(x)
	case smuFree:
		if l.aux != 0 {
			s.swapFree(x, l.entry)
		}
	case smuListEnd:
		return in.Ilock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
