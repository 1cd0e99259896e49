package fuzz

import "github.com/vmrace/vmrace/vm"

// finish lets the CPUs come to the end of their programs in order. If that is
// impossible, they are deadlocked, or one of them runs in a circle: then it is
// searched how to leave it.
func (r *Runner[S, L]) finish() {
	var lapped [8]bool // CPUs whose lap is on record
	for quiet := 0; quiet < 2; {
		moved, spun := false, false
		for cpu := range r.in.Programs {
			before := len(r.res.Moves)
			spins := r.burst(cpu, MaxLines)
			spun = spun || spins
			circles := spins && r.circle == before // and has done nothing else
			moved = moved || !circles && len(r.res.Moves) > before
			if circles && lapped[cpu] {
				r.res.Moves = r.res.Moves[:before] // one more lap tells nothing
				r.marked = before
			}
			lapped[cpu] = lapped[cpu] || spins
		}
		if r.stopped || r.lost {
			return
		}
		if r.done() {
			r.rest()
			return
		}
		if moved {
			quiet = 0
			continue
		}
		quiet++
		if quiet < 2 {
			continue
		}
		if !spun {
			r.stuck(vm.Deadlock)
			return
		}
		r.leave()
		return
	}
}

func (r *Runner[S, L]) done() bool {
	for cpu := range r.in.Programs {
		if !r.m.CPU(&r.s, cpu).Idle() {
			return false
		}
	}
	return true
}

func (r *Runner[S, L]) rest() {
	r.res.Ended = true
	r.m.Rest(r.x, &r.s)
	if bugs := r.x.Bugs(); len(bugs) > 0 {
		r.note(bugs, len(r.res.Moves))
	}
}

func (r *Runner[S, L]) stuck(kind vm.Kind) {
	r.note([]vm.Bug{{Kind: kind, Object: -1, CPU: -1}}, len(r.res.Moves))
}

// leave takes a shortest way to an end out of a circle in which nobody but the
// CPU that goes round has moved: a CPU that waits for a lock may get it at
// another point of the circle. If there is none, this is a livelock.
func (r *Runner[S, L]) leave() {
	way, ok, known := findWayOut(r.m, r.in.Programs, &r.s)
	switch {
	case !known:
		r.lost = true
		return
	case !ok:
		r.stuck(vm.Livelock)
		return
	}
	for _, m := range way {
		r.choice[m.CPU] = m.Choice
		r.run(int(m.CPU), 1)
	}
	switch {
	case r.stopped:
	case r.done():
		r.rest()
	default:
		r.stuck(vm.Deadlock)
	}
}
