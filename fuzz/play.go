package fuzz

import (
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// A player executes the schedules that a scheduler decides, line by line, up to
// the bug that is looked for.
type player[S, L comparable] struct {
	look[S, L]
	boot *vm.Boot[S]
	w    *vm.Workload
	s    S
	p    sched.Point
	circle[S]
	moves []Move // of the last schedule
}

// longSchedule is the number of lines after which a schedule is given up. Those
// of our workloads that end have a few hundred at most.
const longSchedule = 1 << 12

// A played schedule shows the bug, or not, or it was given up as too long.
type played uint8

const (
	clean played = iota
	bitten
	givenUp
)

// Play executes the next schedule of a scheduler up to the bug of that name, any
// if the name is empty. It returns the moves and whether the bug showed. There
// must be a next schedule.
func Play[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, sc sched.Scheduler, bug string) (moves []Move, shown bool) {
	if !sc.Begin() {
		panic("fuzz: the scheduler has no schedule left: was it played before?")
	}
	r := newPlayer(m, boot, w, bug)
	shown = r.play(sc) == bitten
	return r.moves, shown
}

func newPlayer[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, bug string) *player[S, L] {
	return &player[S, L]{look: *newLook(m, w, bug), boot: boot, w: w}
}

// play executes one schedule. A livelock is a state that no schedule leads out
// of: it is noticed when a CPU goes round in a circle while no other can run,
// or when the schedule has become too long.
func (r *player[S, L]) play(sc sched.Scheduler) played {
	r.m.Boot(r.x[0], &r.s, r.boot)
	r.moves = r.moves[:0]
	r.p.Last = -1
	r.circle.leave(&r.s)
	for range longSchedule {
		r.at(&r.s)
		r.circle.others |= r.ready.Without(r.p.Last)
		switch {
		case r.stuck:
			return bitten
		case r.ready == 0:
			return playedIf(r.ended(&r.s))
		case r.closed && r.circle.others == 0:
			return playedIf(r.wants(vm.Livelock))
		}
		if r.line(sc) {
			return bitten
		}
		if stops(r.x[r.p.Last].Bugs()) {
			return clean
		}
	}
	if _, out, known := findWayOut(r.m, r.w.Programs, &r.s); known && !out {
		return playedIf(r.wants(vm.Livelock))
	}
	return givenUp
}

func playedIf(bug bool) played {
	if bug {
		return bitten
	}
	return clean
}

// line lets the scheduler decide and executes a line. It reports whether that
// showed the bug.
func (r *player[S, L]) line(sc sched.Scheduler) (shown bool) {
	r.p.Ready, r.p.Spins = r.ready, r.closed
	for cpu := range r.cpus {
		r.x[cpu].FootTo(&r.p.Foot[cpu])
	}
	cpu := sc.Next(&r.p)
	x := r.x[cpu]
	choices, outcome := x.Choices(), 0
	if choices > 1 {
		if outcome = sc.Choose(choices); outcome > 0 {
			r.choose(&r.s, cpu, outcome)
		}
	}
	r.s = r.next[cpu]
	r.moves = append(r.moves, Move{uint8(cpu), uint8(outcome)})
	if cpu != r.p.Last || choices > 1 {
		r.circle.leave(&r.s)
	} else {
		r.circle.walk(&r.s)
	}
	r.p.Last = cpu
	return r.shown(x)
}

// A circle notices that a CPU which runs alone, without a choice, has come back
// to a state: Brent, "An improved Monte Carlo factorization algorithm", BIT 1980.
type circle[S comparable] struct {
	lap    S   // a state of the stretch
	lines  int // since its begin
	closed bool
	others sched.Set // CPUs that could have run since lap
}

// leave begins a new stretch.
func (c *circle[S]) leave(s *S) {
	c.lap, c.lines, c.closed, c.others = *s, 0, false, 0
}

// walk adds a line to the stretch.
func (c *circle[S]) walk(s *S) {
	c.lines++
	switch {
	case *s == c.lap:
		c.closed = true
	case c.lines&(c.lines-1) == 0:
		c.lap, c.closed, c.others = *s, false, 0
	}
}

// profile executes the first run of a workload, whatever bugs it shows.
func profile[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload) *sched.Profile {
	const none = "(no bug has this name)"
	first := sched.NewProfiler(len(w.Programs))
	Play(m, boot, w, first, none)
	p := first.Profile()
	for i := range p.Racing {
		p.Racing[i].Name = m.Layout.Name(p.Racing[i].Off)
	}
	return p
}
