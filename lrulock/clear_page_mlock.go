package lrulock

import "github.com/vmrace/vmrace/vm"

// clear_page_mlock, mm/mlock.c, with the page locked: whatever vmas keep it
// mlocked, the page goes back to the LRU; a scan will find them.
const (
	cmTestClear = iota
	cmNr
	cmIsolate
	cmLost
	cmPutback
	cmPut
)

var clearMlockListing = vm.Listing[MlockState, mlockLocals]{Name: "clear_page_mlock", Source: "mm/mlock.c", Step: (*MlockState).clearMlock, Lines: []vm.Line{
	cmTestClear: {Text: "if (!TestClearPageMlocked(page)) return;", Add: CowClear},
	cmNr:        {Text: "dec_zone_page_state(page, NR_MLOCK);", Add: CowClear},
	cmIsolate:   {Text: "err = isolate_lru_page(page);", Add: CowClear},
	cmLost:      {Text: "if (err) return;", Add: CowClear},
	cmPutback:   {Text: "putback_lru_page(page);", Add: CowClear},
	cmPut:       {Text: "put_page(page);", Add: CowClear},
}}

func (s *MlockState) clearMlock(x *vm.Exec, l *mlockLocals) vm.Next {
	pg := s.page(x, l.page)
	switch x.Line {
	case cmTestClear:
		if !pg.Flags.TestClear(x, pgMlocked) {
			return vm.Return
		}
	case cmNr:
		vm.Store(x, &s.NrMlock, s.NrMlock-1)
	case cmIsolate:
		return s.callOn(x, fnIsolate, l.page)
	case cmLost:
		if x.Result() != isolated {
			return vm.Return
		}
	case cmPutback:
		return s.callOn(x, fnPutback, l.page)
	case cmPut:
		return s.callOn(x, fnPut, l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
