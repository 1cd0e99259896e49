package invalidate

import "github.com/vmrace/vmrace/vm"

// __do_fault, mm/memory.c, for a write to a shared mapping whose file system has
// a ->page_mkwrite, with block_page_mkwrite. That is called without the page lock
// and takes it itself, to reserve a block. Up to 2.6.29 it drops the lock, and
// the fault takes it once more; from 2.6.30 on it returns with the page locked.
const (
	mkwFind = iota
	mkwRead
	mkwUnlock
	mkwEnter
	mkwStill
	mkwReserve
	mkwSetDirty
	mkwLeave
	mkwLock
	mkwMapping
	mkwPTL
	mkwSet
	mkwUnlockPTL
	mkwUnlockPage
	mkwReturn
	mkwGone
	mkwRetry
)

var mapFaultListing = vm.Listing[MapState, mapLocals]{Name: "__do_fault", Source: "mm/memory.c, 2.6.23", Step: (*MapState).fault, Lines: []vm.Line{
	mkwFind:       {Text: "retry: vmf.page = find_lock_page(mapping, pgoff);", Sleeps: true},
	mkwRead:       {Text: "if (!vmf.page) page_cache_read(file, pgoff);"},
	mkwUnlock:     {Text: "unlock_page(page);"},
	mkwEnter:      {Text: "lock_page(page); /* ->page_mkwrite */", Sleeps: true},
	mkwStill:      {Text: "        if (page->mapping != inode->i_mapping) goto gone;"},
	mkwReserve:    {Text: "        block_prepare_write(page, 0, end, get_block);"},
	mkwSetDirty:   {Text: "        block_commit_write(page, 0, end); /* set_page_dirty */"},
	mkwLeave:      {Text: "        unlock_page(page);", Del: MkwriteLocked},
	mkwLock:       {Text: "lock_page(page);", Del: MkwriteLocked, Sleeps: true},
	mkwMapping:    {Text: "if (!page->mapping) goto gone;", Del: MkwriteLocked},
	mkwPTL:        {Text: "page_table = pte_offset_map_lock(mm, pmd, address, &ptl);"},
	mkwSet:        {Text: "set_pte_at(mm, address, page_table, maybe_mkwrite(pte_mkdirty(entry), vma));"},
	mkwUnlockPTL:  {Text: "pte_unmap_unlock(page_table, ptl);"},
	mkwUnlockPage: {Text: "unlock_page(vmf.page);"},
	mkwReturn:     {Text: "return ret;"},
	mkwGone:       {Text: "gone: unlock_page(page);"},
	mkwRetry:      {Text: "goto retry; /* the user faults again */"},
}}

func (s *MapState) fault(x *vm.Exec, l *mapLocals) vm.Next {
	switch x.Line {
	case mkwFind, mkwEnter, mkwLock:
		return s.Lock[l.page].Lock(x)
	case mkwRead:
		set(x, &s.Cached, l.page, true)
	case mkwUnlock, mkwLeave, mkwUnlockPage, mkwGone:
		return s.Lock[l.page].Unlock(x)
	case mkwReserve:
		set(x, &s.Reserved, l.page, true)
	case mkwSetDirty:
		set(x, &s.Dirty, l.page, true)
	case mkwStill, mkwMapping:
		return vm.Unless(s.cached(x, l.page), mkwGone)
	case mkwPTL:
		return s.PTL.Lock(x)
	case mkwSet:
		vm.Store(x, &s.PTE[l.page], mapPresent|mapWrite|mapDirty)
		if !s.Cached.Has(int(l.page)) {
			x.Bug(Dangling, int(l.page), "")
		}
	case mkwUnlockPTL:
		return s.PTL.Unlock(x)
	case mkwReturn:
		return vm.Return
	case mkwRetry:
		return vm.Goto(mkwFind)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const mapStoreLine = 0

var mapStoreListing = vm.Listing[MapState, mapLocals]{Name: "user store", Source: "the program", Step: (*MapState).store, Lines: []vm.Line{
	mapStoreLine: {Text: "*p = x;"},
}}

// store writes through a page table entry that allows it. Its oracle: no block
// is reserved for it, and write-back may fail for want of space.
func (s *MapState) store(x *vm.Exec, l *mapLocals) vm.Next {
	if x.Line != mapStoreLine {
		panic(x.Lost())
	}
	e := vm.Load(x, &s.PTE[l.page])
	if e&mapWrite == 0 {
		return vm.Fall
	}
	if !vm.Look(x, &s.Reserved).Has(int(l.page)) {
		x.Bug(LostStore, int(l.page), "no block is reserved for it")
	}
	vm.Store(x, &s.PTE[l.page], e|mapDirty)
	unsaved := vm.Mark(x, &s.Unsaved)
	*unsaved = unsaved.With(int(l.page))
	return vm.Fall
}
