package refcount

import "github.com/vmrace/vmrace/vm"

// refill_inactive, mm/vmscan.c: moves pages from the tail of the active list to
// the inactive list, over a private list. The model asks page_referenced when it
// puts a page back, where the kernel did so a little earlier, without a lock.
const (
	refDrain = iota
	refLock
	refPage
	refNext
	refCurr
	refGetLRU
	refPutLRU
	refTest
	refMust
	refIsLRU
	refBlind
	refDel
	refCount
	refOrphan
	refTestOne
	refUndo
	refSet
	refBack
	refZero
	refOrphanPut
	refGet
	refUnless
	refClear
	refClaim
	refLoser
	refLoserBack
	refTake
	refKeep
	refElse
	refUnlock
	refFree
	refLock2
	refPutSet
	refPutActive
	refPutList
	refPutNr
	refUnlock2
	refRelease
	refPlain
)

var refillListing = vm.Listing[State, locals]{Name: "refill_inactive", Source: "mm/vmscan.c", Step: (*State).refillInactive, Lines: []vm.Line{
	refDrain:     {Text: "lru_add_drain();"},
	refLock:      {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	refPage:      {Text: "page = list_entry(active_list.prev, struct page, lru);", Del: Counted | InPlace},
	refNext:      {Text: "nr_scan++; page = list_entry(active_list.prev, struct page, lru);", Add: Counted},
	refCurr:      {Text: "page = list_entry(curr, struct page, lru); curr = curr->prev;", Add: InPlace},
	refGetLRU:    {Text: "if (!page_cache_get_lru(page)) /* atomic_inc_and_test */", Add: InPlace},
	refPutLRU:    {Text: "        { __put_page(page); continue; }", Add: InPlace},
	refTest:      {Text: "if (!TestClearPageLRU(page)) BUG();", Del: keepsFlag},
	refMust:      {Text: "BUG_ON(!PageLRU(page));", Add: keepsFlag, Del: Claim},
	refIsLRU:     {Text: "if (!PageLRU(page)) { list_move(&page->lru, &active_list); continue; }", Add: Claim},
	refBlind:     {Text: "page_cache_get(page);", Del: RefillCheck | atomicGet},
	refDel:       {Text: "list_del(&page->lru);"},
	refCount:     {Text: "if (page_count(page) == 0) {", Add: RefillCheck, Del: atomicGet | LRUOwner},
	refOrphan:    {Text: "if (page_count(page) == 1) {", Add: LRUOwner},
	refTestOne:   {Text: "if (get_page_testone(page)) {", Add: TestOne | GetFirst, Del: UnlessZero},
	refUndo:      {Text: "        __put_page(page);", Add: TestOne | GetFirst, Del: UnlessZero},
	refSet:       {Text: "        SetPageLRU(page);", Add: RefillCheck | TestOne, Del: ScanFrees | LRUOwner},
	refBack:      {Text: "        list_add(&page->lru, &active_list); continue; }", Add: RefillCheck | TestOne | GetFirst, Del: UnlessZero | ScanFrees | LRUOwner},
	refZero:      {Text: "        pagevec_add(&pages_to_free, page); nr_active--; continue; }", Add: ScanFrees},
	refOrphanPut: {Text: "        put_page_testzero(page); pagevec_add(&pages_to_free, page); nr_active--; continue; }", Add: LRUOwner},
	refGet:       {Text: "page_cache_get(page);", Add: RefillCheck, Del: atomicGet},
	refUnless:    {Text: "if (get_page_unless_zero(page)) {", Add: UnlessZero},
	refClear:     {Text: "ClearPageLRU(page);", Add: keepsFlag, Del: Claim},
	refClaim:     {Text: "if (!TestClearPageLRU(page)) {", Add: Claim},
	refLoser:     {Text: "        put_page(page);", Add: Claim},
	refLoserBack: {Text: "        list_add(&page->lru, &active_list); continue; }", Add: Claim},
	refTake:      {Text: "list_add(&page->lru, &l_hold); nr_active--; nr_pages--;", Del: Counted},
	refKeep:      {Text: "list_add(&page->lru, &l_hold); nr_active--;", Add: Counted},
	refElse:      {Text: "} else list_add(&page->lru, &active_list);", Add: UnlessZero},
	refUnlock:    {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	refFree:      {Text: "pagevec_free(&pages_to_free);", Add: ScanFrees | LRUOwner},
	refLock2:     {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	refPutSet:    {Text: "if (TestSetPageLRU(page)) BUG();"},
	refPutActive: {Text: "if (!page_referenced(page)) ClearPageActive(page);"},
	refPutList:   {Text: "list_move(&page->lru, PageActive(page) ? &active_list : &inactive_list);"},
	refPutNr:     {Text: "PageActive(page) ? nr_active++ : nr_inactive++; pagevec_add(&pvec, page);"},
	refUnlock2:   {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	refRelease:   {Text: "pagevec_release(&pvec);", Del: PlainPutback},
	refPlain:     {Text: "pagevec_release(&pvec); /* leaves pages on the LRU */", Add: PlainPutback},
}}

func (s *State) refillInactive(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case refDrain:
		return s.drain(x)
	case refLock:
		n := s.LRU.LockIRQ(x)
		if n == vm.Fall {
			l.scan = l.scan.at(s.Active.Tail(x))
		}
		return n
	case refPage, refNext, refCurr:
		return s.scanNext(x, l, &s.Active, x.Line == refNext, x.Line == refCurr, refUnlock)
	case refGetLRU:
		return vm.Unless(s.getLRU(x, l.page), refTest)
	case refPutLRU:
		s.Page[p].Count.Undo(x)
		return vm.Goto(refPage)
	case refTest:
		return x.BugOn(!s.Page[p].Flags.TestClear(x, lru), p, "!PageLRU(page) in refill_inactive")
	case refMust:
		return x.BugOn(!s.Page[p].Flags.Test(x, lru), p, "!PageLRU(page) in refill_inactive")
	case refBlind, refGet:
		s.get(x, l.page)
	case refDel:
		s.Active.Del(x, p)
	case refCount:
		return vm.Unless(s.pageCount(x, l.page) == 0, refGet)
	case refOrphan:
		return vm.Unless(s.pageCount(x, l.page) == 1, refGet)
	case refTestOne:
		return vm.Unless(s.getLRU(x, l.page), refClear)
	case refUndo:
		s.Page[p].Count.Undo(x)
	case refUnless:
		return vm.Unless(s.Page[p].Count.IncNotZero(x), refElse)
	case refSet:
		s.Page[p].Flags.Set(x, lru)
	case refBack, refElse:
		s.Active.AddHead(x, p)
		return vm.Goto(refPage)
	case refZero:
		s.scanFree(x, l)
		return vm.Goto(refPage)
	case refOrphanPut:
		s.scanOrphan(x, l)
		return vm.Goto(refPage)
	case refIsLRU:
		if !s.Page[p].Flags.Test(x, lru) {
			s.Active.Del(x, p)
			s.Active.AddHead(x, p)
			return vm.Goto(refPage)
		}
	case refClaim:
		if s.Page[p].Flags.TestClear(x, lru) {
			return vm.Goto(refTake)
		}
	case refLoser:
		if s.put(x, l.page) {
			return s.CPU[x.CPU].Call(fnRelease, locals{page: l.page})
		}
	case refLoserBack:
		s.Active.AddHead(x, p)
		return vm.Goto(refPage)
	case refClear:
		s.Page[p].Flags.Clear(x, lru)
	case refTake, refKeep:
		if x.Line == refTake {
			l.scan--
		}
		s.scanTake(x, l)
		return vm.Goto(refPage)
	case refUnlock:
		return s.unlockLRU(x)
	case refFree:
		return s.pagevecFree(x, &l.pvec, refFree)
	case refLock2:
		return s.LRU.LockIRQ(x)
	case refPutSet:
		return s.putBackNext(x, l, refUnlock2, "PageLRU(page) in refill_inactive")
	case refPutActive:
		if !s.Page[p].Flags.TestClear(x, referenced) {
			s.Page[p].Flags.Clear(x, active)
		}
	case refPutList:
		s.lruAdd(x, p)
	case refPutNr:
		return s.putBackDone(x, l, refPutSet)
	case refUnlock2:
		return s.unlockLRU(x)
	case refRelease:
		return s.pagevecReleaseInline(x, l.pvec, fnPagevecRelease)
	case refPlain:
		return s.pagevecReleaseInline(x, l.pvec, fnPlainRelease)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
