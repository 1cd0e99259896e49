package fuzz

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/vmrace/vmrace/vm"
)

// Options bound and direct a search. The zero value searches for the shortest
// schedule to any bug, within the default limits.
type Options struct {
	// Preemptions orders the search by the number of preemptions, then by the
	// number of lines. Leaving a CPU that could go on is a preemption.
	Preemptions bool
	// Bug is the name of the bug to search for; others are passed over. An empty
	// name stands for any.
	Bug string
	// All goes on after a bug and finds one schedule for each distinct one.
	All bool
	// POR leaves out schedules that differ from others only in the order of lines
	// that commute: partial-order reduction, see the type persistent. The verdict
	// and the bugs are the same, but a schedule need not be a shortest one. It
	// has no effect if Preemptions is set, or under a scheduling model other than
	// [vm.SMP]: there the choice of the scheduler itself is what lines share. One
	// worker searches then, whatever Workers says: it learns as it goes. A state takes
	// about three times as long as without (scripts/bench), so that this pays where
	// it leaves out two of three.
	POR bool
	// Symmetry takes states that differ only in the numbers of CPUs or objects
	// that are alike for one, if the class declares a symmetry that the workload
	// has, too: up to seven CPUs, fewer if objects are alike. Schedules are real
	// and as short as without.
	Symmetry bool
	// Compact keeps of a state that has passed no more than 64 bits of its hash:
	// hash compaction, see the type front. It takes two thirds of the memory in
	// scripts/bench, less if states are larger. [Verdict.Missed] bounds the probability
	// that a state was missed. It has no effect if Preemptions is set.
	Compact bool
	// MaxStates and MaxBytes limit the table of states; 0 stands for 50 million
	// states and 4 GiB.
	MaxStates int
	MaxBytes  int
	// Workers is the number of goroutines that search; 0 stands for 1. What the
	// search finds and how many states it visits does not depend on it, unless a
	// limit is hit.
	Workers int
	// Progress, if set, is called about every 2^20 states.
	Progress func(Progress)
}

// Progress is how far a search has come.
type Progress struct {
	States, Waiting, Depth, Bytes int
	Estimate                      int           // of the states in all; 0: none yet, or the search counts preemptions
	Time                          time.Duration // since the search began
}

const (
	defaultStates = 50_000_000
	defaultBytes  = min(4<<30, math.MaxInt) // ints may have 32 bits
)

// Explore executes every schedule of a workload from a boot state and returns
// a shortest schedule to a bug, or that there is none, or which limit was hit.
// A workload with Any set stands for all programs of up to Any operations.
func Explore[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) *Verdict {
	e := newExplorer(m, w, o)
	e.reduce(boot)
	e.boot(boot)
	e.search()
	for e.por != nil && e.por.grew && e.v.Limit == "" && (o.All || len(e.v.Finds) == 0) {
		e = e.again()
		e.boot(boot)
		e.search()
	}
	if e.v.Limit == "" && (o.All || len(e.v.Finds) == 0) {
		e.livelocks()
	}
	e.conclude()
	return &e.v
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
	cost    cost   // of the nodes at hand
	costs   []cost // of each node, if the search counts preemptions
	order   vm.LockOrder
	way     wayOut
	v       Verdict
	best    []cost // of the finds

	sym  *symmetry[S, L]   // nil: none
	por  *persistent[S, L] // nil: every line is executed
	late []deferred        // nodes that are at hand for the second time

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
	e := &explorer[S, L]{m: m, o: o, w: w, cpus: len(w.Programs), any: w.Any, q: &fifo{}, start: time.Now()}
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
	e.batch.begin([]uint32{0}, len(e.workers))
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
		e.advance(ids)
		if e.por != nil && e.v.Limit == "" {
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

// report calls the user's Progress now and then.
func (e *explorer[S, L]) report() {
	if e.o.Progress == nil || e.t.n>>20 == e.reported {
		return
	}
	e.reported = e.t.n >> 20
	e.o.Progress(Progress{States: e.t.n, Waiting: e.q.waiting(e.t.n), Depth: e.v.Depth, Bytes: e.bytes(), Estimate: estimate(e.levels), Time: time.Since(e.start)})
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
	if e.bytes()+e.batch.bytes()+e.t.growth(fan)+e.pack.cpu.growth(fan) > e.o.MaxBytes {
		e.v.Limit = fmt.Sprintf("the limit of %d MiB was hit", e.o.MaxBytes>>20)
	}
	return e.v.Limit != ""
}

// bytes returns the memory that the search takes.
func (e *explorer[S, L]) bytes() int {
	return e.t.bytes() + e.pack.cpu.bytes() + e.q.bytes() + e.batch.bytes() + 8*cap(e.costs)
}

// expand lets the workers execute every line that can run next in the nodes.
// Sightings are looked at in the order of the nodes, whoever has made them.
//
// The order of locks is learnt from all schedules together. It is learnt but a
// few times in a search: then one worker does the batch again, so that lines are
// seen in the same order as without the others.
func (e *explorer[S, L]) expand(ids []uint32) {
	b := &e.batch
	b.begin(ids, len(e.workers))
	e.t.index.promised.Store(0)
	e.each(len(b.blocks), func(w *worker[S, L], i int) {
		k := &b.blocks[i]
		w.expand(k)
		if e.t.index.promise(e.t.n, len(k.succs)) {
			w.lookUp(k)
		}
	})
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
	return found
}

// teach makes what the first worker knows of the order of locks known to all.
func (e *explorer[S, L]) teach() {
	e.order = *e.workers[0].x.Order
	for _, w := range e.workers {
		*w.x.Order = e.order
	}
}

// see takes a sighting to the finds.
func (e *explorer[S, L]) see(s *sighting) {
	if s.end {
		e.way.reached(s.from, s.moves())
	}
	if s.bug.Kind != "" {
		e.find(s.bug, s.from, s.moves(), s.cost)
	}
}

// find keeps the cheapest schedule of each bug that is searched for. It ends
// with the moves out of the node.
func (e *explorer[S, L]) find(b vm.Bug, id uint32, last []Move, c cost) {
	if e.o.Bug != "" && e.o.Bug != b.Name() {
		return
	}
	at := len(e.best)
	for i := range e.v.Finds {
		if !e.o.All || e.v.Finds[i].Bug.Name() == b.Name() {
			at = i
			break
		}
	}
	if at == len(e.best) {
		e.best = append(e.best, c)
		e.v.Finds = append(e.v.Finds, Find{})
	} else if !c.less(e.best[at]) {
		return
	}
	e.best[at] = c
	e.v.Finds[at] = Find{Bug: b, Moves: append(e.t.path(id), last...), Preemptions: -1}
	if e.o.Preemptions {
		e.v.Finds[at].Preemptions = int(c.preemptions)
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
