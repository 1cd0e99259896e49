package fuzz

import "github.com/vmrace/vmrace/vm"

// see takes a sighting to the finds.
func (e *explorer[S, L]) see(s *sighting) {
	if s.end {
		e.way.reached(s.from, s.moves())
	}
	if s.bug.Kind != "" {
		e.find(s.bug, s.from, s.moves(), s.cost)
	}
}

// find keeps the cheapest schedule of each bug that is searched for. It ends
// with the moves out of the node.
func (e *explorer[S, L]) find(b vm.Bug, id uint32, last []Move, c cost) {
	if e.o.Bug != "" && e.o.Bug != b.Name() {
		return
	}
	at := len(e.best)
	for i := range e.v.Finds {
		if !e.o.All || e.v.Finds[i].Bug.Name() == b.Name() {
			at = i
			break
		}
	}
	if at == len(e.best) {
		e.best = append(e.best, c)
		e.v.Finds = append(e.v.Finds, Find{})
	} else if !c.less(e.best[at]) {
		return
	}
	e.best[at] = c
	e.v.Finds[at] = Find{Bug: b, Moves: append(e.t.path(id), last...), Preemptions: -1}
	if e.o.Preemptions {
		e.v.Finds[at].Preemptions = int(c.preemptions)
	}
}
