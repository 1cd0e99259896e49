package migrate

import "github.com/vmrace/vmrace/vm"

// delete_from_swap_cache, mm/swap_state.c: the page leaves the swap cache. The
// count follows once the tree's lock is dropped. The page is locked.
const (
	delLock = iota
	delSlot
	delFlag
	delUnlock
	delSub
)

var deleteListing = vm.Listing[State, locals]{Name: "delete_from_swap_cache", Source: "mm/swap_state.c, 5.0.1", Step: (*State).deleteFromSwapCache, Lines: []vm.Line{
	delLock:   {Text: "xa_lock_irq(&address_space->i_pages);", Order: vm.Acquire},
	delSlot:   {Text: "xas_store(&xas, NULL);", Order: vm.Release},
	delFlag:   {Text: "ClearPageSwapCache(page);"},
	delUnlock: {Text: "xa_unlock_irq(&address_space->i_pages);", Order: vm.Release},
	delSub:    {Text: "page_ref_sub(page, 1);"},
}}

func (s *State) deleteFromSwapCache(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case delLock:
		return s.XA.LockIRQ(x)
	case delSlot:
		vm.Store(x, &s.Slot, 0)
	case delFlag:
		pg.Flags.Clear(x, swapCache)
	case delUnlock:
		return s.XA.UnlockIRQ(x)
	case delSub:
		s.disown(x, l.page, byCache)
		pg.Count.Dec(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
