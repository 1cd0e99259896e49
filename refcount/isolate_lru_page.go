package refcount

import "github.com/vmrace/vmrace/vm"

// isolate_lru_page and putback_lru_page, mm/vmscan.c, 5.11, called by somebody
// who owns a reference: who clears PG_lru has claimed the page and takes it off
// the list later, under the lock.
const (
	isoClaim = iota
	isoGet
	isoLock
	isoDel
	isoNr
	isoUnlock
	isoLock2
	isoSet
	isoAdd
	isoAddNr
	isoUnlock2
	isoPut
)

var isolateListing = vm.Listing[State, locals]{Name: "isolate_lru_page", Source: "mm/vmscan.c", Step: (*State).isolateLRUPage, Lines: []vm.Line{
	isoClaim:   {Text: "if (TestClearPageLRU(page)) {", Add: Claim},
	isoGet:     {Text: "        get_page(page);", Add: Claim},
	isoLock:    {Text: "        lruvec = lock_page_lruvec_irq(page);", Add: Claim},
	isoDel:     {Text: "        list_del(&page->lru);", Add: Claim},
	isoNr:      {Text: "        PageActive(page) ? nr_active-- : nr_inactive--;", Add: Claim},
	isoUnlock:  {Text: "        unlock_page_lruvec_irq(lruvec); }", Add: Claim},
	isoLock2:   {Text: "lruvec = lock_page_lruvec_irq(page); /* putback_lru_page */", Add: Claim},
	isoSet:     {Text: "SetPageLRU(page);", Add: Claim},
	isoAdd:     {Text: "list_add(&page->lru, PageActive(page) ? &active_list : &inactive_list);", Add: Claim},
	isoAddNr:   {Text: "PageActive(page) ? nr_active++ : nr_inactive++;", Add: Claim},
	isoUnlock2: {Text: "unlock_page_lruvec_irq(lruvec);", Add: Claim},
	isoPut:     {Text: "put_page(page);", Add: Claim},
}}

func (s *State) isolateLRUPage(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case isoClaim:
		if !s.Page[p].Flags.TestClear(x, lru) {
			vm.Mark(x, &s.Users).add(p) // the caller keeps its reference
			return vm.Return
		}
	case isoGet:
		s.get(x, l.page)
	case isoLock, isoLock2:
		return s.LRU.LockIRQ(x)
	case isoDel:
		s.listDel(x, p)
	case isoNr:
		s.nrTake(x, p)
	case isoUnlock, isoUnlock2:
		return s.unlockLRU(x)
	case isoSet:
		s.Page[p].Flags.Set(x, lru)
	case isoAdd:
		s.lruAdd(x, p)
	case isoAddNr:
		s.nrAdd(x, p)
	case isoPut:
		vm.Mark(x, &s.Users).add(p)
		return s.CPU[x.CPU].Call(fnPut, locals{page: l.page})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
