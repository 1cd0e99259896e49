package lrulock

import "github.com/vmrace/vmrace/vm"

// A task with a reference to a page that needs the page lock for a moment:
// truncate, a read, migration.
const (
	lpLock = iota
	lpUnlock
	lpPut
)

var lockPageListing = vm.Listing[MlockState, mlockLocals]{Name: "truncate_inode_page", Source: "mm/truncate.c", Step: (*MlockState).lockPage, Lines: []vm.Line{
	lpLock:   {Text: "lock_page(page);", Sleeps: true},
	lpUnlock: {Text: "unlock_page(page);"},
	lpPut:    {Text: "put_page(page);"},
}}

func (s *MlockState) lockPage(x *vm.Exec, l *mlockLocals) vm.Next {
	switch x.Line {
	case lpLock:
		return s.page(x, l.page).Lock.Lock(x)
	case lpUnlock:
		return s.page(x, l.page).Lock.Unlock(x)
	case lpPut:
		return s.callOn(x, fnPut, l.page)
	default:
		panic(x.Lost())
	}
}
