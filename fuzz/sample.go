package fuzz

import (
	"math/rand/v2"

	"github.com/vmrace/vmrace/vm"
)

// A Chance is how often uniformly random schedules of a workload showed a bug:
// at each line, any CPU that can run runs next with the same probability.
type Chance struct {
	Boot string `json:"boot"`
	Runs int    `json:"runs"`
	Hits int    `json:"hits"`
}

func (r *race[S, L]) Chance(k vm.Kernel, s vm.Sched, bug string, n int, seed uint64) []Chance {
	m := vm.New(r.c, k, s)
	var out []Chance
	for i := range r.c.Boots {
		if b := &r.c.Boots[i]; b.Fits(k.Patches) {
			hits := Sample(m, b, &vm.Workload{Programs: b.Programs}, bug, n, rand.New(rand.NewPCG(seed, uint64(i))))
			out = append(out, Chance{b.Name, n, hits})
		}
	}
	return out
}

// Sample runs n uniformly random schedules and returns how many of them showed
// the bug of that name; an empty name stands for any.
func Sample[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, bug string, n int, rnd *rand.Rand) (hits int) {
	r := &sampler[S, L]{m: m, x: m.Exec(w), cpus: len(w.Programs), bug: bug, rnd: rnd}
	for range n {
		m.Boot(r.x, &r.s, boot)
		if r.run() {
			hits++
		}
	}
	return hits
}

type sampler[S, L comparable] struct {
	m        *vm.Machine[S, L]
	x        *vm.Exec
	cpus     int
	bug      string
	rnd      *rand.Rand
	s, spare S
	lap      S   // a state of the stretch during which only one CPU could run
	alone    int // lines of that stretch
}

// run reports whether a random schedule shows the bug.
func (r *sampler[S, L]) run() bool {
	r.alone = 0
	for range MaxLines {
		ready, n := r.ready()
		if n == 0 {
			return r.ended()
		}
		cpu := ready[r.rnd.IntN(n)]
		r.spare = r.s
		r.m.Step(r.x, &r.spare, cpu, 0)
		choices := r.x.Choices()
		r.m.Step(r.x, &r.s, cpu, r.rnd.IntN(choices))
		if r.shown() {
			return true
		}
		if r.stopped() {
			return false
		}
		if r.spins(n == 1 && choices == 1) {
			return r.is(vm.Livelock)
		}
	}
	return false
}

// shown reports whether the last line showed the bug.
func (r *sampler[S, L]) shown() bool {
	for _, b := range r.x.Bugs() {
		if r.bug == "" || r.bug == b.Name() {
			return true
		}
	}
	return false
}

func (r *sampler[S, L]) stopped() bool {
	for _, b := range r.x.Bugs() {
		if b.Stops() {
			return true
		}
	}
	return false
}

func (r *sampler[S, L]) is(k vm.Kind) bool { return r.bug == "" || r.bug == string(k) }

// ready returns the CPUs that can run next.
func (r *sampler[S, L]) ready() (cpus [8]int, n int) {
	for cpu := range r.cpus {
		if canRun(r.m, r.x, &r.s, &r.spare, cpu) {
			cpus[n] = cpu
			n++
		}
	}
	return cpus, n
}

// ended reports whether the bug is that nothing can run any more, or shows then.
func (r *sampler[S, L]) ended() bool {
	for cpu := range r.cpus {
		if !r.m.Done(r.x, &r.s, cpu) {
			return r.is(vm.Deadlock)
		}
	}
	r.m.Rest(r.x, &r.s)
	return r.shown()
}

// spins reports whether the only CPU that could run for some time, with no
// choice to make, has come back to a state: a livelock.
func (r *sampler[S, L]) spins(alone bool) bool {
	if !alone {
		r.alone = 0
		return false
	}
	r.alone++
	if r.alone > lapLines && r.s == r.lap {
		return true
	}
	if r.alone&(r.alone-1) == 0 {
		r.lap = r.s
	}
	return false
}
