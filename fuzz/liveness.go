package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/vm"
)

// A Liveness is what the search says of one goal of a workload: that each run
// reaches it, if the scheduler is fair, or a run that does not.
type Liveness struct {
	Race     string `json:"race"`
	Kernel   string `json:"kernel"`
	Boot     string `json:"boot"`
	Sched    string `json:"sched"`
	Goal     string `json:"goal"`
	Fairness string `json:"fairness"`
	Verdict  string `json:"verdict"` // reached, starved, missed or unknown
	States   int    `json:"states"`
	Limit    string `json:"limit,omitempty"`
	Prefix   []Move `json:"prefix,omitempty"` // up to the circle, or to the end that misses the goal
	Circle   []Move `json:"circle,omitempty"` // goes on for ever

	trace func() *Trace
}

// The verdicts of [Liveness].
const (
	Reached = "reached" // by every fair run
	Starved = "starved" // a fair run goes round in a circle without it
	Missed  = "missed"  // a run ends without it
)

// Holds reports whether every fair run reaches the goal.
func (l *Liveness) Holds() bool { return l.Verdict == Reached }

// Trace replays the run that does not reach the goal, with one lap of its circle.
func (l *Liveness) Trace() *Trace { return l.trace() }

// String says the verdict in one line, with its assumption.
func (l *Liveness) String() string {
	switch l.Verdict {
	case Reached:
		return fmt.Sprintf("%s: every run reaches it in %d states (%s)", l.Goal, l.States, l.Fairness)
	case Starved:
		return fmt.Sprintf("%s: put off for ever by the %s that follow the first %s (%s)",
			l.Goal, plural(len(l.Circle), "line"), plural(len(l.Prefix), "line"), l.Fairness)
	case Missed:
		return fmt.Sprintf("%s: a run of %s ends without it", l.Goal, plural(len(l.Prefix), "line"))
	default:
		return fmt.Sprintf("%s: unknown, %s", l.Goal, l.Limit)
	}
}

func (r *race[S, L]) Liveness(k vm.Kernel, s vm.Sched, f Fairness, o Options) []Liveness {
	m := vm.New(r.c, k, s)
	var out []Liveness
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		w := &vm.Workload{Programs: b.Programs}
		g, limit := newSpace(m, b, w, o)
		for _, goal := range r.goals(m, b) {
			l := Liveness{Race: r.c.Name, Kernel: k.Name, Boot: b.Name, Sched: s.String(), Goal: goal.Name, Fairness: f.Assumes(), Verdict: "unknown", Limit: limit}
			if g != nil {
				l.States = g.len()
				l.decide(findEndless(g, goal.Reached, f))
			}
			l.trace = func() *Trace { return Replay(m, b, w, append(l.Prefix[:len(l.Prefix):len(l.Prefix)], l.Circle...)) }
			out = append(out, l)
		}
	}
	return out
}

func (l *Liveness) decide(e *endless) {
	switch {
	case e == nil:
		l.Verdict = Reached
	case len(e.circle) > 0:
		l.Verdict, l.Prefix, l.Circle = Starved, e.prefix, e.circle
	default:
		l.Verdict, l.Prefix = Missed, e.prefix
	}
}

// goals returns that each CPU comes to the end of its program, and the goals
// that the class has for the workload.
func (r *race[S, L]) goals(m *vm.Machine[S, L], b *vm.Boot[S]) []vm.Goal[S] {
	var goals []vm.Goal[S]
	x := m.Exec(&vm.Workload{Programs: b.Programs})
	for cpu, program := range b.Programs {
		if len(program) == 0 {
			continue
		}
		goals = append(goals, vm.Goal[S]{
			Name:    fmt.Sprintf("CPU%d ends", cpu),
			Reached: func(s *S) bool { return m.Done(x, s, cpu) },
		})
	}
	for _, g := range r.c.Eventually {
		for _, name := range g.Boots {
			if name == b.Name {
				goals = append(goals, g)
			}
		}
	}
	return goals
}
