package swapoff

import "github.com/vmrace/vmrace/vm"

// acquire_swap_entry, mm/swapfile.c: a handle for a page that is to go out. It
// reads the flags of the device under no lock but the kernel lock. The handle
// that a page remembers after it left the swap cache, PG_swap_entry, is left
// out.
const (
	acqCached = iota
	acqFlags
	acqDup
	acqNew
)

var acquireListing = vm.Listing[State, locals]{Name: "acquire_swap_entry", Source: "mm/swapfile.c", Step: (*State).acquire, Lines: []vm.Line{
	acqCached: {Text: "if (PageSwapCache(page)) { entry = page->index;", Add: H12},
	acqFlags:  {Text: "        if ((p->flags & SWP_WRITEOK) != SWP_WRITEOK) return 0;", Add: H12},
	acqDup:    {Text: "        swap_duplicate(entry); return entry; }", Add: H12},
	acqNew:    {Text: "return get_swap_page();"},
}}

func (s *State) acquire(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case acqCached:
		return vm.Unless(s.Page[l.page].Flags.Test(x, swapCache), acqNew)
	case acqFlags:
		d := vm.Load(x, &s.Dev)
		if onDevice0(*vm.Look(x, &s.Page[l.page].Index)) && d&(used|writeOK) != used|writeOK {
			return x.Return(0)
		}
	case acqDup:
		e := *vm.Look(x, &s.Page[l.page].Index)
		s.swapDuplicate(x, e)
		return x.Return(e + 1)
	case acqNew:
		e, ok := s.getSwapPage(x, 1)
		if !ok {
			return x.Return(0)
		}
		return x.Return(e + 1)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
