package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/vm"
)

// A FeatureKind is a kind of what coverage counts.
type FeatureKind uint8

const (
	// CoverLine: a line was executed. A is its number.
	CoverLine FeatureKind = iota
	// CoverPair: two lines of different CPUs raced, and line A went first. Both
	// could run in the same state, and they touch a common word that one of them
	// writes.
	CoverPair
	// CoverState: the run passed through a state whose abstraction is A, see
	// [vm.Class.Cover].
	CoverState
	FeatureKinds
)

func (k FeatureKind) String() string {
	return [...]string{"lines", "ordered pairs of racing lines", "abstract states"}[k]
}

// A Feature is one thing that coverage counts. Lines go by their number among
// all lines of the class, see [vm.Machine.Number].
type Feature struct {
	Kind FeatureKind
	A, B uint32
}

// A Coverage is a set of features.
type Coverage map[Feature]bool

// Add adds the features of another coverage.
func (c Coverage) Add(d Coverage) {
	for f := range d {
		c[f] = true
	}
}

// Count returns how many features of a kind there are.
func (c Coverage) Count(k FeatureKind) (n int) {
	for f := range c {
		if f.Kind == k {
			n++
		}
	}
	return n
}

// A surveyor finds out what a state, or a line executed in it, covers.
type surveyor[S, L comparable] struct {
	m     *vm.Machine[S, L]
	x     *vm.Exec
	cpus  int
	spare S
	feet  [8][]vm.Footprint // per CPU, of its next line, one for each outcome
	got   Coverage
}

func newSurveyor[S, L comparable](m *vm.Machine[S, L], w *vm.Workload) *surveyor[S, L] {
	return &surveyor[S, L]{m: m, x: m.Exec(w), cpus: len(w.Programs), got: Coverage{}}
}

// look executes the next line of each CPU on a copy, with each outcome, and keeps
// the footprints of those that can run.
func (v *surveyor[S, L]) look(s *S) {
	if v.m.Class.Cover != nil {
		v.got[Feature{Kind: CoverState, A: v.m.Class.Cover(s)}] = true
	}
	for cpu := range v.cpus {
		v.feet[cpu] = v.feet[cpu][:0]
		if v.m.Done(v.x, s, cpu) || !v.m.MayRun(v.x, s, cpu) {
			continue
		}
		for choice, choices := 0, 1; choice < choices; choice++ {
			v.spare = *s
			if v.m.Step(v.x, &v.spare, cpu, choice) != vm.Ran {
				break
			}
			choices = v.x.Choices()
			v.feet[cpu] = append(v.feet[cpu], v.x.Foot())
		}
	}
}

// step notes what it covers that a CPU executes its next line, with this outcome,
// in the state that was looked at last.
func (v *surveyor[S, L]) step(s *S, cpu, choice int) {
	if choice >= len(v.feet[cpu]) {
		return // it blocks, or its program has ended
	}
	line := v.line(s, cpu)
	v.got[Feature{Kind: CoverLine, A: line}] = true
	for other := range v.cpus {
		if other != cpu && conflicts(&v.feet[cpu][choice], v.feet[other]) {
			v.got[Feature{CoverPair, line, v.line(s, other)}] = true
		}
	}
}

func (v *surveyor[S, L]) line(s *S, cpu int) uint32 {
	return uint32(v.m.Number(v.m.CPU(s, cpu).PC()))
}

func conflicts(a *vm.Footprint, feet []vm.Footprint) bool {
	for i := range feet {
		if _, ok := a.Conflict(&feet[i]); ok {
			return true
		}
	}
	return false
}

func (r *race[S, L]) Covers(k vm.Kernel, s vm.Sched) func(input []byte) Coverage {
	m := vm.New(r.c, k, s)
	run := NewRunner(m, false)
	return func(input []byte) Coverage {
		in := decode(m, input)
		moves := run.Run(in).Moves
		v := newSurveyor(m, &vm.Workload{Programs: in.Programs})
		before := new(S)
		m.Boot(m.Exec(&vm.Workload{Programs: in.Programs}), before, &m.Class.Boots[in.Boot])
		walk(m, in.Boot, in.Programs, moves, func(_ *vm.Exec, after *S, mv Move) {
			v.look(before)
			v.step(before, int(mv.CPU), int(mv.Choice))
			*before = *after
		})
		v.look(before)
		return v.got
	}
}

// A Reach is what every schedule of the small workloads of a class covers.
type Reach struct {
	Coverage
	Workloads []string // the boots whose workloads were searched
	States    int      // of all workloads, each searched once
	Limit     string   // what stopped a search; the coverage is then not all there is
}

func (r *race[S, L]) Reach(k vm.Kernel, s vm.Sched, o Options) *Reach {
	m := vm.New(r.c, k, s)
	out := &Reach{Coverage: Coverage{}}
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		w := &vm.Workload{Programs: b.Programs}
		v := newSurveyor(m, w)
		g, limit := newSpace(m, b, w, o)
		if limit != "" {
			out.Limit = fmt.Sprintf("workload %s: %s", b.Name, limit)
			return out
		}
		for id := range g.len() {
			state := g.state(uint32(id))
			v.look(state)
			for cpu := range v.cpus {
				for choice := range v.feet[cpu] {
					v.step(state, cpu, choice)
				}
			}
		}
		out.Add(v.got)
		out.Workloads = append(out.Workloads, b.Name)
		out.States += g.len()
	}
	return out
}

// A NamedLine is a line of a class as a person knows it.
type NamedLine struct {
	Func string
	At   vm.At
	Text string
	Has  bool // whether the kernel has it
}

func (r *race[S, L]) Lines(k vm.Kernel) []NamedLine {
	m := vm.New(r.c, k, vm.SMP)
	var out []NamedLine
	for f, ls := range r.c.Listings {
		for i, l := range ls.Lines {
			at := vm.At{Func: vm.Func(f), Line: uint8(i)}
			out = append(out, NamedLine{ls.Name, at, l.Text, m.Has(at)})
		}
	}
	return out
}
