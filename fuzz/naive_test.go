package fuzz_test

import (
	"github.com/vmrace/vmrace/vm"
)

// naive is a search that is as simple as can be: a map, a queue, no numbering,
// no table. It knows nothing of package fuzz.
type naive struct {
	states int
	lines  map[string]int // per bug the fewest lines to it
	pre    map[string]int // per bug the fewest preemptions to it
}

type naiveNode struct {
	s    rndState
	last int
}

func search(m *vm.Machine[rndState, rndLocals], w *vm.Workload) naive {
	n := naive{lines: map[string]int{}, pre: map[string]int{}}
	x := m.Exec(w)
	start := naiveNode{last: -1}
	m.Boot(x, &start.s, &m.Class.Boots[0])
	n.states = len(n.levels(m, x, w, start, false, n.lines))
	n.levels(m, x, w, start, true, n.pre)
	return n
}

// levels visits every node, those of the lowest cost first. The cost is the
// number of lines, or of preemptions, in which case the last CPU is part of a
// node.
func (n naive) levels(m *vm.Machine[rndState, rndLocals], x *vm.Exec, w *vm.Workload, start naiveNode, preemptions bool, best map[string]int) map[naiveNode]int {
	cost := map[naiveNode]int{start: 0}
	level := []naiveNode{start}
	for at := 0; len(level) > 0; at++ {
		var next []naiveNode
		for i := 0; i < len(level); i++ {
			from := level[i]
			if cost[from] != at {
				continue
			}
			for _, e := range n.edges(m, x, w, from, best, at, preemptions) {
				if old, known := cost[e.to]; known && old <= at+e.cost {
					continue
				}
				cost[e.to] = at + e.cost
				if e.cost == 0 {
					level = append(level, e.to)
				} else {
					next = append(next, e.to)
				}
			}
		}
		level = next
	}
	return cost
}

type naiveEdge struct {
	to   naiveNode
	cost int
}

func (n naive) edges(m *vm.Machine[rndState, rndLocals], x *vm.Exec, w *vm.Workload, from naiveNode, best map[string]int, at int, preemptions bool) []naiveEdge {
	ready := map[int]bool{}
	for cpu := range w.Programs {
		s := from.s
		if !m.Done(x, &s, cpu) && m.MayRun(x, &s, cpu) && m.Step(x, &s, cpu, 0) == vm.Ran {
			ready[cpu] = true
		} else if len(x.Bugs()) > 0 && !m.Done(x, &from.s, cpu) && m.MayRun(x, &from.s, cpu) {
			c := 1
			if preemptions {
				c = 0
				if from.last >= 0 && from.last != cpu && n.runs(m, x, from.s, from.last) {
					c = 1
				}
			}
			n.note(x, best, at+c)
		}
	}
	var out []naiveEdge
	moved := false
	for cpu := range ready {
		c := 1
		if preemptions {
			c = 0
			if from.last >= 0 && from.last != cpu && ready[from.last] {
				c = 1
			}
		}
		for choice, choices := 0, 1; choice < choices; choice++ {
			s := from.s
			m.Step(x, &s, cpu, choice)
			choices = x.Choices()
			moved = true
			stop := false
			for _, b := range x.Bugs() {
				stop = stop || b.Stops()
			}
			n.note(x, best, at+c)
			if stop {
				continue
			}
			to := naiveNode{s, -1}
			if preemptions {
				to.last = cpu
			}
			out = append(out, naiveEdge{to, c})
			if n.done(m, x, w, &s) {
				m.Rest(x, &s)
				n.note(x, best, at+c)
			}
		}
	}
	if !moved && !n.done(m, x, w, &from.s) {
		keep(best, string(vm.Deadlock), at)
	}
	return out
}

func (n naive) runs(m *vm.Machine[rndState, rndLocals], x *vm.Exec, s rndState, cpu int) bool {
	probe := *x
	return !m.Done(&probe, &s, cpu) && m.MayRun(&probe, &s, cpu) && m.Step(&probe, &s, cpu, 0) == vm.Ran
}

func (n naive) done(m *vm.Machine[rndState, rndLocals], x *vm.Exec, w *vm.Workload, s *rndState) bool {
	for cpu := range w.Programs {
		if !m.Done(x, s, cpu) {
			return false
		}
	}
	return true
}

func (n naive) note(x *vm.Exec, best map[string]int, cost int) {
	for _, b := range x.Bugs() {
		keep(best, b.Name(), cost)
	}
}

func keep(best map[string]int, name string, cost int) {
	if old, ok := best[name]; !ok || cost < old {
		best[name] = cost
	}
}
