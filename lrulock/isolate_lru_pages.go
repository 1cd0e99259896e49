package lrulock

import "github.com/vmrace/vmrace/vm"

// isolate_lru_pages, mm/vmscan.c: up to n pages go from the tail of a list to a
// private one, each with a reference that the scan holds, all under one hold of
// the lock. 2.5 and 2.6.7 have these lines in shrink_cache and in
// refill_inactive. It returns the private list.
const (
	ilLock = iota
	ilPage
	ilCurr
	ilUnlockFirst
	ilGetLRU
	ilUndoLRU
	ilDead
	ilLockAgain
	ilGone
	ilGoneUnlock
	ilGonePut
	ilGoneEnd
	ilUnless
	ilTest
	ilClaim
	ilLoser
	ilLoserBack
	ilDel
	ilOrphan
	ilOrphanPut
	ilCount
	ilTestOne
	ilUndo
	ilSet
	ilBack
	ilCounted
	ilContinue
	ilZero
	ilGet
	ilNr
	ilTake
	ilNext
	ilUnlock
	ilFree
	ilReturn
)

var isolatePagesListing = vm.Listing[PagevecState, pagevecLocals]{Name: "isolate_lru_pages", Source: "mm/vmscan.c", Step: (*PagevecState).isolatePages, Lines: []vm.Line{
	ilLock:        {Text: "spin_lock_irq(&_pagemap_lru_lock);"},
	ilPage:        {Text: "page = list_entry(list->prev, struct page, lru);", Del: InPlace},
	ilCurr:        {Text: "page = list_entry(curr, struct page, lru); curr = curr->prev;", Add: InPlace},
	ilUnlockFirst: {Text: "spin_unlock_irq(&_pagemap_lru_lock);", Add: Outside},
	ilGetLRU:      {Text: "if (get_page_testzero(page)) { /* page_cache_get_lru */", Add: InPlace},
	ilUndoLRU:     {Text: "        __put_page(page);", Add: InPlace},
	ilDead:        {Text: "        continue; }", Add: InPlace},
	ilLockAgain:   {Text: "spin_lock_irq(&_pagemap_lru_lock);", Add: Outside},
	ilGone:        {Text: "if (!PageLRU(page)) {", Add: Outside},
	ilGoneUnlock:  {Text: "        spin_unlock_irq(&_pagemap_lru_lock);", Add: Outside},
	ilGonePut:     {Text: "        page_cache_release(page);", Add: Outside},
	ilGoneEnd:     {Text: "        return n; }", Add: Outside},
	ilUnless:      {Text: "if (!get_page_unless_zero(page)) { list_move(&page->lru, list); continue; }", Add: UnlessZero},
	ilTest:        {Text: "if (!TestClearPageLRU(page)) BUG();", Del: Claim},
	ilClaim:       {Text: "if (!TestClearPageLRU(page)) {", Add: Claim},
	ilLoser:       {Text: "        put_page(page);", Add: Claim},
	ilLoserBack:   {Text: "        list_move(&page->lru, list); continue; }", Add: Claim},
	ilDel:         {Text: "list_del(&page->lru);"},
	ilOrphan:      {Text: "if (page_count(page) == 1) {", Add: LRUOwner},
	ilOrphanPut:   {Text: "        put_page_testzero(page); nr--; pagevec_add(&pages_to_free, page); continue; }", Add: LRUOwner},
	ilCount:       {Text: "if (page_count(page) == 0) {", Del: oldScan},
	ilTestOne:     {Text: "if (get_page_testone(page)) {", Add: TestOne},
	ilUndo:        {Text: "        __put_page(page);", Add: TestOne},
	ilSet:         {Text: "        SetPageLRU(page);", Del: InPlace | UnlessZero | LRUOwner | ScanFrees},
	ilBack:        {Text: "        list_add(&page->lru, list);", Del: InPlace | UnlessZero | LRUOwner | ScanFrees},
	ilCounted:     {Text: "        nr_scan++;", Add: Counted},
	ilContinue:    {Text: "        continue; }", Del: InPlace | UnlessZero | LRUOwner | ScanFrees},
	ilZero:        {Text: "        nr--; pagevec_add(&pages_to_free, page); continue; }", Add: ScanFrees},
	ilGet:         {Text: "page_cache_get(page);", Del: tells},
	ilNr:          {Text: "nr--;"},
	ilTake:        {Text: "list_add(&page->lru, &page_list); n++;"},
	ilNext:        {Text: "while (n < nr_pages && !list_empty(list));"},
	ilUnlock:      {Text: "spin_unlock_irq(&_pagemap_lru_lock);"},
	ilFree:        {Text: "pagevec_free(&pages_to_free);", Add: ScanFrees | LRUOwner},
	ilReturn:      {Text: "return n;"},
}}

