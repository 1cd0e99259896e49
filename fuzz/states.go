package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/vm"
)

// A StateGraph is every state that the operations of an input can lead to from
// its boot state, whatever the schedule, and the way that the input itself takes.
type StateGraph struct {
	States []GraphState
	Edges  []GraphEdge
}

// A GraphState is a state. The first one of a graph is the boot state.
type GraphState struct {
	Stands []*Place // for each CPU the line that it would execute next, if it has not ended
	Bugs   []string // what is wrong if nothing more can happen
	OnPath bool
}

// A GraphEdge is a line that leads from one state to another.
type GraphEdge struct {
	From, To int // indices of states; To is -1 if the kernel stops
	CPU      int
	Text     string
	Bugs     []string // what the line is accused of
	OnPath   bool
}

// States returns the graph of the operations of an input on a kernel. Its error
// is that there are more states than max.
func (r *race[S, L]) States(k vm.Kernel, s vm.Sched, input []byte, max int) (*StateGraph, error) {
	m := vm.New(r.c, k, s)
	run := NewRunner(m, false)
	in := decode(m, input)
	moves := append([]Move(nil), run.Run(in).Moves...)
	w := &vm.Workload{Programs: in.Programs}
	sp, limit := newSpace(m, &r.c.Boots[in.Boot], w, Options{MaxStates: max + 1})
	if limit != "" {
		return nil, fmt.Errorf("the operations of the input have more than %d states, too many for a picture: try another input, or a higher -max-states", max)
	}
	g := &grapher[S, L]{space: sp}
	for id := range uint32(sp.len()) {
		g.draw(id)
	}
	g.path(moves)
	return &g.g, nil
}

type grapher[S, L comparable] struct {
	*space[S, L]
	g StateGraph
}

// draw adds a state, and the lines that lead out of it.
func (g *grapher[S, L]) draw(id uint32) {
	s := g.state(id)
	st := GraphState{Stands: stands(g.e.m, s, g.e.cpus)}
	done := true
	for cpu := range g.e.cpus {
		done = done && g.e.m.Done(g.x, s, cpu)
		g.lines(id, cpu)
	}
	switch {
	case done:
		g.e.m.Rest(g.x, s)
		st.Bugs = namesOf(g.x.Bugs())
	case g.ready[id] == 0:
		st.Bugs = []string{string(vm.Deadlock)}
	}
	g.g.States = append(g.g.States, st)
}

// lines adds an edge for each outcome of the next line of a CPU.
func (g *grapher[S, L]) lines(id uint32, cpu int) {
	g.outcomes(id, cpu, func(mv Move, next *S) {
		e := GraphEdge{From: int(id), To: -1, CPU: cpu, Text: g.e.m.Text(g.e.m.CPU(g.state(id), cpu).PC()), Bugs: namesOf(g.x.Bugs())}
		if !stops(g.x.Bugs()) {
			to, _ := g.e.id(next)
			e.To = int(to)
		}
		g.g.Edges = append(g.g.Edges, e)
	})
}

// path marks the states and lines of a schedule.
func (g *grapher[S, L]) path(moves []Move) {
	at := 0
	g.g.States[0].OnPath = true
	for _, mv := range moves {
		next := g.follow(at, mv)
		if next < 0 {
			return
		}
		at = next
		g.g.States[at].OnPath = true
	}
}

// follow marks the edge of a move and returns where it leads.
func (g *grapher[S, L]) follow(at int, mv Move) int {
	choice := mv.Choice
	for i := range g.g.Edges {
		e := &g.g.Edges[i]
		if e.From != at || e.CPU != int(mv.CPU) {
			continue
		}
		if choice == 0 {
			e.OnPath = true
			return e.To
		}
		choice--
	}
	return -1
}

// stands returns the line that each CPU would execute next.
func stands[S, L comparable](m *vm.Machine[S, L], s *S, cpus int) []*Place {
	var out []*Place
	for cpu := range cpus {
		c := m.CPU(s, cpu)
		if c.Idle() {
			out = append(out, nil)
			continue
		}
		at := c.PC()
		out = append(out, &Place{m.Class.Listings[at.Func].Name, int(at.Line), c.Depth() - 1})
	}
	return out
}

func namesOf(bugs []vm.Bug) []string {
	var names []string
	for _, b := range bugs {
		names = append(names, b.Name())
	}
	return names
}
