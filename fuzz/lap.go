package fuzz

import "slices"

// lap returns a closed walk from the entry of a fair part that is fair itself.
func (r *region[S, L]) lap(p *part, f Fairness) []Move {
	w := &walker[S, L]{r: r, p: p, f: f, at: p.entry, owed: f.owes(p.moves, r.g.ready[p.entry])}
	for w.owed != 0 {
		w.walk(func(e edge) bool { return w.settled(e) != w.owed })
	}
	if w.at != p.entry || len(w.moves) == 0 {
		w.walk(func(e edge) bool { return e.to == p.entry })
	}
	return w.moves
}

// A walker goes through a part.
type walker[S, L comparable] struct {
	r     *region[S, L]
	p     *part
	f     Fairness
	at    uint32
	moves []Move
	owed  uint8 // CPUs that have to run before the walk is fair
}

func (w *walker[S, L]) settled(e edge) uint8 {
	return w.f.settle(w.owed, 1<<e.move.CPU, w.r.g.ready[e.to])
}

// A hop is how a breadth-first search has come to a state.
type hop struct {
	from uint32
	edge edge
}

// walk takes a shortest way whose last edge is as wanted. There is one, because
// the part is strongly connected and has such an edge.
func (w *walker[S, L]) walk(wanted func(e edge) bool) {
	came := map[uint32]hop{w.at: {}}
	queue := []uint32{w.at}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		for _, e := range w.r.g.out(id) {
			if !w.p.in[e.to] {
				continue
			}
			if wanted(e) {
				w.take(came, hop{id, e})
				return
			}
			if _, seen := came[e.to]; !seen {
				came[e.to] = hop{id, e}
				queue = append(queue, e.to)
			}
		}
	}
	panic("fuzz: no way on in a strongly connected part: is an edge missing in its space?")
}

// take goes the way that ends with a hop.
func (w *walker[S, L]) take(came map[uint32]hop, last hop) {
	way := []edge{last.edge}
	for at := last.from; at != w.at; at = came[at].from {
		way = append(way, came[at].edge)
	}
	slices.Reverse(way)
	for _, e := range way {
		w.moves = append(w.moves, e.move)
		w.owed = w.settled(e)
		w.at = e.to
	}
}
