package fuzz

import "github.com/vmrace/vmrace/vm"

// maxWayOut limits the search for a way out of a circle, in states.
const maxWayOut = 1 << 16

// A wayOut is the goal of a search for an end: of every program, in a deadlock
// or in a stopped kernel.
type wayOut struct {
	wanted, found bool
	end           uint32
	stop          []Move // the line that stops the kernel there
}

func (w *wayOut) reached(id uint32, stop []Move) {
	if w.wanted && !w.found {
		w.found, w.end, w.stop = true, id, stop
	}
}

// findWayOut returns the moves of a shortest way from a state to an end, and
// whether there is one. The answer is not known if the limit was hit.
func findWayOut[S, L comparable](m *vm.Machine[S, L], programs [][]uint8, s *S) (moves []Move, ok, known bool) {
	e := newExplorer(m, &vm.Workload{Programs: programs}, Options{All: true, MaxStates: maxWayOut})
	e.way.wanted = true
	e.root(s)
	e.search()
	if !e.way.found {
		return nil, false, e.v.Limit == ""
	}
	return append(e.t.path(e.way.end), e.way.stop...), true, true
}
