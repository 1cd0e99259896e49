package refcount

import "github.com/vmrace/vmrace/vm"

// lru_add_drain, mm/swap.c: no other CPU touches this CPU's pagevec.
const drainAdd = 0

var drainListing = vm.Listing[State, locals]{Name: "lru_add_drain", Source: "mm/swap.c", Step: (*State).lruAddDrain, Lines: []vm.Line{
	drainAdd: {Text: "if (pagevec_count(pvec)) __pagevec_lru_add(pvec);"},
}}

func (s *State) lruAddDrain(x *vm.Exec, _ *locals) vm.Next {
	switch x.Line {
	case drainAdd:
		return s.drain(x)
	default:
		panic(x.Lost())
	}
}
