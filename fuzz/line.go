package fuzz

import "github.com/vmrace/vmrace/vm"

// tryCPU executes the next line of a CPU, once for each outcome, and reports
// whether it could.
func (w *worker[S, L]) tryCPU(b *block, id uint32, cpu int, charge int32) (ran bool) {
	e := w.e
	if e.m.Sched != vm.SMP && !e.m.MayRun(w.x, w.state(), cpu) {
		return false
	}
	c := cost{e.cost.preemptions + charge, e.cost.lines + 1}
	h := w.habits.habit(w.key[keyCPU+cpu])
	switch {
	case h.ended:
		return false
	case w.pass.over>>cpu&1 != 0:
		w.skip(b, Move{CPU: uint8(cpu)}, int(h.choices))
		return true
	}
	w.pass.audit = w.pass.plan.audit>>cpu&1 != 0
	for choice, choices := 0, 1; choice < choices; choice++ {
		m := Move{uint8(cpu), uint8(choice)}
		ran = true
		if w.passes(m, &h) {
			w.skip(b, m, 1)
			choices = int(h.choices)
			continue
		}
		if choices = w.make(b, id, m, c); choices == 0 {
			return false
		}
		b.lines++
	}
	return ran
}

// make executes the next line of a CPU, or recalls what it has done, and returns how
// many outcomes it has, none if it cannot go on.
func (w *worker[S, L]) make(b *block, id uint32, m Move, c cost) (choices int) {
	o := w.recall(m)
	if o == 0 || w.pass.audit {
		return w.execute(b, id, m, c)
	}
	if o.choices() > 0 {
		w.follow(b, id, m, c, o)
	}
	return o.choices()
}

// execute executes the next line of a CPU and returns how many outcomes it has,
// none if it cannot go on.
func (w *worker[S, L]) execute(b *block, id uint32, move Move, c cost) (choices int) {
	e, cpu, edges := w.e, int(move.CPU), w.x.Order.Edges()
	w.next = *w.state()
	status := e.m.Step(w.x, &w.next, cpu, int(move.Choice))
	if status == vm.Idle {
		w.keep(move, stood, 0, w.key)
		w.learn(move, status)
		return 0
	}
	if w.x.Order.Edges() != edges {
		w.stale = true // whoever closes a cycle must be found out
	}
	w.learn(move, status)
	if e.por != nil {
		e.por.learn(w.x, &w.base, w.key, &w.next, cpu, status)
	}
	choices = w.x.Choices()
	again := e.sym == nil && len(w.x.Bugs()) == 0 && !w.x.Around()
	stop := w.accuse(b, id, move, c)
	switch {
	case status == vm.Blocked:
		if again {
			w.keep(move, stood, 0, w.key)
		}
		return 0
	case stop:
		*e.t.exit(id) = ended
		w.stop = true
		return choices
	}
	result := went
	if w.idle(&w.next, cpu) {
		result = finished
		w.end(b, id, move, c)
	}
	if k, alone := w.lead(b, id, move, c); again && alone {
		w.keep(move, result, choices, k)
	}
	return choices
}

// last reports whether all other CPUs have come to the end of their programs.
func (w *worker[S, L]) last(cpu int) bool {
	s := w.state()
	for other := range w.e.cpus {
		if other != cpu && !w.idle(s, other) {
			return false
		}
	}
	return true
}

// end runs the oracles for a state at rest if every CPU has come to its end.
func (w *worker[S, L]) end(b *block, id uint32, move Move, c cost) {
	if w.done(&w.next) {
		w.rest = w.next
		w.e.m.Rest(w.x, &w.rest)
		w.accuse(b, id, move, c)
	}
}

// accuse notes what the line just executed is accused of, and reports whether
// the kernel stops there.
func (w *worker[S, L]) accuse(b *block, id uint32, move Move, c cost) (stop bool) {
	for _, bug := range w.x.Bugs() {
		b.seen = append(b.seen, sighting{bug: bug, from: id, move: move, moved: true, cost: c, end: bug.Stops()})
		stop = stop || bug.Stops()
	}
	return stop
}

// idle reports whether a CPU has come to the end of its program.
func (w *worker[S, L]) idle(s *S, cpu int) bool {
	c := w.e.m.CPU(s, cpu)
	return c.Idle() && c.Begun() >= w.e.any
}

func (w *worker[S, L]) done(s *S) bool {
	for cpu := range w.e.cpus {
		if !w.idle(s, cpu) {
			return false
		}
	}
	return true
}
