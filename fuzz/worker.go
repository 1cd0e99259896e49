package fuzz

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// A worker executes lines for a search.
type worker[S, L comparable] struct {
	e    *explorer[S, L]
	x    *vm.Exec
	base S    // the node at hand
	key  key  // and its key
	next S    // what a line has made of it
	rest S    // the same at rest
	stop bool // a line of the node has stopped the kernel

	slots   []uint64 // of the bins that are shared out
	fetched uint32   // keeps the reads of prefetch alive
}

func newWorker[S, L comparable](e *explorer[S, L], work *vm.Workload) *worker[S, L] {
	w := &worker[S, L]{e: e, x: e.m.Exec(work)}
	w.x.Order = &vm.LockOrder{}
	return w
}

// expand executes every line that can run next in the nodes of a block.
func (w *worker[S, L]) expand(b *block) {
	for _, id := range b.ids {
		w.node(b, id)
	}
}

// node executes the lines that can run next in a node, or as many of them as are
// enough.
func (w *worker[S, L]) node(b *block, id uint32) {
	e := w.e
	w.load(id)
	if left := e.left(id); left != 0 {
		w.run(b, id, left)
		return
	}
	*e.t.exit(id) = 0
	if e.por != nil && w.few(b, id) {
		return
	}
	if w.run(b, id, everyCPU) {
		return
	}
	*e.t.exit(id) = ended
	s := sighting{from: id, cost: e.cost, end: true}
	if !w.done(&w.base) {
		s.bug = vm.Bug{Kind: vm.Deadlock, Object: -1, CPU: -1}
	}
	b.seen = append(b.seen, s)
}

// load makes a node the one at hand.
func (w *worker[S, L]) load(id uint32) {
	e := w.e
	if w.key = e.t.key(id); w.key != nil {
		e.pack.unpack(&w.base, w.key)
		return
	}
	e.m.Boot(w.x, &w.base, e.from)
	for _, mv := range e.t.path(id) {
		e.m.Step(w.x, &w.base, int(mv.CPU), int(mv.Choice))
		e.fold(&w.base)
	}
	w.key = make(key, e.t.width)
	e.pack.whole(w.key, &w.base)
}

// few executes the lines of a persistent set of CPUs, and reports whether there is
// one that is enough.
func (w *worker[S, L]) few(b *block, id uint32) bool {
	set := w.e.por.choose(&w.base, w.key)
	if set == everyCPU {
		return false
	}
	succs, keys := len(b.succs), len(b.keys)
	w.stop = false
	if w.run(b, id, set) && !w.stop {
		w.e.por.reduced = append(w.e.por.reduced, deferred{id, set})
		return true
	}
	b.succs, b.keys = b.succs[:succs], b.keys[:keys]
	return false
}

// run executes the next lines of a set of CPUs, one bit each, and reports whether
// one of them could go on. The CPU that ran last goes first: whether it can go on
// decides what it costs to run another.
func (w *worker[S, L]) run(b *block, id uint32, set uint8) (moved bool) {
	e := w.e
	last := -1
	if e.o.Preemptions {
		last = int(w.key[len(w.key)-1]) - 1
	}
	charge := int32(0)
	if last >= 0 && w.tryCPU(b, id, last, 0) {
		moved, charge = true, 1
	}
	for cpu := range e.cpus {
		if cpu != last && set>>cpu&1 != 0 && w.tryCPU(b, id, cpu, charge) {
			moved = true
		}
	}
	return moved
}

// tryCPU executes the next line of a CPU, once for each outcome, and reports
// whether it could.
func (w *worker[S, L]) tryCPU(b *block, id uint32, cpu int, charge int32) (ran bool) {
	e := w.e
	if w.idle(&w.base, cpu) || e.m.Sched != vm.SMP && !e.m.MayRun(w.x, &w.base, cpu) {
		return false
	}
	c := cost{e.cost.preemptions + charge, e.cost.lines + 1}
	for choice, choices := 0, 1; choice < choices; choice++ {
		w.next = w.base
		status := e.m.Step(w.x, &w.next, cpu, choice)
		if e.por != nil {
			e.por.learn(w.x, &w.base, w.key, &w.next, cpu, status)
		}
		move, stop := Move{uint8(cpu), uint8(choice)}, false
		if !w.x.Plain() {
			choices = w.x.Choices()
			stop = w.accuse(b, id, move, c) && status != vm.Blocked
		}
		if status == vm.Blocked {
			return false
		}
		b.lines++
		ran = true
		if stop {
			*e.t.exit(id) = ended
			w.stop = true
			continue
		}
		if w.idle(&w.next, cpu) && w.done(&w.next) {
			w.rest = w.next
			e.m.Rest(w.x, &w.rest)
			w.accuse(b, id, move, c)
		}
		w.lead(b, id, move, c)
	}
	return ran
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

// lead notes the state that a line has led to.
func (w *worker[S, L]) lead(b *block, id uint32, move Move, c cost) {
	e := w.e
	at := len(b.keys)
	b.keys = slices.Grow(b.keys, e.t.width)[:at+e.t.width]
	k, last := b.keys[at:], int(move.CPU)
	if r := e.fold(&w.next); r != nil {
		e.pack.whole(k, &w.next)
		last = r.CPU(last)
	} else {
		e.pack.pack(k, &w.next, last, &w.base, w.key)
	}
	if e.o.Preemptions {
		k[len(k)-1] = uint32(last) + 1
	}
	hash, print := e.t.hash(k)
	b.succs = append(b.succs, succ{from: id, move: move, cost: c, hash: hash, print: print})
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
