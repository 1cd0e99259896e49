package refcount

import "github.com/vmrace/vmrace/vm"

// swap_writepage, mm/page_io.c, from the end of its synchronous write on: the
// page was locked and marked for it by a scan that holds a reference.
const (
	wrpLaunder = iota
	wrpWriteback
	wrpUnlock
	wrpPut
)

var swapWritepageListing = vm.Listing[State, locals]{Name: "swap_writepage", Source: "mm/page_io.c", Step: (*State).swapWritepage, Lines: []vm.Line{
	wrpLaunder:   {Text: "ClearPageLaunder(page);", Add: ScanLocked},
	wrpWriteback: {Text: "end_page_writeback(page);", Add: RMap},
	wrpUnlock:    {Text: "UnlockPage(page);", Add: ScanLocked},
	wrpPut:       {Text: "page_cache_release(page);", Add: ScanLocked},
}}

func (s *State) swapWritepage(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page.page()]
	switch x.Line {
	case wrpLaunder, wrpWriteback:
		pg.Flags.Clear(x, writeback)
	case wrpUnlock:
		return pg.Lock.Unlock(x)
	case wrpPut:
		return s.CPU[x.CPU].Call(fnPut, locals{page: l.page})
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
