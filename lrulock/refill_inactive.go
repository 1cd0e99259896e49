package lrulock

import "github.com/vmrace/vmrace/vm"

// refill_inactive, mm/vmscan.c, for one page that nobody has referenced. The
// private list that the page passes through is left out here; the pagevec race
// has it.
const (
	rfLock = iota
	rfTail
	rfDel
	rfClear
	rfAdd
	rfUnlock
)

var refillListing = vm.Listing[MlockState, mlockLocals]{Name: "refill_inactive", Source: "mm/vmscan.c", Step: (*MlockState).refill, Lines: []vm.Line{
	rfLock:   {Text: "spin_lock_irq(&zone->lru_lock);"},
	rfTail:   {Text: "page = list_entry(zone->active_list.prev, struct page, lru);"},
	rfDel:    {Text: "list_del(&page->lru);"},
	rfClear:  {Text: "ClearPageActive(page);"},
	rfAdd:    {Text: "list_add(&page->lru, &zone->inactive_list);"},
	rfUnlock: {Text: "spin_unlock_irq(&zone->lru_lock);"},
}}

func (s *MlockState) refill(x *vm.Exec, l *mlockLocals) vm.Next {
	switch x.Line {
	case rfLock:
		return s.LRU.LockIRQ(x)
	case rfTail:
		p, ok := s.Active.Tail(x)
		l.page = uint8(p)
		return vm.Unless(ok, rfUnlock)
	case rfDel:
		s.zoneDel(x, int(l.page))
	case rfClear:
		s.Page[l.page].Flags.Clear(x, pgActive)
	case rfAdd:
		s.zoneAdd(x, &s.Inactive, int(l.page))
	case rfUnlock:
		return s.unlockLRU(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
