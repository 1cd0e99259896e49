package lrulock

import "github.com/vmrace/vmrace/vm"

// shrink_cache with shrink_list and try_to_unmap, mm/vmscan.c and mm/rmap.c, one
// page at a time: take it off the inactive list, look up the vmas that map it,
// unmap and free it, or put it back. What is done about a VM_LOCKED vma is the
// difference between the designs. l.other is how many pages may be scanned yet.
const (
	shWait = iota
	shDrain
	shLock
	shTail
	shGet
	shClear
	shClaim
	shUnclaimed
	shDel
	shUnlock
	shListDel
	shTry
	shCull
	shPTL
	shPTE
	shLocked
	shFail
	shSeen
	shMlockPage
	shStop
	shUnlockPTL
	shTrySem
	shStill
	shMark
	shAdopt
	shAdoptGet
	shAdoptOne
	shAdoptInc
	shMlocked
	shUp
	shStopped
	shBreak
	shNuke
	shNukePut
	shUnlockVMA
	shNext
	shLazySet
	shLazyGet
	shLazyCount
	shOffUnlock
	shOffPut
	shOff
	shAlone
	shFreeUnlock
	shFreeMlocked
	shFreeLink
	shFree
	shActivate
	shKeep
	shKeepList
	shBackLock
	shBackSet
	shBackDel
	shBackAdd
	shBackUnlock
	shBackOff
	shPutback
	shPut
	shMore
)

var shrinkListing = vm.Listing[MlockState, mlockLocals]{Name: "shrink_cache", Source: "mm/vmscan.c", Step: (*MlockState).shrink, Lines: []vm.Line{
	shWait:        {Text: "/* kswapd runs */"},
	shDrain:       {Text: "lru_add_drain();"},
	shLock:        {Text: "spin_lock_irq(&zone->lru_lock);"},
	shTail:        {Text: "page = list_entry(zone->inactive_list.prev, struct page, lru);"},
	shGet:         {Text: "if (!get_page_unless_zero(page)) goto out;"},
	shClear:       {Text: "ClearPageLRU(page);", Del: Count},
	shClaim:       {Text: "if (!TestClearPageLRU(page)) {", Add: Count},
	shUnclaimed:   {Text: "        put_page(page); goto out; }", Add: Count},
	shDel:         {Text: "list_move(&page->lru, &page_list);"},
	shUnlock:      {Text: "spin_unlock_irq(&zone->lru_lock);"},
	shListDel:     {Text: "list_del(&page->lru); /* shrink_list */"},
	shTry:         {Text: "if (TestSetPageLocked(page)) goto keep;"},
	shCull:        {Text: "if (!page_evictable(page)) goto keep_locked;", Add: list3},
	shPTL:         {Text: "spin_lock(&mm->page_table_lock); /* try_to_unmap_one */"},
	shPTE:         {Text: "if (pte_page(*pte) != page) goto unlock;"},
	shLocked:      {Text: "if (vma->vm_flags & VM_LOCKED) {"},
	shFail:        {Text: "        spin_unlock(&mm->page_table_lock); return SWAP_FAIL; }", Del: Piggin | list3},
	shSeen:        {Text: "        (*mlocked)++; goto unlock; }", Add: LazyCount},
	shMlockPage:   {Text: "        if (!(vma->vm_flags & VM_IO)) mlock_page(page);", Add: Count},
	shStop:        {Text: "        spin_unlock(ptl); return false; }", Add: Count},
	shUnlockPTL:   {Text: "        spin_unlock(&mm->page_table_lock);", Add: LazySem | Unevictable},
	shTrySem:      {Text: "        if (down_read_trylock(&vma->vm_mm->mmap_sem)) {", Add: LazySem | Unevictable},
	shStill:       {Text: "                if (vma->vm_flags & VM_LOCKED) {", Add: LazySem | Unevictable},
	shMark:        {Text: "                        mlock_vma_page(page);", Add: LazySem | Unevictable, Del: Adopt},
	shAdopt:       {Text: "                        if (!TestSetPageMLock(page)) {", Add: Adopt},
	shAdoptGet:    {Text: "                                get_page(page);", Add: Adopt},
	shAdoptOne:    {Text: "                                set_page_mlock_count(page, 1); } else", Add: Adopt},
	shAdoptInc:    {Text: "                                inc_page_mlock_count(page);", Add: Adopt},
	shMlocked:     {Text: "                        mlocked++; }", Add: LazySem | Unevictable},
	shUp:          {Text: "                up_read(&vma->vm_mm->mmap_sem); }", Add: LazySem | Unevictable},
	shStopped:     {Text: "        if (mlocked) return SWAP_MLOCK;", Add: Unevictable},
	shBreak:       {Text: "        continue; }", Add: LazySem | Unevictable},
	shNuke:        {Text: "ptep_get_and_clear(pte);"},
	shNukePut:     {Text: "page_cache_release(page);"},
	shUnlockVMA:   {Text: "spin_unlock(&mm->page_table_lock);"},
	shNext:        {Text: "vma = next vma that maps the page;"},
	shLazySet:     {Text: "if (mlocked) { SetPageMLock(page);", Add: LazyCount},
	shLazyGet:     {Text: "        get_page(page);", Add: LazyCount},
	shLazyCount:   {Text: "        set_page_mlock_count(page, mlocked); }", Add: LazyCount},
	shOffUnlock:   {Text: "if (mlocked) { unlock_page(page);", Add: Piggin},
	shOffPut:      {Text: "        put_page(page);", Add: Adopt},
	shOff:         {Text: "        goto out; }", Add: Piggin},
	shAlone:       {Text: "if (page_count(page) != 1) goto keep_locked; /* freeze */"},
	shFreeUnlock:  {Text: "unlock_page(page);"},
	shFreeMlocked: {Text: "free_page_mlock(page);", Add: Unevictable | FreeClear},
	shFreeLink:    {Text: "list_add(&page->lru, &free_list);", Add: lruFree},
	shFree:        {Text: "__free_pages_ok(page, 0); goto out;"},
	shActivate:    {Text: "SetPageActive(page); /* activate_locked */", Del: Piggin | list3 | Rotate},
	shKeep:        {Text: "unlock_page(page);"},
	shKeepList:    {Text: "list_add(&page->lru, &ret_pages);"},
	shBackLock:    {Text: "spin_lock_irq(&zone->lru_lock);", Del: list3},
	shBackSet:     {Text: "if (TestSetPageLRU(page)) BUG();", Del: list3},
	shBackDel:     {Text: "list_del(&page->lru);", Del: list3},
	shBackAdd:     {Text: "list_add(&page->lru, PageActive(page) ? &active_list : &inactive_list);", Del: list3},
	shBackUnlock:  {Text: "spin_unlock_irq(&zone->lru_lock);", Del: list3},
	shBackOff:     {Text: "list_del(&page->lru);", Add: list3},
	shPutback:     {Text: "putback_lru_page(page);", Add: list3},
	shPut:         {Text: "put_page(page);"},
	shMore:        {Text: "out: while (--max_scan);"},
}}

