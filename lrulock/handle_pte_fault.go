package lrulock

import "github.com/vmrace/vmrace/vm"

// handle_pte_fault, mm/memory.c, for a write: do_anonymous_page where no page is
// mapped, do_wp_page where one is that others map, too. l.page is the old page,
// l.other the new one.
const (
	pfDown = iota
	pfPTL
	pfFollow
	pfShared
	pfGet
	pfUnlockPTL
	pfLocked
	pfLock
	pfClear
	pfUnlock
	pfAlloc
	pfPTLAgain
	pfSame
	pfSet
	pfHeld
	pfMunlockPage
	pfAdd
	pfUnlockPTLAgain
	pfRaced
	pfLockOld
	pfMunlock
	pfUnlockOld
	pfPutNew
	pfPut
	pfPutOld
	pfUp
)

var handlePteFaultListing = vm.Listing[MlockState, mlockLocals]{Name: "handle_pte_fault", Source: "mm/memory.c", Step: (*MlockState).handlePteFault, Lines: []vm.Line{
	pfDown:           {Text: "down_read(&mm->mmap_sem);", Sleeps: true},
	pfPTL:            {Text: "spin_lock(&mm->page_table_lock);"},
	pfFollow:         {Text: "if (!vma) goto out; old_page = pte_page(*pte);"},
	pfShared:         {Text: "if (page_mapcount(old_page) == 1) goto reuse;"},
	pfGet:            {Text: "get_page(old_page);"},
	pfUnlockPTL:      {Text: "spin_unlock(&mm->page_table_lock);"},
	pfLocked:         {Text: "if (!(vma->vm_flags & VM_LOCKED)) goto copy;", Add: CowClear},
	pfLock:           {Text: "lock_page(old_page);", Add: CowClear, Sleeps: true},
	pfClear:          {Text: "clear_page_mlock(old_page);", Add: CowClear},
	pfUnlock:         {Text: "unlock_page(old_page);", Add: CowClear},
	pfAlloc:          {Text: "new_page = alloc_page(GFP_HIGHUSER);"},
	pfPTLAgain:       {Text: "spin_lock(&mm->page_table_lock);"},
	pfSame:           {Text: "if (!pte_same(*pte, orig_pte)) goto release;"},
	pfSet:            {Text: "set_pte(pte, mk_pte(new_page));"},
	pfHeld:           {Text: "page_add_new_anon_rmap(new_page);"},
	pfMunlockPage:    {Text: "if (vma->vm_flags & VM_LOCKED) munlock_page(old_page);", Add: Count},
	pfAdd:            {Text: "lru_cache_add(new_page, vma);"},
	pfUnlockPTLAgain: {Text: "spin_unlock(&mm->page_table_lock);"},
	pfRaced:          {Text: "if (raced || !(vma->vm_flags & VM_LOCKED)) goto put;", Add: CowMunlock},
	pfLockOld:        {Text: "lock_page(old_page);", Add: CowMunlock, Sleeps: true},
	pfMunlock:        {Text: "munlock_vma_page(old_page);", Add: CowMunlock},
	pfUnlockOld:      {Text: "unlock_page(old_page);", Add: CowMunlock},
	pfPutNew:         {Text: "if (raced) put_page(new_page);"},
	pfPut:            {Text: "put_page(old_page);"},
	pfPutOld:         {Text: "if (!raced) put_page(old_page);"},
	pfUp:             {Text: "up_read(&mm->mmap_sem);"},
}}

// raced in n: somebody else has changed the page table entry meanwhile.
const raced = 1

func (s *MlockState) handlePteFault(x *vm.Exec, l *mlockLocals) vm.Next {
	m := &s.MM[l.mm]
	switch x.Line {
	case pfDown:
		return m.Sem.downRead(x)
	case pfPTL, pfPTLAgain:
		return m.PTL.Lock(x)
	case pfFollow:
		l.page, l.other = s.follow(x, m), noPage
		switch {
		case !m.VMA.Test(x, vmThere):
			l.page, l.n = noPage, raced
			return vm.Goto(pfUnlockPTLAgain)
		case l.page == noPage:
			return vm.Goto(pfUnlockPTL)
		}
	case pfShared:
		s.lookPTEs(x)
		if s.mapcount(int(l.page)) == 1 {
			l.page, l.n = noPage, raced
			return vm.Goto(pfUnlockPTLAgain)
		}
	case pfGet:
		s.page(x, l.page).Count.Inc(x)
	case pfUnlockPTL:
		return s.unlockPTL(x, l, pfAlloc)
	case pfLocked:
		return vm.Unless(m.VMA.Test(x, vmLocked), pfAlloc)
	case pfLock, pfLockOld:
		return s.page(x, l.page).Lock.Lock(x)
	case pfClear:
		return s.callOn(x, fnClearMlock, l.page)
	case pfUnlock, pfUnlockOld:
		return s.page(x, l.page).Lock.Unlock(x)
	case pfAlloc:
		l.other = s.alloc(x)
		if l.other == noPage {
			l.n = raced
			return vm.Goto(pfPutNew)
		}
	case pfSame:
		if s.follow(x, m) != l.page {
			l.n = raced
			return vm.Goto(pfUnlockPTLAgain)
		}
	case pfSet:
		vm.Store(x, &m.PTE, l.other+1)
	case pfHeld:
		if vm.Look(x, &m.VMA).Has(vmLocked) {
			*vm.Mark(x, &m.VMA) |= vmHeld
		}
	case pfMunlockPage:
		if l.page != noPage && m.VMA.Test(x, vmLocked) {
			return s.callOn(x, fnMunlockPage, l.page)
		}
	case pfAdd:
		return s.CPU[x.CPU].Call(fnLRUCacheAdd, mlockLocals{page: l.other, mm: l.mm})
	case pfUnlockPTLAgain:
		return m.PTL.Unlock(x)
	case pfRaced:
		return vm.Unless(l.n != raced && l.page != noPage && m.VMA.Test(x, vmLocked), pfPutNew)
	case pfMunlock:
		return s.callOn(x, fnMunlockVMA, l.page)
	case pfPutNew:
		if l.n == raced && l.other != noPage {
			return s.callOn(x, fnPut, l.other)
		}
	case pfPut:
		if l.page == noPage {
			return vm.Goto(pfUp)
		}
		return s.callOn(x, fnPut, l.page)
	case pfPutOld:
		if l.n != raced && l.page != noPage {
			return s.callOn(x, fnPut, l.page)
		}
	case pfUp:
		return m.Sem.up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
