package migrate

import "github.com/vmrace/vmrace/vm"

// migrate_pages with unmap_and_move and __unmap_and_move, mm/migrate.c, for one
// page that __isolate_lru_page takes off the LRU first. The lock and the list of
// the LRU are left out: who clears PG_lru has the page.
const (
	migGet = iota
	migLRU
	migUnget
	migUngot
	migAlloc
	migOne
	migTry
	migForce
	migLock
	migTryNew
	migOrphan
	migMapped
	migUnmap
	migStill
	migMove
	migMoved
	migHasPrivate
	migPrivate
	migLoad
	migStore
	migUptodate
	migSwapOff
	migMapping
	migRemap
	migUnlockNew
	migUnlock
	migFailed
	migLRUNew
	migPutNew
	migPutOld
	migDone
	migRemapOld
	migUnlockNew2
	migUnlock2
	migFreeNew
	migFair
	migAgain
	migLRUOld
	migPutback
	migGone
	migFreed
	migFreedPut
)

// migratePasses is the number of passes of migrate_pages; from the fourth on it
// waits for the page lock.
const (
	migratePasses = 10
	migrateTries  = 3
)

var migrateListing = vm.Listing[State, locals]{Name: "migrate_pages", Source: "mm/migrate.c, 5.0.1", Step: (*State).migratePages, Lines: []vm.Line{
	migGet:        {Text: "if (get_page_unless_zero(page)) /* __isolate_lru_page */", Order: vm.Full},
	migLRU:        {Text: "        if (!ClearPageLRU(page)) {", Order: vm.Full},
	migUnget:      {Text: "                put_page(page);"},
	migUngot:      {Text: "                return; }"},
	migAlloc:      {Text: "newpage = alloc_page(); /* unmap_and_move */"},
	migOne:        {Text: "if (page_count(page) == 1) goto freed;"},
	migTry:        {Text: "if (!trylock_page(page)) {", Order: vm.Acquire},
	migForce:      {Text: "        if (!force) goto out;"},
	migLock:       {Text: "        lock_page(page); }", Sleeps: true, Order: vm.Acquire},
	migTryNew:     {Text: "if (!trylock_page(newpage)) goto out_unlock;", Order: vm.Acquire},
	migOrphan:     {Text: "if (!page->mapping) goto out_unlock_both;"},
	migMapped:     {Text: "if (page_mapped(page))"},
	migUnmap:      {Text: "        try_to_unmap(page, TTU_MIGRATION|TTU_IGNORE_MLOCK|TTU_IGNORE_ACCESS);"},
	migStill:      {Text: "if (!page_mapped(page))"},
	migMove:       {Text: "        rc = migrate_page_move_mapping(mapping, newpage, page);"},
	migMoved:      {Text: "if (rc != MIGRATEPAGE_SUCCESS) goto remove;"},
	migHasPrivate: {Text: "if (page_has_private(page))"},
	migPrivate:    {Text: "        iomap_migrate_page: move PG_private"},
	migLoad:       {Text: "copy_highpage(newpage, page): load"},
	migStore:      {Text: "copy_highpage(newpage, page): store"},
	migUptodate:   {Text: "if (PageUptodate(page)) SetPageUptodate(newpage);"},
	migSwapOff:    {Text: "ClearPageSwapCache(page);"},
	migMapping:    {Text: "if (!PageMappingFlags(page)) page->mapping = NULL;"},
	migRemap:      {Text: "remove_migration_ptes(page, newpage);"},
	migUnlockNew:  {Text: "unlock_page(newpage);"},
	migUnlock:     {Text: "unlock_page(page);"},
	migFailed:     {Text: "/* rc == MIGRATEPAGE_SUCCESS */"},
	migLRUNew:     {Text: "putback_lru_page(newpage): SetPageLRU"},
	migPutNew:     {Text: "putback_lru_page(newpage): put_page"},
	migPutOld:     {Text: "put_page(page);"},
	migDone:       {Text: "return 0;"},
	migRemapOld:   {Text: "remove: remove_migration_ptes(page, page);"},
	migUnlockNew2: {Text: "out_unlock_both: unlock_page(newpage);"},
	migUnlock2:    {Text: "out_unlock: unlock_page(page);"},
	migFreeNew:    {Text: "out: put_page(newpage);"},
	migFair:       {Text: "/* whoever waits has run */", Add: Fair, Sleeps: true},
	migAgain:      {Text: "if (rc == -EAGAIN && pass < 10) continue; /* cond_resched */", Sleeps: true},
	migLRUOld:     {Text: "putback_lru_page(page): SetPageLRU"},
	migPutback:    {Text: "putback_lru_page(page): put_page"},
	migGone:       {Text: "return -EAGAIN;"},
	migFreed:      {Text: "freed: put_page(newpage);"},
	migFreedPut:   {Text: "put_page(page);"},
}}

