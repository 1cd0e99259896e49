package lrulock

import "github.com/vmrace/vmrace/vm"

// put_page with __page_cache_release and free_pages_check, mm/swap.c and
// mm/page_alloc.c: the allocator of 2.6.4 links free pages by page->list and
// leaves page->lru and PG_mlocked as they are.
const (
	ppReserved = iota
	ppTest
	ppLock
	ppTestLRU
	ppDel
	ppDelUnevictable
	ppUnlock
	ppMlocked
	ppCheck
	ppLink
	ppFree
)

var putPageListing = vm.Listing[MlockState, mlockLocals]{Name: "put_page", Source: "mm/swap.c", Step: (*MlockState).putPage, Lines: []vm.Line{
	ppReserved:       {Text: "if (PageReserved(page)) return;", Add: PGReserved},
	ppTest:           {Text: "if (!put_page_testzero(page)) return;"},
	ppLock:           {Text: "spin_lock_irqsave(&zone->lru_lock, flags);"},
	ppTestLRU:        {Text: "if (TestClearPageLRU(page))"},
	ppDel:            {Text: "        list_del(&page->lru);", Del: Count},
	ppDelUnevictable: {Text: "        del_page_from_lru_list(page, lruvec);", Add: Count},
	ppUnlock:         {Text: "spin_unlock_irqrestore(&zone->lru_lock, flags);"},
	ppMlocked:        {Text: "free_page_mlock(page);", Add: list3},
	ppCheck:          {Text: "if (PageMLock(page)) bad_page(page);", Add: Piggin},
	ppLink:           {Text: "list_add(&page->lru, &free_list);", Add: lruFree},
	ppFree:           {Text: "__free_pages_ok(page, 0);"},
}}

func (s *MlockState) putPage(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case ppReserved:
		if pg.Flags.Test(x, pgReserved) {
			return vm.Return
		}
	case ppTest:
		if !s.drop(x, p) {
			return vm.Return
		}
	case ppLock:
		return s.LRU.LockIRQ(x)
	case ppTestLRU:
		return vm.Unless(pg.Flags.TestClear(x, pgLRU), ppUnlock)
	case ppDel:
		s.zoneDel(x, p)
	case ppDelUnevictable:
		s.delFromLRU(x, p)
	case ppUnlock:
		return s.unlockLRU(x)
	case ppMlocked:
		s.freeMlock(x, p)
	case ppCheck:
		return x.BugOn(pg.Flags.Test(x, pgMlocked), p, "PageMLock(page) in free_pages_check")
	case ppLink:
		pg.Link.Forget(x)
	case ppFree:
		s.free(x, p)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
