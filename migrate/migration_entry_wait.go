package migrate

import "github.com/vmrace/vmrace/vm"

// __migration_entry_wait, mm/migrate.c, with wait_on_page_bit_common,
// mm/filemap.c: a fault on a migration entry waits for the unlock of the page.
// Up to 4.20 it keeps its reference while it sleeps; 5.0 queues itself, drops
// the reference, and never looks at the page again.
const (
	wtLock = iota
	wtEntry
	wtGet
	wtPlainGet
	wtUnlock
	wtLocked
	wtQueue
	wtTest
	wtDrop
	wtSleep
	wtRetest
	wtPeek
	wtFinish
	wtPut
	wtReturn
	wtOut
)

var waitListing = vm.Listing[State, locals]{Name: "__migration_entry_wait", Source: "mm/migrate.c, mm/filemap.c, 5.0.1", Step: (*State).migrationEntryWait, Lines: []vm.Line{
	wtLock:     {Text: "spin_lock(ptl);", Order: vm.Acquire},
	wtEntry:    {Text: "if (!is_migration_entry(*ptep)) goto out;"},
	wtGet:      {Text: "if (!get_page_unless_zero(page)) goto out;", Del: PlainGet, Order: vm.Full},
	wtPlainGet: {Text: "get_page(page);", Add: PlainGet},
	wtUnlock:   {Text: "pte_unmap_unlock(ptep, ptl);", Order: vm.Release},
	wtLocked:   {Text: "if (PageLocked(page)) /* wait_on_page_locked */", Del: Drop},
	wtQueue:    {Text: "__add_wait_queue_entry_tail(q, wait); SetPageWaiters(page);"},
	wtTest:     {Text: "bit_is_set = test_bit(PG_locked, &page->flags);"},
	wtDrop:     {Text: "put_page(page); /* behavior == DROP */", Add: Drop},
	wtSleep:    {Text: "if (bit_is_set) io_schedule();", Sleeps: true},
	wtRetest:   {Text: "if (test_bit(PG_locked, &page->flags)) continue;", Del: Drop},
	wtPeek:     {Text: "if (test_bit(PG_locked, &page->flags)) continue;", Add: Peek},
	wtFinish:   {Text: "finish_wait(q, wait);"},
	wtPut:      {Text: "put_page(page);", Del: Drop},
	wtReturn:   {Text: "return;"},
	wtOut:      {Text: "out: pte_unmap_unlock(ptep, ptl);", Order: vm.Release},
}}

func (s *State) migrationEntryWait(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case wtLock:
		return s.PTL.Lock(x)
	case wtEntry:
		e := vm.Load(x, &s.PTE[l.i])
		if e.kind() != pteMigration {
			return vm.Goto(wtOut)
		}
		l.page = e.page()
	case wtGet:
		if !s.tryGet(x, l.page, byOther) {
			return vm.Goto(wtOut)
		}
		l.held = 1
	case wtPlainGet:
		s.get(x, l.page, byOther)
		l.held = 1
	case wtUnlock, wtOut:
		return s.PTL.Unlock(x)
	case wtLocked:
		return vm.Unless(s.locked(x, l), wtPut)
	case wtQueue:
		s.Queue[l.page].Add(x)
		pg.Flags.Set(x, waiters)
	case wtTest:
		l.n = 0
		if s.locked(x, l) {
			l.n = 1
		}
	case wtDrop:
		l.held = 0
		return s.put(x, l.page, byOther)
	case wtSleep:
		if l.n == 1 {
			return s.Queue[l.page].Sleep(x)
		}
	case wtRetest, wtPeek:
		return vm.Unless(!s.locked(x, l), wtQueue)
	case wtFinish:
		s.Queue[l.page].Remove(x)
	case wtPut:
		return s.put(x, l.page, byOther)
	case wtReturn:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// locked is PageLocked. Its oracle: the waiter has no reference any more, and
// so the page may belong to somebody who keeps it locked for ever.
func (s *State) locked(x *vm.Exec, l *locals) bool {
	if l.held == 0 {
		bug(x, vm.UseAfterFree, l.page, "look at a page without a reference")
	}
	lock := vm.Load(x, &s.Page[l.page].Lock)
	return lock.Locked()
}
