package fuzz

import (
	"fmt"
	"slices"
	"time"

	"github.com/vmrace/vmrace/vm"
)

// Explore executes every schedule of a workload from a boot state and returns
// a shortest schedule to a bug, or that there is none, or which limit was hit.
// A workload with Any set stands for all programs of up to Any operations.
func Explore[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) *Verdict {
	return &explore(m, boot, w, o).v
}

func explore[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) *explorer[S, L] {
	e := newExplorer(m, w, o)
	e.reduce(boot)
	e.boot(boot)
	e.search()
	for e.open() && (e.unsure() || e.wake()) {
		if e.unsure() {
			e = e.again()
			e.boot(boot)
		}
		e.search()
	}
	if e.open() {
		e.livelocks()
	}
	e.conclude()
	return e
}

// open reports whether there is more to search for.
func (e *explorer[S, L]) open() bool {
	return e.v.Limit == "" && (e.o.All || len(e.v.Finds) == 0)
}

// A cost orders schedules: by preemptions, if they count, then by lines.
type cost struct {
	preemptions, lines int32
}

func (c cost) less(d cost) bool {
	return c.preemptions < d.preemptions || c.preemptions == d.preemptions && c.lines < d.lines
}

// An explorer holds what the workers of a search share. Nodes are the states of
// the search; if it counts preemptions, the CPU that ran last belongs to a node.
type explorer[S, L comparable] struct {
	m       *vm.Machine[S, L]
	o       Options
	w       *vm.Workload
	from    *vm.Boot[S]
	cpus    int
	any     int // operations of each CPU, if the workload is open
	pack    *packer[S, L]
	t       *table
	q       queue
	workers []*worker[S, L]
	batch   batch
	crew    *crew  // nil before there is a batch to share out
	cost    cost   // of the nodes at hand
	costs   []cost // of each node, if the search counts preemptions
	order   vm.LockOrder
	way     wayOut
	v       Verdict
	best    []cost // of the finds

	sym      *symmetry[S, L]   // nil: none
	por      *persistent[S, L] // nil: every line is executed
	diamonds bool              // lines are passed over, see plan
	feet     *feet

	late []deferred // nodes that are at hand once more
	past uint32     // nodes with lower numbers were expanded

	levels   []int // states at each number of lines
	below    int   // and all of them
	reported int
	start    time.Time
}

func newExplorer[S, L comparable](m *vm.Machine[S, L], w *vm.Workload, o Options) *explorer[S, L] {
	if o.MaxStates == 0 {
		o.MaxStates = defaultStates
	}
	o.MaxStates = min(o.MaxStates, maxStates)
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultBytes
	}
	e := &explorer[S, L]{m: m, o: o, w: w, feet: newFeet(), cpus: len(w.Programs), any: w.Any, q: &fifo{}, start: time.Now()}
	e.pack = newPacker(m, e.cpus)
	width := e.pack.width()
	if o.Preemptions {
		width++
	}
	workers := max(o.Workers, 1)
	if o.POR {
		workers = 1
	}
	e.t = newTable(width, workers, o.Compact && !o.Preemptions)
	for range workers {
		e.workers = append(e.workers, newWorker(e, w))
	}
	if o.Preemptions {
		e.q = &buckets{}
	}
	return e
}

func (e *explorer[S, L]) boot(b *vm.Boot[S]) {
	e.from = b
	var s S
	w := e.workers[0]
	e.m.Boot(w.x, &s, b)
	e.root(&s)
}

// root makes a state the one that the search begins with.
func (e *explorer[S, L]) root(s *S) {
	e.batch.begin([]uint32{0})
	b := &e.batch.blocks[0]
	b.keys = make(key, e.t.width)
	e.pack.whole(b.keys, s)
	hash, print := e.t.hash(b.keys)
	b.succs = append(b.succs, succ{hash: hash, print: print})
	e.workers[0].lookUp(b)
	e.flush()
}

// state writes the state of a number.
func (e *explorer[S, L]) state(s *S, id uint32) { e.pack.unpack(s, e.t.key(id)) }

// id returns the number of a state, if a search by lines has met it.
func (e *explorer[S, L]) id(s *S) (id uint32, ok bool) {
	k := make(key, e.t.width)
	e.pack.whole(k, s)
	return e.t.find(k)
}

