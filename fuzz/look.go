package fuzz

import (
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// A look is what can happen next in a state: for each CPU that can run, the
// state behind its next line with the first outcome.
type look[S, L comparable] struct {
	m     *vm.Machine[S, L]
	cpus  int
	bug   string // name of the bug that is looked for; "" stands for any
	x     [sched.MaxCPUs]*vm.Exec
	next  [sched.MaxCPUs]S
	ready sched.Set
	stuck bool // a CPU shows the bug at a line that blocks
}

func newLook[S, L comparable](m *vm.Machine[S, L], w *vm.Workload, bug string) *look[S, L] {
	l := &look[S, L]{m: m, cpus: len(w.Programs), bug: bug}
	for cpu := range l.cpus {
		l.x[cpu] = m.Exec(w)
	}
	return l
}

// at looks at a state.
func (l *look[S, L]) at(s *S) {
	l.ready, l.stuck = 0, false
	for cpu := range l.cpus {
		x := l.x[cpu]
		if l.m.Done(x, s, cpu) || !l.m.MayRun(x, s, cpu) {
			continue
		}
		l.next[cpu] = *s
		if l.m.Step(x, &l.next[cpu], cpu, 0) == vm.Ran {
			l.ready |= 1 << cpu
		} else if l.shown(x) {
			l.stuck = true
		}
	}
}

// choose executes the next line of a CPU with another outcome than the first.
func (l *look[S, L]) choose(s *S, cpu, outcome int) {
	l.next[cpu] = *s
	l.m.Step(l.x[cpu], &l.next[cpu], cpu, outcome)
}

// shown reports whether the last line showed the bug.
func (l *look[S, L]) shown(x *vm.Exec) bool {
	for _, b := range x.Bugs() {
		if l.bug == "" || l.bug == b.Name() {
			return true
		}
	}
	return false
}

func (l *look[S, L]) wants(k vm.Kind) bool { return l.bug == "" || l.bug == string(k) }

// ended reports whether the bug is that no CPU can run, or shows then.
func (l *look[S, L]) ended(s *S) bool {
	for cpu := range l.cpus {
		if !l.m.Done(l.x[cpu], s, cpu) {
			return l.wants(vm.Deadlock)
		}
	}
	l.m.Rest(l.x[0], s)
	return l.shown(l.x[0])
}
