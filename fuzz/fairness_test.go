package fuzz_test

import (
	"math/rand/v2"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// naiveFair decides by a greatest fixed point whether a weakly fair run starves
// a CPU: it knows nothing of strongly connected parts. A node is a state and
// the CPU that ran last; CPU p is treated fairly in it if p ran last or cannot
// run.
type naiveFair struct {
	to   map[naiveNode][]naiveNode
	fair map[naiveNode]uint8 // CPUs that are treated fairly in a node
}

func newNaiveFair(m *vm.Machine[rndState, rndLocals], w *vm.Workload, starved int) (n naiveFair, stuck bool) {
	n = naiveFair{map[naiveNode][]naiveNode{}, map[naiveNode]uint8{}}
	x := m.Exec(w)
	start := naiveNode{last: -1}
	m.Boot(x, &start.s, &m.Class.Boots[0])
	if m.Done(x, &start.s, starved) {
		return n, false
	}
	for todo := []naiveNode{start}; len(todo) > 0; todo = todo[1:] {
		from := todo[0]
		if _, seen := n.fair[from]; seen {
			continue
		}
		next, ready := naiveNext(m, x, w, from)
		stuck = stuck || ready == 0
		n.fair[from] = ^ready
		if from.last >= 0 {
			n.fair[from] |= 1 << from.last
		}
		for _, to := range next {
			if !m.Done(x, &to.s, starved) {
				n.to[from] = append(n.to[from], to)
				todo = append(todo, to)
			}
		}
	}
	return n, stuck
}

func naiveNext(m *vm.Machine[rndState, rndLocals], x *vm.Exec, w *vm.Workload, from naiveNode) (next []naiveNode, ready uint8) {
	for cpu := range w.Programs {
		if m.Done(x, &from.s, cpu) || !m.MayRun(x, &from.s, cpu) {
			continue
		}
		for choice, choices := 0, 1; choice < choices; choice++ {
			s := from.s
			if m.Step(x, &s, cpu, choice) != vm.Ran {
				break
			}
			choices = x.Choices()
			ready |= 1 << cpu
			stop := false
			for _, b := range x.Bugs() {
				stop = stop || b.Stops()
			}
			if !stop {
				next = append(next, naiveNode{s, cpu})
			}
		}
	}
	return next, ready
}

// starves reports whether a fair run stays in the nodes for ever: of these only
// the nodes are kept from which, for each CPU, a node can be reached that treats
// it fairly and has a successor that is kept.
func (n naiveFair) starves(cpus int) bool {
	kept := map[naiveNode]bool{}
	for id := range n.fair {
		kept[id] = true
	}
	for {
		was := len(kept)
		for cpu := range cpus {
			n.prune(kept, cpu)
		}
		if len(kept) == was {
			return was > 0
		}
	}
}

func (n naiveFair) prune(kept map[naiveNode]bool, cpu int) {
	good := map[naiveNode]bool{} // a kept successor is fair to the CPU, or leads to one that is
	for grown := true; grown; {
		grown = false
		for id := range kept {
			for _, to := range n.to[id] {
				if !good[id] && kept[to] && (good[to] || n.fair[to]>>cpu&1 == 1) {
					good[id], grown = true, true
				}
			}
		}
	}
	for id := range kept {
		if !good[id] {
			delete(kept, id)
		}
	}
}

// On random protocols the verdict under weak fairness is that of the naive
// search; more fairness starves fewer; and each circle bears looking at.
func TestLivenessOfRandomProtocols(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for range 400 {
		b := make([]byte, 96)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		class, w, sched := rndClass(fuzzheaders.NewConsumer(b))
		class.Boots[0].Programs = w.Programs
		m := vm.New(class, class.Kernels[0], sched)
		race := fuzz.Of(class)
		weak := race.Liveness(class.Kernels[0], sched, fuzz.Weak, fuzz.Options{})
		strong := race.Liveness(class.Kernels[0], sched, fuzz.Strong, fuzz.Options{})
		unfair := race.Liveness(class.Kernels[0], sched, fuzz.Unfair, fuzz.Options{})
		at := 0
		for cpu, program := range w.Programs {
			if len(program) == 0 {
				continue
			}
			n, stuck := newNaiveFair(m, w, cpu)
			want := fuzz.Reached
			switch {
			case stuck:
				want = fuzz.Missed
			case n.starves(len(w.Programs)):
				want = fuzz.Starved
			}
			seen[want]++
			require.Equal(t, want, weak[at].Verdict, weak[at].Goal)
			if want == fuzz.Reached {
				require.Equal(t, fuzz.Reached, strong[at].Verdict)
			}
			if unfair[at].Holds() {
				require.Equal(t, fuzz.Reached, want)
			}
			if weak[at].Verdict != strong[at].Verdict {
				seen["weak only"]++
			}
			closes(t, m, w, cpu, &weak[at], false)
			closes(t, m, w, cpu, &strong[at], true)
			closes(t, m, w, cpu, &unfair[at], false)
			at++
		}
	}
	for _, verdict := range []string{fuzz.Reached, fuzz.Missed, fuzz.Starved, "weak only"} {
		require.NotZero(t, seen[verdict], verdict)
	}
}

// closes replays a run that starves a CPU: its circle leads back to where it
// began, and under strong fairness whoever can run in it runs in it.
func closes(t *testing.T, m *vm.Machine[rndState, rndLocals], w *vm.Workload, starved int, l *fuzz.Liveness, strong bool) {
	t.Helper()
	if l.Verdict != fuzz.Starved {
		return
	}
	x := m.Exec(w)
	at := naiveNode{last: -1}
	m.Boot(x, &at.s, &m.Class.Boots[0])
	var ready, moved uint8
	run := func(moves []fuzz.Move) {
		for _, mv := range moves {
			_, can := naiveNext(m, x, w, at)
			ready |= can
			moved |= 1 << mv.CPU
			require.Equal(t, vm.Ran, m.Step(x, &at.s, int(mv.CPU), int(mv.Choice)))
			require.False(t, m.Done(x, &at.s, starved))
		}
	}
	run(l.Prefix)
	entry := at.s
	ready, moved = 0, 0
	run(l.Circle)
	require.Equal(t, entry, at.s)
	if strong {
		require.Zero(t, ready&^moved)
	}
}