// onActive in n: the scan is one of the active list.
const onActive = 0x80

func (s *PagevecState) isolatePages(x *vm.Exec, l *pagevecLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	list := &s.Inactive
	if l.n&onActive != 0 {
		list = &s.Active
	}
	switch x.Line {
	case ilLock:
		n := s.LRU.LockIRQ(x)
		if n == vm.Fall {
			l.at = curr(list.Tail(x))
		}
		return n
	case ilPage:
		tail, ok := list.Tail(x)
		if !ok || l.n&^onActive == 0 {
			return vm.Goto(ilUnlock)
		}
		l.page = uint8(tail)
	case ilCurr:
		if l.at == 0 || l.n&^onActive == 0 {
			return vm.Goto(ilUnlock)
		}
		l.page = l.at - 1
		l.at = curr(list.Prev(x, int(l.page)))
	case ilUnlockFirst:
		return s.unlockLRU(x)
	case ilGetLRU:
		return vm.Unless(s.getTest(x, p), ilLockAgain)
	case ilUndoLRU, ilUndo:
		pg.Count.Undo(x)
	case ilDead:
		if !s.LRU.HeldBy(x.CPU) {
			return vm.Goto(ilReturn)
		}
		return vm.Goto(ilCurr)
	case ilLockAgain:
		return s.LRU.LockIRQ(x)
	case ilGone:
		return vm.Unless(!pg.Flags.Test(x, pgLRU), ilUnless)
	case ilGoneUnlock:
		return s.unlockLRU(x)
	case ilGonePut:
		return s.CPU[x.CPU].Call(fnRelease, pagevecLocals{page: l.page})
	case ilGoneEnd:
		return vm.Goto(ilReturn)
	case ilUnless:
		if !pg.Count.IncNotZero(x) {
			s.guarded(x, p)
			list.Del(x, p)
			list.AddHead(x, p)
			l.n--
			return vm.Goto(ilNext)
		}
	case ilTest:
		return x.BugOn(!pg.Flags.TestClear(x, pgLRU), p, "!PageLRU(page) in isolate_lru_pages")
	case ilClaim:
		return vm.Unless(!pg.Flags.TestClear(x, pgLRU), ilDel)
	case ilLoser:
		if s.drop(x, p) {
			x.Bug(vm.Leak, p, "the loser of a claim drops the last reference")
		}
	case ilLoserBack:
		list.Del(x, p)
		list.AddHead(x, p)
		l.n--
		return vm.Goto(ilNext)
	case ilDel:
		s.listDel(x, p)
	case ilOrphan:
		return vm.Unless(pg.Count.Read(x) == 1, ilGet)
	case ilOrphanPut:
		s.put(x, p)
		s.nr(x, p, -1)
		l.pvec = l.pvec.With(p)
		return vm.Goto(ilPage)
	case ilCount:
		return vm.Unless(pg.Count.Read(x) == 0, ilGet)
	case ilTestOne:
		return vm.Unless(s.getTest(x, p), ilGet)
	case ilSet:
		pg.Flags.Set(x, pgLRU)
	case ilBack:
		s.guarded(x, p)
		list.AddHead(x, p)
	case ilCounted:
		l.n--
	case ilContinue:
		return vm.Goto(ilPage)
	case ilZero:
		s.nr(x, p, -1)
		pg.Life.Owe(x, p)
		l.pvec = l.pvec.With(p)
		return vm.Goto(ilPage)
	case ilGet:
		pg.Count.IncUnder(x, &s.LRU)
	case ilNr:
		s.nr(x, p, -1)
	case ilTake:
		l.list = l.list.With(p)
		l.n--
	case ilNext:
		return vm.Goto(ilPage)
	case ilUnlock:
		return s.unlockLRU(x)
	case ilFree:
		return s.freeVec(x, &l.pvec, ilFree)
	case ilReturn:
		return x.Return(uint8(l.list))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// curr is what a scan in place notes of the page that it looks at next.
func curr(p int, ok bool) uint8 {
	if !ok {
		return 0
	}
	return uint8(p + 1)
}
