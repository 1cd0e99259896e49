package lrulock

import "github.com/vmrace/vmrace/vm"

// mlock_pagevec, mm/mlock.c of 5.18, with __mlock_page, __mlock_new_page and
// __munlock_page written out. Only who has cleared PG_lru changes the list and
// the count. The model takes the lock once for each page and keeps what
// release_pages needs of a page whose last reference this was.
const (
	pvPage = iota
	pvLockFirst
	pvClaim
	pvLock
	pvEvictable
	pvRescue
	pvUnevictable
	pvInc
	pvDel
	pvSet
	pvCount
	pvNewLock
	pvNewEvictable
	pvNewSet
	pvNewCount
	pvNewList
	pvUnLockFirst
	pvUnClaim
	pvUnLock
	pvUnUnevictable
	pvUnDec
	pvUnClear
	pvUnNr
	pvUnEvictable
	pvUnMove
	pvOut
	pvUnlock
	pvPut
	pvPutPeek
	pvPutLock
	pvPutClear
	pvPutDel
	pvPutUnlock
	pvPutMlocked
	pvPutLink
	pvPutFree
	pvNext
)

var mlockPagevecListing = vm.Listing[MlockState, mlockLocals]{Name: "mlock_pagevec", Source: "mm/mlock.c", Step: (*MlockState).mlockPagevec, Lines: []vm.Line{
	pvPage:          {Text: "page = pvec->pages[i]; mlock = page & (LRU_PAGE | NEW_PAGE);", Add: Count},
	pvLockFirst:     {Text: "lruvec = folio_lruvec_relock_irq(folio, lruvec); /* __mlock_page */", Add: LockFirst},
	pvClaim:         {Text: "if (!TestClearPageLRU(page)) return; /* __mlock_page */", Add: Count},
	pvLock:          {Text: "lruvec = folio_lruvec_relock_irq(folio, lruvec);", Add: Count, Del: LockFirst},
	pvEvictable:     {Text: "if (page_evictable(page)) {", Add: Count},
	pvRescue:        {Text: "        if (PageUnevictable(page)) move to its evictable list; goto out; }", Add: Count},
	pvUnevictable:   {Text: "if (PageUnevictable(page)) {", Add: Count},
	pvInc:           {Text: "        if (PageMlocked(page)) page->mlock_count++; goto out; }", Add: Count},
	pvDel:           {Text: "del_page_from_lru_list(page, lruvec);", Add: Count},
	pvSet:           {Text: "SetPageUnevictable(page);", Add: Count},
	pvCount:         {Text: "page->mlock_count = !!PageMlocked(page); goto out;", Add: Count},
	pvNewLock:       {Text: "lruvec = folio_lruvec_relock_irq(folio, lruvec); /* __mlock_new_page */", Add: Count},
	pvNewEvictable:  {Text: "if (!page_evictable(page)) {", Add: Count},
	pvNewSet:        {Text: "        SetPageUnevictable(page);", Add: Count},
	pvNewCount:      {Text: "        page->mlock_count = !!PageMlocked(page); goto out; }", Add: Count},
	pvNewList:       {Text: "add_page_to_lru_list(page, lruvec); goto out;", Add: Count},
	pvUnLockFirst:   {Text: "lruvec = folio_lruvec_relock_irq(folio, lruvec); /* __munlock_page */", Add: LockFirst},
	pvUnClaim:       {Text: "isolated = TestClearPageLRU(page); /* __munlock_page */", Add: Count},
	pvUnLock:        {Text: "if (isolated) lruvec = folio_lruvec_relock_irq(folio, lruvec);", Add: Count, Del: LockFirst},
	pvUnUnevictable: {Text: "if (isolated && PageUnevictable(page)) {", Add: Count},
	pvUnDec:         {Text: "        if (page->mlock_count && --page->mlock_count) goto out; }", Add: Count},
	pvUnClear:       {Text: "if (TestClearPageMlocked(page))", Add: Count},
	pvUnNr:          {Text: "        __mod_zone_page_state(zone, NR_MLOCK, -1);", Add: Count},
	pvUnEvictable:   {Text: "if (isolated && PageUnevictable(page) && page_evictable(page))", Add: Count},
	pvUnMove:        {Text: "        move to its evictable list;", Add: Count},
	pvOut:           {Text: "if (isolated) SetPageLRU(page);", Add: Count},
	pvUnlock:        {Text: "if (lruvec) unlock_page_lruvec_irq(lruvec);", Add: Count},
	pvPut:           {Text: "if (!put_page_testzero(page)) continue; /* release_pages */", Add: Count},
	pvPutPeek:       {Text: "if (PageLRU(page)) {", Add: Count},
	pvPutLock:       {Text: "        lruvec = folio_lruvec_relock_irqsave(folio, lruvec, &flags);", Add: Count},
	pvPutClear:      {Text: "        __ClearPageLRU(page);", Add: Count},
	pvPutDel:        {Text: "        del_page_from_lru_list(page, lruvec);", Add: Count},
	pvPutUnlock:     {Text: "        unlock_page_lruvec_irqrestore(lruvec, flags); }", Add: Count},
	pvPutMlocked:    {Text: "if (TestClearPageMlocked(page)) mod_zone_page_state(zone, NR_MLOCK, -1);", Add: Count},
	pvPutLink:       {Text: "list_add(&page->lru, &pages_to_free);", Add: Count},
	pvPutFree:       {Text: "free_unref_page_list(&pages_to_free);", Add: Count},
	pvNext:          {Text: "while (++i < pagevec_count(pvec));", Add: Count},
}}

