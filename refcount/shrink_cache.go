package refcount

import "github.com/vmrace/vmrace/vm"

// shrink_cache, mm/vmscan.c: takes pages off the tail of the inactive list,
// hands them to shrink_list and puts back what that leaves. Being on the list
// holds no reference, so the scan must get one, and the page it finds may be
// about to be freed.
const (
	shrDrain = iota
	shrLock
	shrPage
	shrNext
	shrCurr
	shrDrop
	shrGetLRU
	shrPutLRU
	shrPutDead
	shrRelock
	shrRetake
	shrTest
	shrMust
	shrIsLRU
	shrDel
	shrCount
	shrOrphan
	shrTestOne
	shrUndo
	shrSet
	shrBack
	shrZero
	shrOrphanPut
	shrGet
	shrUnless
	shrClear
	shrClaim
	shrLoser
	shrLoserBack
	shrTake
	shrKeep
	shrElse
	shrUnlock
	shrFree
	shrList
	shrLock2
	shrPutSet
	shrPutList
	shrPutNr
	shrUnlock2
	shrRelease
	shrPlain
)

var shrinkCacheListing = vm.Listing[State, locals]{Name: "shrink_cache", Source: "mm/vmscan.c", Step: (*State).shrinkCache, Lines: []vm.Line{
	shrDrain:     {Text: "lru_add_drain();"},
	shrLock:      {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	shrPage:      {Text: "page = list_entry(inactive_list.prev, struct page, lru);", Del: Counted | InPlace},
	shrNext:      {Text: "nr_scan++; page = list_entry(inactive_list.prev, struct page, lru);", Add: Counted},
	shrCurr:      {Text: "page = list_entry(curr, struct page, lru); curr = curr->prev;", Add: InPlace},
	shrDrop:      {Text: "spin_unlock_irq(&_pagemap_lru_lock);", Add: GetUnlocked},
	shrGetLRU:    {Text: "if (!page_cache_get_lru(page)) /* atomic_inc_and_test */", Add: InPlace},
	shrPutLRU:    {Text: "        { __put_page(page); continue; }", Add: InPlace, Del: GetUnlocked},
	shrPutDead:   {Text: "        { __put_page(page);", Add: GetUnlocked},
	shrRelock:    {Text: "          spin_lock_irq(&_pagemap_lru_lock); continue; }", Add: GetUnlocked},
	shrRetake:    {Text: "spin_lock_irq(&_pagemap_lru_lock);", Add: GetUnlocked},
	shrTest:      {Text: "if (!TestClearPageLRU(page)) BUG();", Del: keepsFlag},
	shrMust:      {Text: "BUG_ON(!PageLRU(page));", Add: keepsFlag, Del: Claim},
	shrIsLRU:     {Text: "if (!PageLRU(page)) { list_move(&page->lru, &inactive_list); continue; }", Add: Claim},
	shrDel:       {Text: "list_del(&page->lru);"},
	shrCount:     {Text: "if (page_count(page) == 0) {", Del: atomicGet | LRUOwner},
	shrOrphan:    {Text: "if (page_count(page) == 1) {", Add: LRUOwner},
	shrTestOne:   {Text: "if (get_page_testone(page)) {", Add: TestOne | GetFirst, Del: UnlessZero},
	shrUndo:      {Text: "        __put_page(page);", Add: TestOne | GetFirst, Del: UnlessZero},
	shrSet:       {Text: "        SetPageLRU(page);", Del: InPlace | keepsFlag | ScanFrees | LRUOwner},
	shrBack:      {Text: "        list_add(&page->lru, &inactive_list); continue; }", Del: InPlace | UnlessZero | ScanFrees | LRUOwner},
	shrZero:      {Text: "        pagevec_add(&pages_to_free, page); nr_inactive--; continue; }", Add: ScanFrees},
	shrOrphanPut: {Text: "        put_page_testzero(page); pagevec_add(&pages_to_free, page); nr_inactive--; continue; }", Add: LRUOwner},
	shrGet:       {Text: "page_cache_get(page);", Del: atomicGet},
	shrUnless:    {Text: "if (get_page_unless_zero(page)) {", Add: UnlessZero},
	shrClear:     {Text: "ClearPageLRU(page);", Add: keepsFlag, Del: Claim},
	shrClaim:     {Text: "if (!TestClearPageLRU(page)) {", Add: Claim},
	shrLoser:     {Text: "        put_page(page);", Add: Claim},
	shrLoserBack: {Text: "        list_add(&page->lru, &inactive_list); continue; }", Add: Claim},
	shrTake:      {Text: "list_add(&page->lru, &page_list); nr_inactive--; n++;", Del: Counted},
	shrKeep:      {Text: "list_add(&page->lru, &page_list); nr_inactive--;", Add: Counted},
	shrElse:      {Text: "} else list_add(&page->lru, &inactive_list);", Add: UnlessZero},
	shrUnlock:    {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	shrFree:      {Text: "pagevec_free(&pages_to_free);", Add: ScanFrees | LRUOwner},
	shrList:      {Text: "shrink_list(&page_list);"},
	shrLock2:     {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	shrPutSet:    {Text: "if (TestSetPageLRU(page)) BUG();"},
	shrPutList:   {Text: "list_move(&page->lru, PageActive(page) ? &active_list : &inactive_list);"},
	shrPutNr:     {Text: "PageActive(page) ? nr_active++ : nr_inactive++; pagevec_add(&pvec, page);"},
	shrUnlock2:   {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	shrRelease:   {Text: "pagevec_release(&pvec);", Del: PlainPutback},
	shrPlain:     {Text: "pagevec_release(&pvec); /* leaves pages on the LRU */", Add: PlainPutback},
}}

func (s *State) shrinkCache(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case shrDrain:
		return s.drain(x)
	case shrLock:
		n := s.LRU.LockIRQ(x)
		if n == vm.Fall {
			l.scan = l.scan.at(s.Inactive.Tail(x))
		}
		return n
	case shrPage, shrNext, shrCurr:
		return s.scanNext(x, l, &s.Inactive, x.Line == shrNext, x.Line == shrCurr, shrUnlock)
	case shrDrop:
		return s.unlockLRU(x)
	case shrGetLRU:
		return vm.Unless(s.getLRU(x, l.page), shrRetake)
	case shrPutDead:
		s.Page[p].Count.Undo(x)
	case shrRelock:
		if n := s.LRU.LockIRQ(x); n != vm.Fall {
			return n
		}
		return vm.Goto(shrPage)
	case shrRetake:
		return s.LRU.LockIRQ(x)
	case shrPutLRU:
		s.Page[p].Count.Undo(x)
		return vm.Goto(shrPage)
	case shrTest:
		return x.BugOn(!s.Page[p].Flags.TestClear(x, lru), p, "!PageLRU(page) in shrink_cache")
	case shrMust:
		return x.BugOn(!s.Page[p].Flags.Test(x, lru), p, "!PageLRU(page) in shrink_cache")
	case shrDel:
		s.Inactive.Del(x, p)
		return vm.Fall
	case shrCount:
		return vm.Unless(s.pageCount(x, l.page) == 0, shrGet)
	case shrOrphan:
		return vm.Unless(s.pageCount(x, l.page) == 1, shrGet)
	case shrTestOne:
		return vm.Unless(s.getLRU(x, l.page), shrClear)
	case shrUndo:
		s.Page[p].Count.Undo(x)
	case shrUnless:
		return vm.Unless(s.Page[p].Count.IncNotZero(x), shrElse)
	case shrSet:
		s.Page[p].Flags.Set(x, lru)
	case shrBack, shrElse:
		s.Inactive.AddHead(x, p)
		return vm.Goto(shrPage)
	case shrZero:
		s.scanFree(x, l)
		return vm.Goto(shrPage)
	case shrGet:
		s.get(x, l.page)
	case shrOrphanPut:
		s.scanOrphan(x, l)
		return vm.Goto(shrPage)
	case shrIsLRU:
		if !s.Page[p].Flags.Test(x, lru) {
			s.Inactive.Del(x, p)
			s.Inactive.AddHead(x, p)
			return vm.Goto(shrPage)
		}
	case shrClaim:
		if s.Page[p].Flags.TestClear(x, lru) {
			return vm.Goto(shrTake)
		}
	case shrLoser:
		if s.put(x, l.page) {
			return s.CPU[x.CPU].Call(fnRelease, locals{page: l.page})
		}
	case shrLoserBack:
		s.Inactive.AddHead(x, p)
		return vm.Goto(shrPage)
	case shrClear:
		s.Page[p].Flags.Clear(x, lru)
	case shrTake, shrKeep:
		if x.Line == shrTake {
			l.scan--
		}
		s.scanTake(x, l)
		return vm.Goto(shrPage)
	case shrUnlock:
		return s.unlockLRU(x)
	case shrFree:
		return s.pagevecFree(x, &l.pvec, shrFree)
	case shrList:
		if !l.list.empty() {
			return s.CPU[x.CPU].Call(fnShrinkList, locals{list: l.list})
		}
	case shrLock2:
		n := s.LRU.LockIRQ(x)
		if n == vm.Fall {
			l.list &^= pagevec(x.Result()) // what shrink_list has freed
		}
		return n
	case shrPutSet:
		return s.putBackNext(x, l, shrUnlock2, "PageLRU(page) in shrink_cache")
	case shrPutList:
		s.lruAdd(x, p)
	case shrPutNr:
		return s.putBackDone(x, l, shrPutSet)
	case shrUnlock2:
		return s.unlockLRU(x)
	case shrRelease:
		return s.pagevecReleaseInline(x, l.pvec, fnPagevecRelease)
	case shrPlain:
		return s.pagevecReleaseInline(x, l.pvec, fnPlainRelease)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
