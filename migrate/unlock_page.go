package migrate

import "github.com/vmrace/vmrace/vm"

// unlock_page, mm/filemap.c: clears PG_locked and reads PG_waiters, which lies
// in the same byte, with one atomic operation, and wakes whoever waits. Its oracles: what must hold
// while nobody has the page locked.
const (
	ulkClear = iota
	ulkWake
)

var unlockListing = vm.Listing[State, locals]{Name: "unlock_page", Source: "mm/filemap.c, 5.0.1", Step: (*State).unlockPage, Lines: []vm.Line{
	ulkClear: {Text: "if (clear_bit_unlock_is_negative_byte(PG_locked, &page->flags))", Order: vm.Release},
	ulkWake:  {Text: "        wake_up_page_bit(page, PG_locked);"},
}}

func (s *State) unlockPage(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case ulkClear:
		for _, e := range s.PTE {
			if e.waits(l.page) {
				bug(x, Entry, l.page, "unlock_page with migration entries")
				break
			}
		}
		if vm.Look(x, pg); s.Rules&strict != 0 && pg.Flags.Has(private) && pg.Own&byPrivate == 0 {
			bug(x, Private, l.page, "")
		}
		pg.Lock.Unlock(x)
		return vm.Unless(pg.Flags.Test(x, waiters), ulkWake+1)
	case ulkWake:
		s.Queue[l.page].WakeAll(x)
		pg.Flags.Clear(x, waiters)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
