package lrulock

import "github.com/vmrace/vmrace/vm"

// mlock_page and munlock_page, mm/mlock.c of 5.18: the flag at once, the list and
// the count when the CPU's mlock_pvec is worked off. munlock leaves the flag to
// that, too, because another vma may keep the page mlocked.
const (
	mpTestSet = iota
	mpNr
	mpGet
	mpVec
	mpNow
)

var mlockPageListing = vm.Listing[MlockState, mlockLocals]{Name: "mlock_page", Source: "mm/mlock.c", Step: (*MlockState).mlockPage, Lines: []vm.Line{
	mpTestSet: {Text: "if (!TestSetPageMlocked(page))", Add: Count},
	mpNr:      {Text: "        mod_zone_page_state(zone, NR_MLOCK, 1);", Add: Count},
	mpGet:     {Text: "get_page(page);", Add: Count},
	mpVec:     {Text: "if (!pagevec_add(pvec, mlock_lru(page))) mlock_pagevec(pvec);", Add: Count},
	mpNow:     {Text: "mlock_pagevec(pvec);", Add: AtOnce},
}}

func (s *MlockState) mlockPage(x *vm.Exec, l *mlockLocals) vm.Next {
	pg := s.page(x, l.page)
	switch x.Line {
	case mpTestSet:
		return vm.Unless(!pg.Flags.TestSet(x, pgMlocked), mpGet)
	case mpNr:
		vm.Store(x, &s.NrMlock, s.NrMlock+1)
	case mpGet:
		pg.Count.Inc(x)
	case mpVec:
		if s.vec(x, l.page, vecMlock) {
			return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
		}
	case mpNow:
		return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const (
	npGet = iota
	npVec
	npNow
)

var munlockPageListing = vm.Listing[MlockState, mlockLocals]{Name: "munlock_page", Source: "mm/mlock.c", Step: (*MlockState).munlockPage, Lines: []vm.Line{
	npGet: {Text: "get_page(page);", Add: Count},
	npVec: {Text: "if (!pagevec_add(pvec, page)) mlock_pagevec(pvec);", Add: Count},
	npNow: {Text: "mlock_pagevec(pvec);", Add: AtOnce},
}}

func (s *MlockState) munlockPage(x *vm.Exec, l *mlockLocals) vm.Next {
	switch x.Line {
	case npGet:
		s.page(x, l.page).Count.Inc(x)
	case npVec:
		if s.vec(x, l.page, vecMunlock) {
			return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
		}
	case npNow:
		return s.CPU[x.CPU].Call(fnMlockPagevec, mlockLocals{})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
