package fuzz

import "github.com/vmrace/vmrace/vm"

// A worker executes lines for a search.
type worker[S, L comparable] struct {
	e    *explorer[S, L]
	x    *vm.Exec
	key  key  // of the node at hand
	base S    // its state, if made
	made bool // from the key
	next S    // what a line has made of it
	rest S    // the same at rest
	stop bool // a line of the node has stopped the kernel

	asleep uint8 // CPUs of the node that sleep, one bit each; none unless lines are left out
	sleep  uint8 // and those that sleep behind the line at hand

	habits    habits
	relations relations
	plans     []plan  // for the nodes of the block
	causes    []cause // of their lines
	pass      passage
	passed    int // lines, over which one was or could be

	hits    int               // outcomes of lines that were known
	stale   bool              // an order of locks was learnt since, and they may not be so
	recent  [recentLen]uint32 // successors of the block, by the low bits of their hashes
	slots   []uint64          // of the bins that are shared out
	fetched uint32            // keeps the reads of prefetch alive
}

func newWorker[S, L comparable](e *explorer[S, L], work *vm.Workload) *worker[S, L] {
	w := &worker[S, L]{e: e, x: e.m.Exec(work)}
	w.x.Order = &vm.LockOrder{}
	return w
}

const recentLen = 1 << 9 // a block has up to four times as many successors as nodes

// expand executes every line that can run next in the nodes of a block.
func (w *worker[S, L]) expand(b *block) {
	w.prepare(b)
	for i, id := range b.ids {
		w.node(b, id, w.plans[i])
	}
}

// node executes the lines that can run next in a node, or as many of them as are
// enough.
func (w *worker[S, L]) node(b *block, id uint32, p plan) {
	e := w.e
	w.load(id)
	w.asleep, w.sleep = 0, 0
	w.pass = passage{plan: p}
	w.pass.foot, w.pass.by = w.trodden(id)
	if e.por != nil && w.reduced(b, id) {
		return
	}
	*e.t.exit(id) = 0
	n := len(b.succs) + len(b.twins)
	if w.awake(b, id, everyCPU) {
		if w.pass.skips && len(b.succs)+len(b.twins) == n && *e.t.exit(id) != ended {
			w.pass.audit = false
			w.make(b, id, w.pass.spare, cost{lines: e.cost.lines + 1})
		}
		return
	}
	*e.t.exit(id) = ended
	s := sighting{from: id, cost: e.cost, end: true}
	if !w.done(w.state()) {
		s.bug = vm.Bug{Kind: vm.Deadlock, Object: -1, CPU: -1}
	}
	b.seen = append(b.seen, s)
}

// reduced executes the lines of a node that are left, if it is at hand once more, or
// those that are enough, and reports whether nothing else is to be executed.
func (w *worker[S, L]) reduced(b *block, id uint32) bool {
	e := w.e
	w.asleep = e.t.sleep(id)
	e.por.locate(w.state(), w.key)
	if set, ok := e.left(id); ok {
		w.run(b, id, set)
		return true
	}
	*e.t.exit(id) = 0
	if w.few(b, id) {
		return true
	}
	e.t.choose(id, everyCPU)
	return false
}

// load makes a node the one at hand.
func (w *worker[S, L]) load(id uint32) {
	e := w.e
	if w.key = e.t.key(id); w.key != nil {
		w.made = false
		return
	}
	e.m.Boot(w.x, &w.base, e.from)
	for _, mv := range e.t.path(id) {
		e.m.Step(w.x, &w.base, int(mv.CPU), int(mv.Choice))
		e.fold(&w.base)
	}
	w.key, w.made = make(key, e.t.width), true
	e.pack.whole(w.key, &w.base)
}

// state returns the state of the node at hand.
func (w *worker[S, L]) state() *S {
	if !w.made {
		w.e.pack.unpack(&w.base, w.key)
		w.made = true
	}
	return &w.base
}

// few executes the lines of a persistent set of CPUs, and reports whether there is
// one that is enough.
func (w *worker[S, L]) few(b *block, id uint32) bool {
	set := w.e.por.choose()
	if set == everyCPU {
		return false
	}
	w.e.t.choose(id, set)
	succs, keys, twins := len(b.succs), len(b.keys), len(b.twins)
	w.stop = false
	if w.awake(b, id, set) && !w.stop {
		w.e.por.reduced = append(w.e.por.reduced, deferred{id, set})
		return true
	}
	b.succs, b.keys, b.twins = b.succs[:succs], b.keys[:keys], b.twins[:twins]
	return false
}

// awake executes the next lines of those of the CPUs that do not sleep, and of one
// that does if there is no other, so that each node has an exit.
func (w *worker[S, L]) awake(b *block, id uint32, set uint8) (moved bool) {
	if w.run(b, id, set&^w.asleep) {
		return true
	}
	if set &= w.asleep; set == 0 {
		return false
	}
	set &= -set
	w.asleep &^= set
	w.e.t.setSleep(id, w.asleep)
	return w.run(b, id, set)
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
	ran := uint8(0)
	for cpu := range e.cpus {
		if cpu == last || set>>cpu&1 == 0 {
			continue
		}
		if e.por != nil {
			w.sleep = e.por.sleepers(w.asleep|ran, cpu)
		}
		if w.tryCPU(b, id, cpu, charge) {
			moved = true
			ran |= 1 << cpu
		}
	}
	return moved
}