// alone in other: the scan waits until nothing else runs, and sees every page.
const alone = 0x80

func (s *MlockState) shrink(x *vm.Exec, l *mlockLocals) vm.Next {
	p := int(l.page)
	pg := &s.Page[p]
	m := &s.MM[l.mm]
	switch x.Line {
	case shWait:
		if l.other&alone != 0 && !s.quiet(x) {
			return vm.Block
		}
	case shDrain:
		return s.CPU[x.CPU].Call(fnDrain, mlockLocals{})
	case shLock, shBackLock:
		return s.LRU.LockIRQ(x)
	case shTail:
		tail, ok := s.Inactive.Tail(x)
		if !ok {
			l.n = scanEnd
			return vm.Goto(shUnlock)
		}
		l.page = uint8(tail)
	case shGet:
		if !pg.Count.IncNotZero(x) {
			l.n = scanEnd
			return vm.Goto(shUnlock)
		}
	case shClear:
		pg.Flags.Clear(x, pgLRU)
	case shClaim:
		return vm.Unless(!pg.Flags.TestClear(x, pgLRU), shDel)
	case shUnclaimed:
		pg.Count.Dec(x)
		l.n = scanEnd
		return vm.Goto(shUnlock)
	case shDel:
		s.zoneDel(x, p)
		pg.Link.ListAdd(x, vm.Isolated, p)
	case shUnlock:
		s.unlockLRU(x)
		if l.n == scanEnd {
			return vm.Goto(shMore)
		}
	case shListDel, shBackDel, shBackOff:
		pg.Link.ListDel(x, p)
	case shTry:
		return vm.Unless(pg.Lock.TryLock(x), shKeepList)
	case shCull:
		return vm.Unless(!pg.Flags.Test(x, pgMlocked), shKeep)
	case shPTL:
		return m.PTL.Lock(x)
	case shPTE:
		return vm.Unless(int(vm.Load(x, &m.PTE)) == p+1, shUnlockVMA)
	case shLocked:
		return vm.Unless(m.VMA.Test(x, vmLocked), shNuke)
	case shFail:
		m.PTL.Unlock(x)
		return vm.Goto(shActivate)
	case shSeen:
		l.n++
		return vm.Goto(shUnlockVMA)
	case shMlockPage:
		if !m.VMA.Test(x, vmIO) {
			return s.callOn(x, fnMlockPage, l.page)
		}
	case shStop:
		m.PTL.Unlock(x)
		return vm.Goto(shKeep)
	case shUnlockPTL, shUnlockVMA:
		return m.PTL.Unlock(x)
	case shTrySem:
		return vm.Unless(m.Sem.tryDownRead(x), shStopped)
	case shStill:
		return vm.Unless(m.VMA.Test(x, vmLocked), shUp)
	case shMark:
		return s.callOn(x, fnMlockVMA, l.page)
	case shAdopt:
		return vm.Unless(!pg.Flags.TestSet(x, pgMlocked), shAdoptInc)
	case shAdoptGet, shLazyGet:
		pg.Count.Inc(x)
	case shAdoptOne:
		pg.Link.SetCount(x, 1, p)
		return vm.Goto(shMlocked)
	case shAdoptInc:
		pg.Link.Inc(x, p)
	case shMlocked:
		l.n++
	case shUp:
		return m.Sem.up(x)
	case shStopped:
		if l.n > 0 {
			l.mm = 0
			return vm.Goto(shKeep)
		}
	case shBreak:
		return vm.Goto(shNext)
	case shNuke:
		if vm.Look(x, &m.VMA).Has(vmHeld) {
			x.Bug(Evicted, p, "")
		}
		vm.Store(x, &m.PTE, 0)
	case shNukePut:
		pg.Count.Dec(x)
	case shNext:
		if l.mm++; l.mm < mms {
			return vm.Goto(shPTL)
		}
		l.mm = 0
		return vm.Unless(l.n > 0, shAlone)
	case shLazySet:
		pg.Flags.Set(x, pgMlocked)
	case shLazyCount:
		pg.Link.SetCount(x, int(l.n), p)
	case shOff:
		return vm.Goto(shMore)
	case shAlone:
		if pg.Count.Read(x) != 1 {
			return vm.Goto(shKeep)
		}
		pg.Count.Set(x, 0)
	case shFreeUnlock, shKeep, shOffUnlock:
		return pg.Lock.Unlock(x)
	case shFreeMlocked:
		s.freeMlock(x, p)
	case shFreeLink:
		pg.Link.Forget(x)
	case shFree:
		s.free(x, p)
		return vm.Goto(shMore)
	case shActivate:
		pg.Flags.Set(x, pgActive)
	case shKeepList:
		pg.Link.ListAdd(x, vm.Isolated, p)
	case shBackSet:
		return x.BugOn(pg.Flags.TestSet(x, pgLRU), p, "PageLRU(page) in shrink_cache")
	case shBackAdd:
		s.zoneAdd(x, s.evictableList(x, p), p)
	case shBackUnlock:
		return s.unlockLRU(x)
	case shPutback:
		return s.callOn(x, fnPutback, l.page)
	case shPut:
		l.n = 0
		return s.callOn(x, fnPut, l.page)
	case shOffPut:
		return s.callOn(x, fnPut, l.page)
	case shMore:
		left := l.other - 1
		if left&^alone == 0 {
			*vm.Mark(x, &s.Scanned) = left == alone && s.quiet(x)
			return vm.Return
		}
		*l = mlockLocals{other: left}
		return vm.Goto(shDrain)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// scanEnd in n: there is no page to take.
const scanEnd = 15

// quiet reports whether no other CPU runs, except to wait for the same.
func (s *MlockState) quiet(x *vm.Exec) bool {
	x.LookAround()
	for i := range s.CPU {
		c := &s.CPU[i]
		if i != x.CPU && !c.Idle() && c.At(0) != (vm.At{Func: fnShrink, Line: shWait}) {
			return false
		}
	}
	return true
}
