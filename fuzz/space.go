package fuzz

import "github.com/vmrace/vmrace/vm"

// A space is the whole graph of the states of a workload: for each state the
// lines that can run next, and where they lead. The state of number 0 is the
// first one.
type space[S, L comparable] struct {
	e     *explorer[S, L]
	x     *vm.Exec
	at    S        // the state asked for last
	first []uint32 // per state, where its edges begin; one more at the end
	edges []edge
	ready []uint8 // per state, the set of CPUs that can run
	halts []bool  // per state, whether a line of it stops the kernel
}

type edge struct {
	to   uint32
	move Move
}

// newSpace searches every schedule of a workload and keeps its graph. It
// returns the limit that was hit, if one was: the graph is then nil.
func newSpace[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) (g *space[S, L], limit string) {
	e := newExplorer(m, w, Options{All: true, MaxStates: o.MaxStates, MaxBytes: o.MaxBytes, Progress: o.Progress})
	e.boot(boot)
	e.search()
	if e.v.Limit != "" {
		return nil, e.v.Limit
	}
	g = &space[S, L]{e: e, x: m.Exec(w), ready: make([]uint8, e.t.n), halts: make([]bool, e.t.n)}
	for id := range uint32(e.t.n) {
		g.first = append(g.first, uint32(len(g.edges)))
		for cpu := range e.cpus {
			g.link(id, cpu)
		}
	}
	g.first = append(g.first, uint32(len(g.edges)))
	return g, ""
}

// link adds the edges of a CPU out of a state, one for each outcome of its line.
func (g *space[S, L]) link(id uint32, cpu int) {
	g.outcomes(id, cpu, func(mv Move, next *S) {
		g.ready[id] |= 1 << cpu
		if stops(g.x.Bugs()) {
			g.halts[id] = true
			return
		}
		to, _ := g.e.id(next)
		g.edges = append(g.edges, edge{to, mv})
	})
}

// outcomes executes the next line of a CPU in a state, if it can run, once for
// each outcome.
func (g *space[S, L]) outcomes(id uint32, cpu int, visit func(mv Move, next *S)) {
	from := g.state(id)
	if g.e.m.Done(g.x, from, cpu) || !g.e.m.MayRun(g.x, from, cpu) {
		return
	}
	for choice, choices := 0, 1; choice < choices; choice++ {
		next := *from
		if g.e.m.Step(g.x, &next, cpu, choice) != vm.Ran {
			return
		}
		choices = g.x.Choices()
		visit(Move{uint8(cpu), uint8(choice)}, &next)
	}
}

func stops(bugs []vm.Bug) bool {
	for _, b := range bugs {
		if b.Stops() {
			return true
		}
	}
	return false
}

func (g *space[S, L]) len() int             { return len(g.ready) }
func (g *space[S, L]) out(id uint32) []edge { return g.edges[g.first[id]:g.first[id+1]] }

// state returns the state of a number; it is valid until the next call.
func (g *space[S, L]) state(id uint32) *S {
	g.e.state(&g.at, id)
	return &g.at
}
