package swapoff

import "github.com/vmrace/vmrace/vm"

// swapin_readahead, mm/memory.c, with valid_swaphandles: reads the handles of a
// cluster, two of them here, in advance. The caller owns the kernel lock. The
// reads do not wait; their I/O is over at once.
const (
	rdaFlags = iota
	rdaTake
	rdaTakeMax
	rdaCount24
	rdaMore
	rdaLimit
	rdaRead
	rdaPut
	rdaFree
	rdaRead24
	rdaPut24
	rdaNext
)

var readaheadListing = vm.Listing[State, locals]{Name: "swapin_readahead", Source: "mm/memory.c", Step: (*State).readahead, Lines: []vm.Line{
	rdaFlags:   {Text: "if ((swapdev->flags & SWP_WRITEOK) == SWP_WRITEOK) /* valid_swaphandles */", Add: H11},
	rdaTake:    {Text: "do { if (!swap_map[toff]) break; swap_map[toff]++; } while (--i);", Del: MaxCheck | Hugh},
	rdaTakeMax: {Text: "do { if (!swap_map[toff] || swap_map[toff] == MAX) break; swap_map[toff]++; } while (--i);", Add: MaxCheck},
	rdaCount24: {Text: "do { if (!swap_map[toff]) break; toff++; } while (--i); /* no reference */", Add: Hugh},
	rdaMore:    {Text: "for (i = 0; i < num; offset++, i++) {"},
	rdaLimit:   {Text: "        if (nr_async_pages >= swap_cluster) { swap_free() the rest; break; }", Del: Hugh},
	rdaRead:    {Text: "        new_page = read_swap_cache_async(SWP_ENTRY(type, offset), 0);", Del: Hugh},
	rdaPut:     {Text: "        if (new_page) __free_page(new_page);", Del: Hugh},
	rdaFree:    {Text: "        swap_free(SWP_ENTRY(type, offset));", Del: Hugh},
	rdaRead24:  {Text: "        new_page = read_swap_cache_async(SWP_ENTRY(type, offset));", Add: Hugh},
	rdaPut24:   {Text: "        if (!new_page) break; page_cache_release(new_page);", Add: Hugh},
	rdaNext:    {Text: "}"},
}}

// readahead keeps the number of handles in l.aux and the one at hand in l.entry.
func (s *State) readahead(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case rdaFlags:
		if d := vm.Load(x, &s.Dev); d&(used|writeOK) != used|writeOK {
			return vm.Return
		}
	case rdaTake:
		return s.validSwaphandles(x, l, vm.SwapMapBad)
	case rdaTakeMax:
		return s.validSwaphandles(x, l, vm.SwapMapMax)
	case rdaCount24:
		return s.countSwaphandles(x, l)
	case rdaMore:
		if l.entry == l.aux {
			return vm.Return
		}
	case rdaLimit:
		// Whether the queue is full is up to the choice of the line.
		if vm.Load(x, &s.Queue) == 0 || x.Choose(2) == 0 {
			return vm.Fall
		}
		for ; l.entry < l.aux; l.entry++ {
			s.swapFree(x, l.entry)
		}
		return vm.Return
	case rdaRead:
		return s.CPU[x.CPU].Call(fnRead, locals{entry: l.entry, addr: noWait})
	case rdaRead24:
		return s.CPU[x.CPU].Call(fnRead24, locals{entry: l.entry})
	case rdaPut24:
		r := x.Result()
		if r == noHandle || r == noMemory {
			return vm.Return
		}
		s.putPage(x, r-1)
	case rdaPut:
		if r := x.Result(); r != noHandle && r != noMemory {
			s.putPage(x, r-1)
		}
	case rdaFree:
		s.swapFree(x, l.entry)
	case rdaNext:
		l.entry++
		return vm.Goto(rdaMore)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// validSwaphandles adds a reference to each handle of the cluster, up to one
// that is not in use or at or above the limit.
func (s *State) validSwaphandles(x *vm.Exec, l *locals, limit vm.SwapCount) vm.Next {
	if !s.swapMap(x, 0) {
		return vm.Return
	}
	l.entry, l.aux = 0, 0
	for e := range uint8(devicePages) {
		if c := vm.Load(x, &s.Map[e]); c == 0 || c >= limit {
			break
		}
		s.Map[e].Raise(x)
		l.aux++
	}
	return vm.Fall
}

// countSwaphandles is valid_swaphandles of 2.4.10 and after, which takes no
// reference: read_swap_cache_async will see whether the handle is still in use.
func (s *State) countSwaphandles(x *vm.Exec, l *locals) vm.Next {
	if !s.swapMap(x, 0) {
		return vm.Return
	}
	l.entry, l.aux = 0, 0
	for e := range uint8(devicePages) {
		if c := vm.Load(x, &s.Map[e]); c == 0 || c == vm.SwapMapBad {
			break
		}
		l.aux++
	}
	return vm.Fall
}
