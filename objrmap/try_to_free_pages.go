package objrmap

import "github.com/vmrace/vmrace/vm"

// try_to_free_pages, mm/vmscan.c: reclaim. From 2.6 on it takes a page from the
// LRU and looks who maps it; in 2.4 it takes an mm and looks what it maps.
const (
	tpShrink = iota
	tpSwapOut
)

func reclaimLines(walk vm.Patch) []vm.Line {
	return []vm.Line{
		tpShrink:  {Text: "shrink_list(&page_list, ...);", Del: walk},
		tpSwapOut: {Text: "swap_out(priority, gfp_mask, classzone);", Add: walk},
	}
}

var reclaimListing = vm.Listing[VMAState, locals]{Name: "try_to_free_pages", Source: "mm/vmscan.c", Step: (*VMAState).reclaim, Lines: reclaimLines(SwapOut)}

func (s *VMAState) reclaim(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case tpShrink:
		return s.CPU[x.CPU].Call(fnUnmap, locals{mm: l.mm, page: l.page})
	case tpSwapOut:
		return s.CPU[x.CPU].Call(fnSwapOut, locals{mm: l.mm, page: l.page})
	default:
		panic(x.Lost())
	}
}

var rsvReclaimListing = vm.Listing[ReservedState, rsvLocals]{Name: "try_to_free_pages", Source: "mm/vmscan.c", Step: (*ReservedState).reclaim, Lines: reclaimLines(Walk)}

func (s *ReservedState) reclaim(x *vm.Exec, l *rsvLocals) vm.Next {
	switch x.Line {
	case tpShrink:
		return s.CPU[x.CPU].Call(fnShrink, rsvLocals{page: l.page})
	case tpSwapOut:
		return s.CPU[x.CPU].Call(fnSwapOutVMA, rsvLocals{})
	default:
		panic(x.Lost())
	}
}
