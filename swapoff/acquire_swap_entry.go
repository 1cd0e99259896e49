package swapoff

import "github.com/vmrace/vmrace/vm"

// acquire_swap_entry, mm/swapfile.c: a handle for a page that is to go out. It
// reads the flags of the device under no lock but the kernel lock. The handle
// that a page remembers after it left the swap cache, PG_swap_entry, is left
// out.
const (
	acqCached = iota
	acqFlags
	acqDupTest
	acqDup
	acqReturn
	acqNew
)

var acquireListing = vm.Listing[State, locals]{Name: "acquire_swap_entry", Source: "mm/swapfile.c", Step: (*State).acquire, Lines: []vm.Line{
	acqCached:  {Text: "if (PageSwapCache(page)) { entry = page->index;", Add: H12},
	acqFlags:   {Text: "        if ((p->flags & SWP_WRITEOK) != SWP_WRITEOK) return 0;", Add: H12},
	acqDupTest: {Text: "        if (swap_map[offset]) /* swap_duplicate, no lock */", Add: H12},
	acqDup:     {Text: "                swap_map[offset]++; /* under swap_device_lock */", Add: H12},
	acqReturn:  {Text: "        return entry; }", Add: H12},
	acqNew:     {Text: "return get_swap_page();"},
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
	case acqDupTest:
		return vm.Unless(s.swapInUse(x, *vm.Look(x, &s.Page[l.page].Index)), acqReturn)
	case acqDup:
		s.swapRaise(x, *vm.Look(x, &s.Page[l.page].Index))
	case acqReturn:
		return x.Return(*vm.Look(x, &s.Page[l.page].Index) + 1)
	case acqNew:
		if !vm.Look(x, &s.SwapLk).Free() {
			return vm.Block
		}
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
