package fuzz

import "slices"

// An endless run misses a goal: behind the prefix it goes round in a circle,
// or ends if there is none.
type endless struct {
	prefix, circle []Move
}

// findEndless returns a fair run that never reaches the goal, or nil. Of
// several, the circle that the fewest lines lead to is taken.
//
// A fair circle exists in a strongly connected part of the states without the
// goal if and only if the walk through all of the part is fair. So each part is
// judged whole; for strong fairness a part that fails may have a smaller one in
// it, without the states in which the starved CPU could run (Emerson and Lei,
// "Modalities for model checking", 1987).
func findEndless[S, L comparable](g *space[S, L], reached func(*S) bool, f Fairness) *endless {
	if reached(g.state(0)) {
		return nil
	}
	r := newRegion(g, reached)
	if r.stuck >= 0 {
		return &endless{prefix: r.way(uint32(r.stuck))}
	}
	part := r.fairPart(f)
	if part == nil {
		return nil
	}
	return &endless{prefix: r.way(part.entry), circle: r.lap(part, f)}
}

// A region holds the states that runs without the goal can be in, in the order
// of a breadth-first search.
type region[S, L comparable] struct {
	g     *space[S, L]
	nodes []uint32
	order []uint32 // per state, its place in nodes plus one; 0: not in the region
	from  []uint32 // per state, the state before
	by    []Move   // and the move from it
	stuck int      // a state in which nothing can run, or -1
}

func newRegion[S, L comparable](g *space[S, L], reached func(*S) bool) *region[S, L] {
	n := g.len()
	r := &region[S, L]{g: g, order: make([]uint32, n), from: make([]uint32, n), by: make([]Move, n), stuck: -1}
	r.nodes, r.order[0] = []uint32{0}, 1
	for at := 0; at < len(r.nodes); at++ {
		id := r.nodes[at]
		if g.ready[id] == 0 && r.stuck < 0 {
			r.stuck = int(id)
		}
		for _, e := range g.out(id) {
			if r.order[e.to] == 0 && !reached(g.state(e.to)) {
				r.nodes = append(r.nodes, e.to)
				r.order[e.to], r.from[e.to], r.by[e.to] = uint32(len(r.nodes)), id, e.move
			}
		}
	}
	return r
}

// way returns the moves that lead from the first state to one of the region.
func (r *region[S, L]) way(id uint32) []Move {
	moves := []Move{}
	for ; id != 0; id = r.from[id] {
		moves = append(moves, r.by[id])
	}
	slices.Reverse(moves)
	return moves
}

// A part is a strongly connected set of states in which a fair run can stay.
type part struct {
	in         []bool
	entry      uint32 // the state of it that is reached first
	moves      uint8  // CPUs that move in it
	everywhere uint8  // CPUs that can run in each of its states
}

// fairPart returns the fair part of the region that is reached first, or nil.
func (r *region[S, L]) fairPart(f Fairness) *part {
	var best *part
	work := components(r.g, r.nodes, func(id uint32) bool { return r.order[id] > 0 })
	for len(work) > 0 {
		nodes := work[len(work)-1]
		work = work[:len(work)-1]
		p := r.judge(nodes)
		starved := f.starved(p.moves, r.somewhere(nodes), p.everywhere)
		switch {
		case starved == 0:
			if best == nil || r.order[p.entry] < r.order[best.entry] {
				best = p
			}
		case f == Strong:
			work = append(work, components(r.g, nodes, func(id uint32) bool { return p.in[id] && r.g.ready[id]&starved == 0 })...)
		}
	}
	return best
}

func (r *region[S, L]) judge(nodes []uint32) *part {
	p := &part{in: make([]bool, r.g.len()), entry: nodes[0], everywhere: 0xff}
	for _, id := range nodes {
		p.in[id] = true
	}
	for _, id := range nodes {
		if r.order[id] < r.order[p.entry] {
			p.entry = id
		}
		p.everywhere &= r.g.ready[id]
		for _, e := range r.g.out(id) {
			if p.in[e.to] {
				p.moves |= 1 << e.move.CPU
			}
		}
	}
	return p
}

// somewhere returns the CPUs that can run in one of the states.
func (r *region[S, L]) somewhere(nodes []uint32) (cpus uint8) {
	for _, id := range nodes {
		cpus |= r.g.ready[id]
	}
	return cpus
}
