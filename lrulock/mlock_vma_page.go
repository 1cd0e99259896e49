package lrulock

import "github.com/vmrace/vmrace/vm"

// mlock_vma_page, mm/mlock.c, with the page locked: the one of 2007, which
// counts only after an isolation, and the one of 2.6.28, which counts nothing.
const (
	mvTest = iota
	mvIsolate
	mvLost
	mvSet
	mvGet
	mvOne
	mvInc
	mvTestSet
	mvNr
	mvIsolate28
	mvLost28
	mvPutback
	mvPut
)

var mlockVMAListing = vm.Listing[MlockState, mlockLocals]{Name: "mlock_vma_page", Source: "mm/mlock.c", Step: (*MlockState).mlockVMA, Lines: []vm.Line{
	mvTest:      {Text: "if (!PageMLock(page)) {", Add: Piggin},
	mvIsolate:   {Text: "        err = isolate_lru_page(page);", Add: Piggin},
	mvLost:      {Text: "        if (err) return;", Add: Piggin},
	mvSet:       {Text: "        SetPageMLock(page);", Add: Piggin},
	mvGet:       {Text: "        get_page(page);", Add: Piggin},
	mvOne:       {Text: "        set_page_mlock_count(page, 1); return; }", Add: Piggin},
	mvInc:       {Text: "inc_page_mlock_count(page);", Add: Piggin},
	mvTestSet:   {Text: "if (TestSetPageMlocked(page)) return;", Add: Unevictable},
	mvNr:        {Text: "inc_zone_page_state(page, NR_MLOCK);", Add: Unevictable},
	mvIsolate28: {Text: "err = isolate_lru_page(page);", Add: Unevictable},
	mvLost28:    {Text: "if (err) return;", Add: Unevictable},
	mvPutback:   {Text: "putback_lru_page(page);", Add: Unevictable},
	mvPut:       {Text: "put_page(page);", Add: Unevictable},
}}

func (s *MlockState) mlockVMA(x *vm.Exec, l *mlockLocals) vm.Next {
	p := pageOf(x, l.page)
	pg := &s.Page[p]
	switch x.Line {
	case mvTest:
		return vm.Unless(!pg.Flags.Test(x, pgMlocked), mvInc)
	case mvIsolate, mvIsolate28:
		return s.callOn(x, fnIsolate, l.page)
	case mvLost, mvLost28:
		if x.Result() != isolated {
			return vm.Return
		}
	case mvSet:
		pg.Flags.Set(x, pgMlocked)
	case mvGet:
		pg.Count.Inc(x)
	case mvOne:
		pg.Link.SetCount(x, 1, p)
		return vm.Return
	case mvInc:
		pg.Link.Inc(x, p)
	case mvTestSet:
		if pg.Flags.TestSet(x, pgMlocked) {
			return vm.Return
		}
	case mvNr:
		vm.Store(x, &s.NrMlock, s.NrMlock+1)
	case mvPutback:
		return s.callOn(x, fnPutback, l.page)
	case mvPut:
		return s.callOn(x, fnPut, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