// search takes the cheapest nodes, executes each line that can run next in
// them, and adds the nodes that this leads to, until a bug is found that no
// other schedule can undercut, or nothing is left.
func (e *explorer[S, L]) search() {
	defer e.dismiss()
	var ids []uint32
	for {
		var c cost
		ids, c = e.q.take(ids[:0], e.batch.most(len(e.workers)), e.t.n)
		if len(ids) == 0 || c != e.cost && e.decided(c) || e.way.found {
			return
		}
		if e.o.Preemptions {
			ids = slices.DeleteFunc(ids, func(id uint32) bool { return e.costs[id] != c }) // reached more cheaply since
		}
		e.cost = c
		e.v.Depth = max(e.v.Depth, int(c.lines))
		if int(c.lines) == len(e.levels) && !e.o.Preemptions {
			e.levels = append(e.levels, e.t.n-e.below)
			e.below = e.t.n
		}
		if e.por == nil {
			e.advance(ids)
		} else {
			e.past = ids[len(ids)-1] + 1
			e.advance(ids)
			e.complete()
		}
		if e.v.Limit != "" || e.por != nil && e.por.settled(e.t.n) {
			return
		}
		if e.t.front != nil {
			e.t.front.pass(int(ids[len(ids)-1]) + 1)
		}
		e.report()
	}
}

// advance expands nodes and adds their successors, unless a limit is hit.
func (e *explorer[S, L]) advance(ids []uint32) {
	e.expand(ids)
	if !e.limited() {
		e.flush()
	}
}

// decided reports whether a bug was found that costs no more than what waits.
// This is asked when all nodes of one cost were searched: else the number of
// states would depend on how these were shared out.
func (e *explorer[S, L]) decided(c cost) bool {
	return !e.o.All && len(e.best) > 0 && !c.less(e.best[0])
}

// limited reports whether the memory that it takes to add the states of the batch
// hits the limit. The next batch may take as much as this one once more.
func (e *explorer[S, L]) limited() bool {
	fan := e.batch.fan()
	n := e.bytes() + e.batch.bytes() + e.t.growth(fan) + e.pack.growth(fan)
	for _, w := range e.workers {
		n += w.memo.growth(fan)
	}
	if n > e.o.MaxBytes {
		e.v.Limit = fmt.Sprintf("the limit of %d MiB was hit", e.o.MaxBytes>>20)
	}
	return e.v.Limit != ""
}

// bytes returns the memory that the search takes.
func (e *explorer[S, L]) bytes() int {
	n := e.t.bytes() + e.pack.bytes() + e.q.bytes() + e.batch.bytes() + e.feet.bytes() + 8*cap(e.costs)
	for _, w := range e.workers {
		n += w.memo.bytes() + w.habits.bytes() + w.relations.bytes()
	}
	if e.por != nil {
		n += e.por.bytes()
	}
	return n
}

// expand lets the workers execute every line that can run next in the nodes.
// Sightings are looked at in the order of the nodes, whoever has made them.
//
// The order of locks is learnt from all schedules together. It is learnt but a
// few times in a search: then one worker does the batch again, so that lines are
// seen in the same order as without the others.
func (e *explorer[S, L]) expand(ids []uint32) {
	b := &e.batch
	b.begin(ids)
	e.t.index.promised.Store(0)
	e.each(len(b.blocks), func(w *worker[S, L], i int) {
		k := &b.blocks[i]
		w.expand(k)
		if e.t.index.promise(e.t.n, len(k.succs)) {
			w.lookUp(k)
		}
	})
	e.tell()
	if len(e.workers) > 1 && e.learnt() {
		var again block
		for i := range b.blocks {
			again.begin(b.blocks[i].ids)
			e.workers[0].expand(&again)
			b.blocks[i].seen = slices.Clone(again.seen)
		}
		e.teach()
	}
	for i := range b.blocks {
		e.v.Transitions += b.blocks[i].lines
		for j := range b.blocks[i].seen {
			e.see(&b.blocks[i].seen[j])
		}
	}
}

// learnt reports whether a worker has seen a new order of locks, and takes it
// from all of them.
func (e *explorer[S, L]) learnt() bool {
	found := false
	for _, w := range e.workers {
		found = found || *w.x.Order != e.order
		*w.x.Order = e.order
	}
	for _, w := range e.workers {
		if found {
			w.memo.forget() // it knows lines whose orders the workers have just forgotten
		}
	}
	return found
}

// teach makes what the first worker knows of the order of locks known to all.
func (e *explorer[S, L]) teach() {
	e.order = *e.workers[0].x.Order
	for _, w := range e.workers {
		*w.x.Order = e.order
	}
}

func (e *explorer[S, L]) conclude() {
	e.v.States = e.t.n
	if e.t.front != nil {
		e.v.Missed = missed(e.t.n)
	}
	if e.sym != nil {
		for i := range e.v.Finds {
			e.sym.unfold(e.w, e.from, &e.v.Finds[i])
		}
	}
	e.v.Bytes = e.bytes()
	switch {
	case len(e.v.Finds) > 0:
		e.v.Outcome = Found
	case e.v.Limit != "":
		e.v.Outcome = Unknown
	}
}
