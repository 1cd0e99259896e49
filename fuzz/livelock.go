package fuzz

import "github.com/vmrace/vmrace/vm"

// livelocks looks for nodes from which no schedule, fair or not, leads to an
// end: of every program, in a deadlock or in a stopped kernel. Edges that lead
// only forward cannot make one.
//
// Whether a node can end is computed backwards: nodes of high numbers stand near
// the end, so that few passes are needed.
func (e *explorer[S, L]) livelocks() {
	if !e.loops {
		return
	}
	ends := e.ends()
	best, found := uint32(0), false
	for id := range ends {
		if !ends[id] && (!found || e.costOf(uint32(id)).less(e.costOf(best))) {
			best, found = uint32(id), true
		}
	}
	if found {
		e.find(vm.Bug{Kind: vm.Livelock, Object: -1, CPU: -1}, best, nil, e.costOf(best))
	}
}

// ends tells of each node whether a schedule leads from it to an end.
func (e *explorer[S, L]) ends() []bool {
	ends := make([]bool, e.t.n)
	for changed := true; changed; {
		changed = false
		for id := e.t.n - 1; id >= 0; id-- {
			if !ends[id] && reaches(e.graph.next(uint32(id)), ends) {
				ends[id], changed = true, true
			}
		}
	}
	return ends
}

// Doom returns after how many moves of a schedule no end can be reached any
// more, whatever happens next: the point at which a livelock has become certain.
// The answer is ok only if there is such a point and the search came to its end.
func Doom[S, L comparable](m *vm.Machine[S, L], boot int, programs [][]uint8, moves []Move, o Options) (n int, ok bool) {
	e := newExplorer(m, &vm.Workload{Programs: programs}, Options{All: true, MaxStates: o.MaxStates, MaxBytes: o.MaxBytes})
	e.boot(&m.Class.Boots[boot])
	e.search()
	if e.v.Limit != "" {
		return 0, false
	}
	ends := e.ends()
	if len(ends) > 0 && !ends[0] {
		return 0, true // before the first line
	}
	walk(m, boot, programs, moves, func(_ *vm.Exec, s *S, _ Move) {
		if !ok {
			n++
			id, _ := e.t.add(&node[S]{s: *s}, hashOf(e.t, &node[S]{s: *s}))
			ok = int(id) < len(ends) && !ends[id]
		}
	})
	return n, ok
}

func reaches(to []uint32, ends []bool) bool {
	for _, id := range to {
		if id == ended || ends[id] {
			return true
		}
	}
	return false
}

// costOf returns what the cheapest schedule to a node costs. A search by lines
// numbers its nodes in that order.
func (e *explorer[S, L]) costOf(id uint32) cost {
	if e.o.Preemptions {
		return e.costs[id]
	}
	return cost{lines: int32(id)}
}
