package fuzz

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// A chain is the Markov chain that a scheduler makes of a workload: its nodes are
// the states together with the memory of the scheduler. What ends a schedule is no
// node: it is the share of a node that is lost, or that hits the bug.
type chain[S, L comparable] struct {
	look[S, L]
	mover mover[S, L]
	ids   map[chainNode[S]]uint32
	nodes []chainNode[S]
	hit   []float64 // per node, the probability that its next line shows the bug
	lost  []bool    // per node, whether a next line ends the schedule otherwise
	first []uint32  // per node, where its edges begin; one more at the end
	edges []step
}

type chainNode[S comparable] struct {
	s    S
	mem  sched.Memory
	spin uint32 // number of the circle that a CPU goes round in; 0: none
}

// A mover decides who can be next in a chain.
type mover[S, L comparable] interface {
	// moves returns the CPUs that may execute the next line of a node, and how
	// likely each is; none if nothing but a circle follows.
	moves(g *chain[S, L], id uint32, from *chainNode[S]) []chance
	// behind returns the circle behind a line.
	behind(g *chain[S, L], from *chainNode[S], cpu int, chosen bool, to *S) uint32
	finite() bool // else what is remembered of a loop may grow for ever
	bytes() int
}

// A chance is that of a CPU to be next, with what the scheduler remembers then.
type chance struct {
	cpu int
	mem sched.Memory
	p   float64
}

type step struct {
	to uint32
	p  float64
}

func newChain[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, bug string, mv mover[S, L]) *chain[S, L] {
	g := &chain[S, L]{look: *newLook(m, w, bug), mover: mv, ids: map[chainNode[S]]uint32{}}
	var start chainNode[S]
	m.Boot(g.x[0], &start.s, boot)
	g.id(start)
	return g
}

// bounds returns bounds for the probability that a schedule hits the bug, and the
// limit that was hit, if one was: they are valid then, but not close.
//
// A scheduler that remembers more and more in a loop makes a chain without an end.
// So larger and larger parts of it are solved, until the bounds are close.
func (g *chain[S, L]) bounds(o Options) (low, high float64, limit string) {
	most, part := defaultStates, defaultStates
	if !g.mover.finite() {
		most, part = lastPart, firstPart
	}
	if o.MaxStates > 0 {
		most = o.MaxStates
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultBytes
	}
	for ; ; part *= 4 {
		limit = g.grow(min(part, most), most, o.MaxBytes)
		low, high = g.solve(MaxError)
		switch {
		case len(g.first) == len(g.nodes) || high-low <= MaxError*low || high <= negligible:
			return low, high, ""
		case limit != "":
			return low, high, limit
		}
	}
}

const (
	firstPart  = 1 << 12 // nodes
	lastPart   = 1 << 20 // unless there is another limit
	negligible = 1e-30   // a probability
)

// grow makes the chain that large, if it is, unless it hits a limit.
func (g *chain[S, L]) grow(part, most, bytes int) (limit string) {
	for len(g.first) < len(g.nodes) && len(g.nodes) <= part {
		g.expand(uint32(len(g.first)))
		if g.bytes() > bytes {
			return fmt.Sprintf("the limit of %d MiB was hit", bytes>>20)
		}
	}
	if len(g.nodes) > most {
		return fmt.Sprintf("the limit of %d states was hit", most)
	}
	return ""
}

// id returns the number of a node.
func (g *chain[S, L]) id(n chainNode[S]) uint32 {
	id, known := g.ids[n]
	if !known {
		id = uint32(len(g.nodes))
		g.ids[n] = id
		g.nodes = append(g.nodes, n)
	}
	return id
}

// bytes returns about what the chain takes; a map is taken to be half empty.
func (g *chain[S, L]) bytes() int {
	node := int(unsafe.Sizeof(chainNode[S]{}))
	return len(g.nodes)*2*(node+4) + cap(g.nodes)*node + cap(g.edges)*int(unsafe.Sizeof(step{})) + cap(g.hit)*16 + g.mover.bytes()
}

// expand adds what can follow a node.
func (g *chain[S, L]) expand(id uint32) {
	g.first = append(g.first, uint32(len(g.edges)))
	g.hit, g.lost = append(g.hit, 0), append(g.lost, false)
	from := g.nodes[id]
	g.at(&from.s)
	switch {
	case g.stuck:
		g.hit[id] = 1
		return
	case g.ready == 0:
		g.lost[id] = true
		if g.ended(&from.s) {
			g.hit[id] = 1
		}
		return
	}
	moves := g.mover.moves(g, id, &from)
	if len(moves) == 0 && g.wants(vm.Livelock) {
		g.hit[id] = 1
	}
	g.lost[id] = len(moves) == 0
	for _, c := range moves {
		g.follow(id, &from, c)
	}
}