func (s *MlockState) mlockPagevec(x *vm.Exec, l *mlockLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	v := &s.MlockVec[x.CPU]
	switch x.Line {
	case pvPage:
		e := vm.Load(x, v)
		if e == 0 {
			return vm.Return
		}
		vm.Store(x, v, e>>4)
		l.page, l.n = uint8(e&3)-1, 0
		switch e & (3 << 2) {
		case vecNew:
			return vm.Goto(pvNewLock)
		case vecMunlock:
			return vm.Goto(pvUnLockFirst)
		}
	case pvClaim:
		if !pg.Flags.TestClear(x, pgLRU) {
			return vm.Goto(pvOut)
		}
		l.n = isolated
	case pvLockFirst, pvLock, pvUnLockFirst:
		return s.LRU.LockIRQ(x)
	case pvEvictable:
		return vm.Unless(!pg.Flags.Test(x, pgMlocked), pvUnevictable)
	case pvRescue:
		if pg.Flags.Test(x, pgUnevictable) {
			s.rescue(x, p)
		}
		return vm.Goto(pvOut)
	case pvUnevictable:
		return vm.Unless(pg.Flags.Test(x, pgUnevictable), pvDel)
	case pvInc:
		if pg.Flags.Test(x, pgMlocked) {
			pg.Link.Inc(x, p)
		}
		return vm.Goto(pvOut)
	case pvDel:
		s.delFromLRU(x, p)
	case pvSet, pvNewSet:
		pg.Flags.Set(x, pgUnevictable)
	case pvCount, pvNewCount:
		n := 0
		if pg.Flags.Test(x, pgMlocked) {
			n = 1
		}
		pg.Link.SetCount(x, n, p)
		return vm.Goto(pvOut)
	case pvNewLock:
		n := s.LRU.LockIRQ(x)
		if n == vm.Fall {
			l.n = isolated // a new page belongs to who adds it
		}
		return n
	case pvNewEvictable:
		return vm.Unless(pg.Flags.Test(x, pgMlocked), pvNewList)
	case pvNewList:
		s.zoneAdd(x, s.evictableList(x, p), p)
		return vm.Goto(pvOut)
	case pvUnClaim:
		if pg.Flags.TestClear(x, pgLRU) {
			l.n = isolated
		}
	case pvUnLock:
		if l.n == isolated {
			return s.LRU.LockIRQ(x)
		}
	case pvUnUnevictable:
		return vm.Unless(l.n == isolated && pg.Flags.Test(x, pgUnevictable), pvUnClear)
	case pvUnDec:
		if n := pg.Link.Count(x); n > 0 && !pg.Link.DecAndTest(x, p) {
			return vm.Goto(pvOut)
		}
	case pvUnClear:
		return vm.Unless(pg.Flags.TestClear(x, pgMlocked), pvUnEvictable)
	case pvUnNr:
		vm.Store(x, &s.NrMlock, s.NrMlock-1)
	case pvUnEvictable:
		f := vm.Load(x, &pg.Flags)
		return vm.Unless(l.n == isolated && f&(pgUnevictable|pgMlocked) == pgUnevictable, pvOut)
	case pvUnMove:
		s.rescue(x, p)
	case pvOut:
		if l.n == isolated {
			pg.Flags.Set(x, pgLRU)
		}
	case pvUnlock:
		if s.LRU.HeldBy(x.CPU) {
			return s.unlockLRU(x)
		}
	case pvPut:
		return vm.Unless(s.drop(x, p), pvNext)
	case pvPutPeek:
		return vm.Unless(pg.Flags.Test(x, pgLRU), pvPutMlocked)
	case pvPutLock:
		return s.LRU.LockIRQ(x)
	case pvPutClear:
		pg.Flags.Clear(x, pgLRU)
	case pvPutDel:
		s.delFromLRU(x, p)
	case pvPutUnlock:
		return s.unlockLRU(x)
	case pvPutMlocked:
		s.freeMlock(x, p)
	case pvPutLink:
		pg.Link.Forget(x)
	case pvPutFree:
		s.free(x, p)
	case pvNext:
		return vm.Goto(pvPage)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// rescue moves an unevictable page to the evictable list that it belongs to.
func (s *MlockState) rescue(x *vm.Exec, p int) {
	s.Page[p].Link.Forget(x)
	s.Page[p].Flags.Clear(x, pgUnevictable)
	s.zoneAdd(x, s.evictableList(x, p), p)
}
