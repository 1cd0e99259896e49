package swapoff

import "github.com/vmrace/vmrace/vm"

// swapin_readahead, mm/memory.c, with valid_swaphandles: reads the handles of a
// cluster, two of them here, in advance. The caller owns the kernel lock. The
// reads do not wait; their I/O is over at once.
const (
	rdaFlags = iota
	rdaTake
	rdaTakeMax
	rdaMore
	rdaLimit
	rdaRead
	rdaPut
	rdaFree
	rdaNext
)

var readaheadListing = vm.Listing[State, locals]{Name: "swapin_readahead", Source: "mm/memory.c", Step: (*State).readahead, Lines: []vm.Line{
	rdaFlags:   {Text: "if ((swapdev->flags & SWP_WRITEOK) == SWP_WRITEOK) /* valid_swaphandles */", Add: H11},
	rdaTake:    {Text: "do { if (!swap_map[toff]) break; swap_map[toff]++; } while (--i);", Del: MaxCheck},
	rdaTakeMax: {Text: "do { if (!swap_map[toff] || swap_map[toff] == MAX) break; swap_map[toff]++; } while (--i);", Add: MaxCheck},
	rdaMore:    {Text: "for (i = 0; i < num; offset++, i++) {"},
	rdaLimit:   {Text: "        if (nr_async_pages >= swap_cluster) { swap_free() the rest; break; }"},
	rdaRead:    {Text: "        new_page = read_swap_cache_async(SWP_ENTRY(type, offset), 0);"},
	rdaPut:     {Text: "        if (new_page) __free_page(new_page);"},
	rdaFree:    {Text: "        swap_free(SWP_ENTRY(type, offset));"},
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
