package fuzz

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// A chain is the Markov chain that a scheduler with a law makes of a workload:
// its nodes are the states together with the memory of the law. What ends a
// schedule is no node: it is the share of a node that is lost, or that hits the
// bug.
type chain[S, L comparable] struct {
	look[S, L]
	law   sched.Law
	ids   map[chainNode[S]]uint32
	nodes []chainNode[S]
	hit   []float64 // per node, the probability that its next line shows the bug
	lost  []bool    // per node, whether a next line ends the schedule otherwise
	first []uint32  // per node, where its edges begin; one more at the end
	edges []step
}

type chainNode[S comparable] struct {
	s   S
	mem sched.Memory
}

type step struct {
	to uint32
	p  float64
}

// newChain builds the chain. It returns the limit that was hit, if one was.
func newChain[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, bug string, law sched.Law, o Options) (g *chain[S, L], limit string) {
	if o.MaxStates == 0 {
		o.MaxStates = defaultStates
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultBytes
	}
	g = &chain[S, L]{look: *newLook(m, w, bug), law: law, ids: map[chainNode[S]]uint32{}}
	var start chainNode[S]
	m.Boot(g.x[0], &start.s, boot)
	g.id(start)
	for id := 0; id < len(g.nodes); id++ {
		g.expand(uint32(id))
		if len(g.nodes) > o.MaxStates {
			return nil, fmt.Sprintf("the limit of %d states was hit", o.MaxStates)
		}
		if g.bytes() > o.MaxBytes {
			return nil, fmt.Sprintf("the limit of %d MiB was hit", o.MaxBytes>>20)
		}
	}
	g.first = append(g.first, uint32(len(g.edges)))
	return g, ""
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
	return len(g.nodes)*2*(node+4) + cap(g.nodes)*node + cap(g.edges)*int(unsafe.Sizeof(step{})) + cap(g.hit)*16
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
	weights := g.law.Weigh(g.ready, from.mem)
	sum := float64(weights.Sum())
	for cpu := range g.cpus {
		if weights[cpu] > 0 {
			g.follow(id, &from, cpu, float64(weights[cpu])/sum)
		}
	}
}

// follow adds the outcomes of a CPU's next line, which together have probability p.
func (g *chain[S, L]) follow(id uint32, from *chainNode[S], cpu int, p float64) {
	mem := g.law.After(from.mem, cpu)
	choices := g.x[cpu].Choices()
	p /= float64(choices)
	for outcome := range choices {
		if outcome > 0 {
			g.choose(&from.s, cpu, outcome)
		}
		switch {
		case g.shown(g.x[cpu]):
			g.hit[id] += p
		case stops(g.x[cpu].Bugs()):
			g.lost[id] = true
		default:
			g.edges = append(g.edges, step{g.id(chainNode[S]{g.next[cpu], mem}), p})
		}
	}
}

func (g *chain[S, L]) out(id uint32) []step { return g.edges[g.first[id]:g.first[id+1]] }

// solve returns bounds for the probability that a schedule hits the bug: they
// are no further apart than this share of it, and both 0 if none does.
//
// Both bounds are improved in turns until they meet, from 0 and from 1:
// Haddad, Monmege, "Interval iteration algorithm for MDPs and IMDPs", TCS 2018.
// In a chain they meet once two sets of nodes have their value: those that the
// bug cannot be reached from, and those that no end can be reached from, a
// livelock.
func (g *chain[S, L]) solve(share float64) (low, high float64) {
	n := len(g.nodes)
	ends := g.reach(func(id int) bool { return g.lost[id] || g.hit[id] > 0 })
	livelock := g.wants(vm.Livelock)
	hits := g.reach(func(id int) bool { return g.hit[id] > 0 || livelock && !ends[id] })
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
			if hits[id] && ends[id] {
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
