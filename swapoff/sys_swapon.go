package swapoff

import "github.com/vmrace/vmrace/vm"

// sys_swapon, mm/swapfile.c, of device 0 once more, and another process that
// swaps a page out to it.
const (
	sonFree = iota
	sonUsed
	sonMap
	sonList
	sonForeign
)

var swaponListing = vm.Listing[State, locals]{Name: "sys_swapon", Source: "mm/swapfile.c", Step: (*State).swapon, Lines: []vm.Line{
	sonFree:    {Text: "for (p = swap_info; p->flags & SWP_USED; p++);"},
	sonUsed:    {Text: "p->flags = SWP_USED;"},
	sonMap:     {Text: "p->swap_map = vmalloc(); p->max = ...;"},
	sonList:    {Text: "p->flags = SWP_WRITEOK; swap_list: insert p; nr_swap_pages += nr_good_pages;"},
	sonForeign: {Text: "entry = get_swap_page(); /* another process swaps out */"},
}}

func (s *State) swapon(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case sonFree:
		if vm.Load(x, &s.Dev).Has(used) {
			return vm.Return
		}
	case sonUsed:
		s.Dev.Set(x, used)
	case sonMap:
		vm.Store(x, &s.Dev, s.Dev&^vfreed|hasMap|hasMax)
	case sonList:
		s.Dev.Set(x, writeOK|listed|cursor)
		*vm.Mark(x, &s.NrSwap) += devicePages
	case sonForeign:
		if vm.Load(x, &s.Map[0]) == 0 && s.listedWritable(x) {
			s.getSwapPage(x, 1)
			*vm.Mark(x, &s.Foreign) = foreign
			*vm.Mark(x, &s.Disk[0]) = foreign
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// foreign is what the other process has stored; awaited stands for it before.
const (
	foreign data = 6 + iota
	awaited
)

// mayDelete reports whether the device has no handle of the process that is not
// modelled, in whose page table swapoff would look in vain.
func mayDelete(s *State, x *vm.Exec, _ *locals) bool { return *vm.Look(x, &s.Foreign) == 0 }

// mayAdd reports whether nobody deletes the device just now.
func mayAdd(s *State, x *vm.Exec, _ *locals) bool {
	x.LookAround()
	for i := range s.CPU {
		if c := &s.CPU[i]; !c.Idle() && (c.At(0).Func == fnSwapoff || c.At(0).Func == fnSwapoff24) {
			return false
		}
	}
	if *vm.Mark(x, &s.Foreign) != 0 {
		return false
	}
	s.Foreign = awaited
	return true
}
