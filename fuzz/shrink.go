package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/vm"
)

// provable limits the search that proves an input minimal, in states.
const provable = 1 << 18

func (r *race[S, L]) Minimise(k vm.Kernel, s vm.Sched, input []byte, bug string) (*Crasher, error) {
	m := vm.New(r.c, k, s)
	in := decode(m, input)
	run := NewRunner(m, false)
	res := run.Run(in)
	i := res.Bug(bug)
	if i < 0 {
		what := "no bug"
		if bug != "" {
			what = "no " + bug
		}
		return nil, fmt.Errorf("the input shows %s on kernel %s of race %s", what, k.Name, r.c.Name)
	}
	return r.shrink(run, in, res.Bugs[i].Name()), nil
}

// shrink minimises an input by passes, and then takes the best schedule of its
// programs, which the search knows, until both agree.
func (r *race[S, L]) shrink(run *Runner[S, L], in *Input, bug string) *Crasher {
	m, c := run.m, CodecOf(r.c)
	for {
		in = run.Minimise(c, in, bug)
		v := Explore(m, &r.c.Boots[in.Boot], &vm.Workload{Programs: in.Programs}, Options{Preemptions: true, Bug: bug, MaxStates: provable})
		f, ok := v.Find(bug)
		if !ok {
			break
		}
		best, have := r.trim(run, InputOf(m, in.Boot, in.Programs, f.Moves), bug), in
		p, lines, err := measure(run, best, bug)
		p0, lines0, err0 := measure(run, have, bug)
		if err != nil || err0 == nil && (p0 < p || p0 == p && lines0 <= lines) {
			break
		}
		in = best
		if searched(f.Bug) {
			break // the passes measure a livelock by its first lap
		}
	}
	return &Crasher{Bytes: c.Encode(in), Race: r.c.Name, Kernel: m.Kernel.Name, Sched: m.Sched.String(), Bug: bug}
}

// trim drops the last bursts of a schedule as long as the CPUs, finishing by
// themselves, come to the same.
func (r *race[S, L]) trim(run *Runner[S, L], in *Input, bug string) *Input {
	p, lines, err := measure(run, in, bug)
	if err != nil {
		return in
	}
	for n := len(in.Bursts) - 1; n >= 0; n-- {
		shorter := in.Clone()
		shorter.Bursts = shorter.Bursts[:n]
		if p1, lines1, err := measure(run, shorter, bug); err != nil || p1 > p || p1 == p && lines1 > lines {
			break
		}
		in = shorter
	}
	return in
}

// searched reports whether a bug is a livelock that the search finds. One that a
// line or the class's oracles at rest accuse has a detail, and shows there.
func searched(b vm.Bug) bool { return b.Kind == vm.Livelock && b.Detail == "" }

// measure returns the preemptions and the lines of an input up to a bug; up to
// the point at which it has become certain, if that is a livelock.
func measure[S, L comparable](run *Runner[S, L], in *Input, bug string) (preemptions, lines int, err error) {
	res := run.Run(in)
	i := res.Bug(bug)
	if i < 0 {
		return 0, 0, fmt.Errorf("%s no longer shows on kernel %s", bug, run.m.Kernel.Name)
	}
	moves := res.Moves[:min(res.At[i]+1, len(res.Moves))]
	if searched(res.Bugs[i]) {
		n, ok := Doom(run.m, in.Boot, in.Programs, moves, Options{MaxStates: provable})
		if !ok {
			return 0, 0, fmt.Errorf("the search does not know the livelock that the run on kernel %s shows", run.m.Kernel.Name)
		}
		moves = moves[:n]
	}
	return Preemptions(run.m, in.Boot, in.Programs, moves), len(moves), nil
}

func (r *race[S, L]) Measure(c *Crasher) (preemptions, lines int, err error) {
	m, in, err := r.open(c)
	if err != nil {
		return 0, 0, err
	}
	return measure(NewRunner(m, false), in, c.Bug)
}

func (r *race[S, L]) Optimum(c *Crasher, o Options) (preemptions, lines int, err error) {
	m, in, err := r.open(c)
	if err != nil {
		return 0, 0, err
	}
	o.Preemptions, o.Bug = true, c.Bug
	v := Explore(m, &r.c.Boots[in.Boot], &vm.Workload{Programs: in.Programs}, o)
	f, ok := v.Find(c.Bug)
	if !ok {
		return 0, 0, fmt.Errorf("search: %v", v)
	}
	return f.Preemptions, len(f.Moves), nil
}