// follow adds the outcomes of a CPU's next line.
func (g *chain[S, L]) follow(id uint32, from *chainNode[S], c chance) {
	choices := g.x[c.cpu].Choices()
	p := c.p / float64(choices)
	for outcome := range choices {
		if choices > 1 {
			g.choose(&from.s, c.cpu, outcome)
		}
		switch to := &g.next[c.cpu]; {
		case g.shown(g.x[c.cpu]):
			g.hit[id] += p
		case stops(g.x[c.cpu].Bugs()):
			g.lost[id] = true
		default:
			spin := g.mover.behind(g, from, c.cpu, choices > 1, to)
			g.edges = append(g.edges, step{g.id(chainNode[S]{*to, c.mem, spin}), p})
		}
	}
}

// open reports whether a node was not expanded yet.
func (g *chain[S, L]) open(id int) bool { return id >= len(g.first) }

func (g *chain[S, L]) out(id uint32) []step {
	switch {
	case g.open(int(id)):
		return nil
	case g.open(int(id) + 1):
		return g.edges[g.first[id]:]
	}
	return g.edges[g.first[id]:g.first[id+1]]
}

// solve returns bounds for the probability that a schedule hits the bug: they
// are no further apart than this share of it, and both 0 if none does. What follows
// a node that is open may be anything, and so they may be further apart if there
// are such nodes.
//
// Both bounds are improved in turns until they meet, from 0 and from 1:
// Haddad, Monmege, "Interval iteration algorithm for MDPs and IMDPs", TCS 2018.
// In a chain they meet once two sets of nodes have their value: those that the
// bug cannot be reached from, and those that no end can be reached from, a
// livelock.
func (g *chain[S, L]) solve(share float64) (low, high float64) {
	n := len(g.nodes)
	ends := g.reach(func(id int) bool { return g.open(id) || g.lost[id] || g.hit[id] > 0 })
	livelock := g.wants(vm.Livelock)
	hits := g.reach(func(id int) bool { return g.open(id) || g.hit[id] > 0 || livelock && !ends[id] })
	lower, upper := make([]float64, n), make([]float64, n)
	for id := range n {
		if hits[id] {
			upper[id] = 1
			if !ends[id] {
				lower[id] = 1
			}
		}
	}
	order := g.order()
	for changed := true; changed && upper[0]-lower[0] > share*lower[0]; {
		changed = false
		for _, id := range order {
			if hits[id] && ends[id] && !g.open(int(id)) {
				l, u := g.improve(id, lower), g.improve(id, upper)
				changed = changed || l != lower[id] || u != upper[id]
				lower[id], upper[id] = l, u
			}
		}
	}
	return min(lower[0], 1), min(upper[0], 1)
}

func (g *chain[S, L]) improve(id uint32, value []float64) float64 {
	p := g.hit[id]
	for _, e := range g.out(id) {
		p += e.p * value[e.to]
	}
	return p
}

// reach tells of each node whether one with a property can be reached from it.
func (g *chain[S, L]) reach(is func(id int) bool) []bool {
	can := make([]bool, len(g.nodes))
	for changed := true; changed; {
		changed = false
		for id := len(g.nodes) - 1; id >= 0; id-- {
			if !can[id] && (is(id) || g.leads(uint32(id), can)) {
				can[id], changed = true, true
			}
		}
	}
	return can
}

func (g *chain[S, L]) leads(id uint32, to []bool) bool {
	for _, e := range g.out(id) {
		if to[e.to] {
			return true
		}
	}
	return false
}

// order returns the nodes in the order in which a depth-first search leaves
// them: each stands behind those that it leads to, but for cycles. What has no
// cycle is then solved in one turn.
func (g *chain[S, L]) order() []uint32 {
	order := make([]uint32, 0, len(g.nodes))
	seen := make([]bool, len(g.nodes))
	seen[0] = true
	calls := []call{{}}
	for len(calls) > 0 {
		c := &calls[len(calls)-1]
		out := g.out(c.id)
		if c.edge == len(out) {
			order = append(order, c.id)
			calls = calls[:len(calls)-1]
			continue
		}
		to := out[c.edge].to
		c.edge++
		if !seen[to] {
			seen[to] = true
			calls = append(calls, call{id: to})
		}
	}
	return order
}
