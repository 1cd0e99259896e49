package swapoff

import "github.com/vmrace/vmrace/vm"

// The page cache of the inode, mm/filemap.c, and the oracles of the inode.

// findInPageCache is __find_page under pagecache_lock, with the get_page that belongs
// to it.
func (s *State) findInPageCache(x *vm.Exec) (p uint8, ok bool) {
	set := vm.Load(x, &s.Inode.Pages)
	if set == 0 {
		return none, false
	}
	p = uint8(set.First())
	s.getPage(x, p)
	return p, true
}

// addToPageCache is add_to_page_cache and add_to_page_cache_locked: the page is
// locked, gets a reference and is hashed under pagecache_lock. Its oracles: BUG if
// somebody else has locked the page; the inode has a page already.
func (s *State) addToPageCache(x *vm.Exec, p uint8) vm.Next {
	pg := &s.Page[p]
	if !vm.Look(x, &pg.Lock).HeldBy(x.CPU) && !pg.Lock.TryLock(x) {
		return x.BugOn(true, int(p), "PageLocked(page) in add_to_page_cache")
	}
	set := vm.Load(x, &s.Inode.Pages)
	if set != 0 {
		x.Bug(TwoCached, int(p), "")
	}
	s.getPage(x, p)
	vm.Store(x, &s.Inode.Pages, set.With(int(p)))
	return vm.Fall
}

// removeFromPageCache is remove_inode_page. The reference stays with the caller.
func (s *State) removeFromPageCache(x *vm.Exec, p uint8) {
	vm.Store(x, &s.Inode.Pages, vm.Load(x, &s.Inode.Pages).Without(int(p)))
}

// useInode is the oracle of an access to the inode.
func (s *State) useInode(x *vm.Exec) {
	if vm.Look(x, &s.Inode.Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, -1, "inode")
	}
}

// shows is the oracle of a fault that gives a page of the segment to a process.
func (s *State) shows(x *vm.Exec, l *locals) {
	*vm.Mark(x, &s.Mm[l.mm].Want[l.addr]) = *vm.Look(x, &s.Inode.Want)
	vm.Store(x, &s.Mm[l.mm].PTE[l.addr], mapped(l.page))
	s.sees(x, l.mm, l.addr, l.page)
}

// hole is the oracle of a fault that takes the place of a page for a hole, and
// fills it with zeros.
func (s *State) hole(x *vm.Exec) { x.Bug(LostData, -1, "shm page taken for a hole") }

// restInode checks the inode and its accounting.
func (s *State) restInode(x *vm.Exec) {
	in := &s.Inode
	n := int8(0)
	if in.Entry != 0 {
		n = 1
	}
	switch gone := in.Life.Free() > 0; {
	case gone && (in.Entry != 0 || in.Pages != 0):
		x.Bug(vm.Leak, -1, "entry of a dead segment")
	case gone && !in.State.Has(notListed):
		x.Bug(vm.ListCorruption, -1, "freed inode on the list")
	case !gone && in.Entry != 0 && in.State.Has(notListed):
		x.Bug(vm.ListCorruption, -1, "inode with swap off the list")
	case in.Want != 0 && !gone && (in.Count != 1 || in.State.Has(unused)):
		x.Bug(vm.Leak, -1, "inode")
	case !gone && in.Want != s.segment():
		x.Bug(LostData, -1, "shm")
	}
	if in.Swapped != n {
		x.Bug(vm.Accounting, -1, "info->swapped")
	}
}

// segment is what stands in the segment: in its page, or where its handle leads to.
func (s *State) segment() data {
	switch in := &s.Inode; {
	case in.Pages != 0:
		return s.Page[in.Pages.First()].Data
	case in.Entry != 0:
		return s.stored(in.Entry.entry())
	default:
		return 0
	}
}

// hasInode reports whether the segment is there and in use.
func hasInode(s *State, x *vm.Exec) bool {
	return *vm.Look(x, &s.Inode.Want) != 0 && !vm.Look(x, &s.Inode.State).Has(unused)
}

// attachedInode reports whether the task has mm 0, which has the segment.
func attachedInode(s *State, x *vm.Exec, l *locals) bool { return owns(0)(s, x, l) && hasInode(s, x) }

// lastUser reports whether no process uses the segment, and lets none do so any
// more.
func lastUser(s *State, x *vm.Exec, _ *locals) bool {
	if !hasInode(s, x) {
		return false
	}
	x.LookAround()
	for i := range s.CPU {
		if c := &s.CPU[i]; !c.Idle() && (c.At(0).Func == fnShmemNopage || c.At(0).Func == fnShmemGetpage) {
			return false
		}
	}
	for p := range uint8(pages) {
		if s.mappings(p) > 0 {
			return false
		}
	}
	*vm.Mark(x, &s.Inode.State) |= unused
	return true
}
