package fuzz

import (
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
	defer e.dismiss()
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
	memo    memo
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
	e.memo.resize(memoBits)
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
	e.batch.begin([]uint32{0}, 0)
	e.reserve(1)
	b := &e.batch.blocks[0]
	b.keys = make(key, e.t.width)
	e.pack.whole(b.keys, s)
	hash, print := e.t.hash(b.keys)
	b.succs = append(b.succs, succ{hash: hash, print: print})
	e.workers[0].lookUp(b)
	e.flush(0)
	e.count()
	e.price()
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

// decided reports whether a bug was found that costs no more than what waits.
// This is asked when all nodes of one cost were searched: else the number of
// states would depend on how these were shared out.
func (e *explorer[S, L]) decided(c cost) bool {
	return !e.o.All && len(e.best) > 0 && !c.less(e.best[0])
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