func (s *State) migratePages(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	cpu := &s.CPU[x.CPU]
	switch x.Line {
	case migGet:
		if !s.tryGet(x, l.page, byOther) {
			return vm.Return
		}
	case migLRU:
		if pg.Flags.TestClear(x, lru) {
			s.disown(x, l.page, byOther)
			s.own(x, l.page, byIsolate)
			return vm.Goto(migAlloc)
		}
	case migUnget:
		return s.put(x, l.page, byOther)
	case migUngot, migDone, migGone:
		return vm.Return
	case migAlloc:
		p, ok := s.alloc(x)
		if !ok {
			return vm.Goto(migLRUOld)
		}
		l.new = p
	case migOne:
		if pg.Count.Read(x) == 1 {
			return vm.Goto(migFreed)
		}
	case migTry:
		return vm.Unless(!pg.Lock.TryLock(x), migTryNew)
	case migForce:
		return vm.Unless(l.pass >= migrateTries, migFreeNew)
	case migLock:
		return s.lock(x, l.page)
	case migTryNew:
		return vm.Unless(s.Page[l.new].Lock.TryLock(x), migUnlock2)
	case migOrphan:
		return vm.Unless(vm.Load(x, &pg.Mapping) != none, migUnlockNew2)
	case migMapped:
		return vm.Unless(vm.Load(x, &pg.Maps) > 0, migMove)
	case migUnmap:
		return cpu.Call(fnUnmap, locals{page: l.page, n: uint8(pteMigration)})
	case migStill:
		return vm.Unless(vm.Load(x, &pg.Maps) == 0, migRemapOld)
	case migMove:
		return cpu.Call(fnMove, locals{page: l.page, new: l.new})
	case migMoved:
		switch x.Result() {
		case moved:
		case heldUp:
			l.n = heldUp
			return vm.Goto(migRemapOld)
		default:
			return vm.Goto(migRemapOld)
		}
	case migHasPrivate:
		return vm.Unless(pg.Flags.Test(x, private), migLoad)
	case migPrivate:
		return cpu.Call(fnPrivate, locals{page: l.page, new: l.new})
	case migLoad:
		l.n = vm.Load(x, &pg.Data)
	case migStore:
		vm.Store(x, &s.Page[l.new].Data, l.n)
	case migUptodate:
		if pg.Flags.Test(x, uptodate) {
			s.Page[l.new].Flags.Set(x, uptodate)
		}
	case migSwapOff:
		pg.Flags.Clear(x, swapCache)
	case migMapping:
		if vm.Load(x, &pg.Mapping) == file {
			vm.Store(x, &pg.Mapping, none)
		}
	case migRemap:
		return cpu.Call(fnRemap, locals{page: l.page, new: l.new})
	case migUnlockNew, migUnlockNew2:
		return s.unlock(x, l.new)
	case migUnlock, migUnlock2:
		return s.unlock(x, l.page)
	case migFailed:
	case migLRUNew:
		s.putback(x, l.new, byMaker)
	case migPutNew:
		return s.put(x, l.new, byOther)
	case migPutOld, migFreedPut:
		return s.put(x, l.page, byIsolate)
	case migRemapOld:
		return cpu.Call(fnRemap, locals{page: l.page, new: l.page})
	case migFreeNew, migFreed:
		return s.put(x, l.new, byMaker)
	case migFair:
		if s.waiting(x, l.page) {
			return vm.Block
		}
	case migAgain:
		if l.n != heldUp {
			l.held = 1
		}
		l.pass++
		l.new, l.n = 0, 0
		if l.pass < migratePasses {
			return vm.Goto(migAlloc)
		}
		if l.held == 0 {
			bug(x, vm.Livelock, l.page, "each of the 10 passes fails because of waiters for it")
		}
	case migLRUOld:
		s.putback(x, l.page, byIsolate)
	case migPutback:
		s.gaveUp(x, l.page, "migration")
		return s.put(x, l.page, byOther)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
