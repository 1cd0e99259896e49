package lrulock

import "github.com/vmrace/vmrace/vm"

// munlock_vma_page, mm/mlock.c, with the page locked and the vma no longer
// VM_LOCKED. 2.6.28 has no count and asks the reverse map whether another vma
// keeps the page mlocked (try_to_munlock, written out), if it wins the page.
const (
	nvTest = iota
	nvDec
	nvClear
	nvGet
	nvVec
	nvPutMlock
	nvTestClear
	nvNr
	nvIsolate
	nvLost
	nvMaps
	nvTry
	nvLocked
	nvMlock
	nvMlockNr
	nvUp
	nvNext
	nvPutback
	nvPut
)

var munlockVMAListing = vm.Listing[MlockState, mlockLocals]{Name: "munlock_vma_page", Source: "mm/mlock.c", Step: (*MlockState).munlockVMA, Lines: []vm.Line{
	nvTest:      {Text: "if (!PageMLock(page)) return;", Add: Piggin},
	nvDec:       {Text: "if (dec_page_mlock_count(page)) return;", Add: Piggin},
	nvClear:     {Text: "ClearPageMLock(page);", Add: Piggin},
	nvGet:       {Text: "page_cache_get(page); /* lru_cache_add_active */", Add: Piggin},
	nvVec:       {Text: "pagevec_add(&lru_add_pvecs, page);", Add: Piggin},
	nvPutMlock:  {Text: "put_page(page);", Add: Piggin},
	nvTestClear: {Text: "if (!TestClearPageMlocked(page)) return;", Add: Unevictable},
	nvNr:        {Text: "dec_zone_page_state(page, NR_MLOCK);", Add: Unevictable},
	nvIsolate:   {Text: "err = isolate_lru_page(page);", Add: Unevictable},
	nvLost:      {Text: "if (err) return;", Add: Unevictable},
	nvMaps:      {Text: "if (!(vma->vm_flags & VM_LOCKED && page_mapped_in_vma(page, vma))) continue;", Add: Unevictable},
	nvTry:       {Text: "if (down_read_trylock(&vma->vm_mm->mmap_sem)) {", Add: Unevictable},
	nvLocked:    {Text: "        if (vma->vm_flags & VM_LOCKED)", Add: Unevictable},
	nvMlock:     {Text: "                if (!TestSetPageMlocked(page)) /* mlock_vma_page */", Add: Unevictable},
	nvMlockNr:   {Text: "                        inc_zone_page_state(page, NR_MLOCK);", Add: Unevictable},
	nvUp:        {Text: "        up_read(&vma->vm_mm->mmap_sem); }", Add: Unevictable},
	nvNext:      {Text: "vma = next vma that maps the page;", Add: Unevictable},
	nvPutback:   {Text: "putback_lru_page(page);", Add: Unevictable},
	nvPut:       {Text: "put_page(page);", Add: Unevictable},
}}

func (s *MlockState) munlockVMA(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	m := &s.MM[l.mm]
	switch x.Line {
	case nvTest:
		if !pg.Flags.Test(x, pgMlocked) {
			return vm.Return
		}
	case nvDec:
		if !pg.Link.DecAndTest(x, p) {
			return vm.Return
		}
	case nvClear:
		pg.Flags.Clear(x, pgMlocked)
	case nvGet:
		pg.Count.Inc(x)
	case nvVec:
		vm.Store(x, &s.Pvec[x.CPU], s.Pvec[x.CPU].With(p))
	case nvPutMlock, nvPut:
		return s.callOn(x, fnPut, l.page)
	case nvTestClear:
		if !pg.Flags.TestClear(x, pgMlocked) {
			return vm.Return
		}
	case nvNr:
		vm.Store(x, &s.NrMlock, s.NrMlock-1)
	case nvIsolate:
		return s.callOn(x, fnIsolate, l.page)
	case nvLost:
		if x.Result() != isolated {
			return vm.Return
		}
	case nvMaps:
		return vm.Unless(m.VMA.Test(x, vmLocked) && int(vm.Load(x, &m.PTE)) == p+1, nvNext)
	case nvTry:
		return vm.Unless(m.Sem.tryDownRead(x), nvNext)
	case nvLocked:
		return vm.Unless(m.VMA.Test(x, vmLocked), nvUp)
	case nvMlock:
		return vm.Unless(!pg.Flags.TestSet(x, pgMlocked), nvUp)
	case nvMlockNr:
		vm.Store(x, &s.NrMlock, s.NrMlock+1)
	case nvUp:
		return m.Sem.up(x)
	case nvNext:
		if l.mm++; l.mm < mms {
			return vm.Goto(nvMaps)
		}
		l.mm = 0
	case nvPutback:
		return s.callOn(x, fnPutback, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
