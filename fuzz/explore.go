package fuzz

import (
	"fmt"

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
	// [vm.SMP]: there the choice of the scheduler itself is what lines share.
	POR bool
	// Symmetry takes states that differ only in the numbers of CPUs or objects
	// that are alike for one, if the class declares a symmetry that the workload
	// has, too: up to seven CPUs, fewer if objects are alike. Schedules are real
	// and as short as without.
	Symmetry bool
	// MaxStates and MaxBytes limit the table of states; 0 stands for 50 million
	// states and 4 GiB.
	MaxStates int
	MaxBytes  int
	// Progress, if set, is called about every 2^20 states.
	Progress func(Progress)
}

// Progress is how far a search has come.
type Progress struct {
	States, Waiting, Depth, Bytes int
}

const (
	defaultStates = 50_000_000
	defaultBytes  = 4 << 30
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

// A node is a state in the search. If the search counts preemptions, the CPU
// that ran last belongs to it.
//
// Two bytes for the CPU leave no padding behind a state of even size: nodes are
// then compared and hashed as blocks of memory.
type node[S comparable] struct {
	s    S
	last [2]uint8 // CPU plus one; 0: not part of the node
}

type explorer[S, L comparable] struct {
	m     *vm.Machine[S, L]
	o     Options
	w     *vm.Workload
	from  *vm.Boot[S]
	x     *vm.Exec
	cpus  int
	any   int // operations of each CPU, if the workload is open
	t     *table[node[S]]
	q     queue
	cost  cost   // of the node at hand
	costs []cost // of each node, if the search counts preemptions
	batch []succ[S]
	graph graph
	loops bool // an edge led back, so there may be a cycle
	way   wayOut
	v     Verdict
	best  []cost // of the finds

	sym     *symmetry[S, L]
	por     *persistent[S, L]
	reduced []uint32 // nodes of the batch that were not expanded fully
	first   int      // where the successors of the last node begin in the batch
	stopped bool     // the last CPU tried has shown a bug that stops the kernel

	reported int
	fetched  uint32 // keeps the reads of prefetch alive
}

// A succ is a state that a line has led to, and how.
type succ[S comparable] struct {
	node node[S]
	hash uint32
	from uint32
	id   uint32
	move Move
	cost cost
}

// A batch of successors is looked up in the table at once: the memory that the
// look-ups need then comes in together, not one after the other.
const (
	batchLen = 256
	cached   = 1 << 13 // states whose table the processor's caches hold
	maxFan   = 128     // successors of one node that a batch must have room for
)

// A cost orders schedules: by preemptions, if they count, then by lines.
type cost struct {
	preemptions, lines int32
}

func (c cost) less(d cost) bool {
	return c.preemptions < d.preemptions || c.preemptions == d.preemptions && c.lines < d.lines
}

func newExplorer[S, L comparable](m *vm.Machine[S, L], w *vm.Workload, o Options) *explorer[S, L] {
	if o.MaxStates == 0 {
		o.MaxStates = defaultStates
	}
	o.MaxStates = min(o.MaxStates, maxStates)
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultBytes
	}
	e := &explorer[S, L]{m: m, o: o, w: w, x: m.Exec(w), cpus: len(w.Programs), any: w.Any, t: newTable[node[S]](), q: &fifo{}}
	e.batch = make([]succ[S], 0, batchLen+maxFan)
	e.x.Order = &vm.LockOrder{}
	if o.Preemptions {
		e.q = &buckets{}
	}
	return e
}

func (e *explorer[S, L]) boot(b *vm.Boot[S]) {
	e.from = b
	var s S
	e.m.Boot(e.x, &s, b)
	e.root(&s)
}

// root makes a state the one that the search begins with.
func (e *explorer[S, L]) root(s *S) {
	n := node[S]{s: *s}
	e.t.add(&n, hashOf(e.t, &n))
	e.graph.grow()
	if e.o.Preemptions {
		e.costs = append(e.costs, cost{})
	}
	e.q.push(0, cost{})
}

// search takes the cheapest nodes, executes each line that can run next in
// them, and adds the nodes that this leads to, until a bug is found that no
// other schedule can undercut, or nothing is left.
func (e *explorer[S, L]) search() {
	for {
		id, c, ok := e.q.pop(e.t.n)
		if !ok || e.decided(c) {
			return
		}
		if e.o.Preemptions && e.costs[id] != c {
			continue // reached more cheaply since
		}
		e.cost = c
		e.v.Depth = max(e.v.Depth, int(c.lines))
		e.expand(id)
		if len(e.batch) >= batchLen || !e.q.more() {
			e.flush()
			if e.limited() {
				return
			}
			e.report()
		}
	}
}

// report calls the user's Progress now and then.
func (e *explorer[S, L]) report() {
	if e.o.Progress == nil || e.t.n>>20 == e.reported {
		return
	}
	e.reported = e.t.n >> 20
	e.o.Progress(Progress{States: e.t.n, Waiting: e.q.waiting(e.t.n), Depth: e.v.Depth, Bytes: e.bytes()})
}

// decided reports whether a bug was found that costs no more than what waits.
func (e *explorer[S, L]) decided(c cost) bool {
	return e.way.found || !e.o.All && len(e.best) > 0 && !c.less(e.best[0])
}

func (e *explorer[S, L]) limited() bool {
	switch {
	case e.t.n >= e.o.MaxStates:
		e.v.Limit = fmt.Sprintf("the limit of %d states was hit", e.o.MaxStates)
	case e.bytes()+e.t.growth() > e.o.MaxBytes:
		e.v.Limit = fmt.Sprintf("the limit of %d MiB was hit", e.o.MaxBytes>>20)
	}
	return e.v.Limit != ""
}

// bytes returns the memory that the search takes.
func (e *explorer[S, L]) bytes() int {
	return e.t.bytes() + e.q.bytes() + e.graph.bytes() + 8*cap(e.costs)
}

// expand executes the lines that can run next in a node, or as many of them as
// are enough.
func (e *explorer[S, L]) expand(id uint32) {
	if e.por != nil {
		if set := e.por.choose(&e.t.at(id).s); set != everyCPU {
			e.graph.begin(id)
			if e.run(id, set) && !e.stopped {
				e.reduced = append(e.reduced, id)
				return
			}
			e.batch = e.batch[:e.first]
		}
	}
	e.expandFully(id)
}

// expandFully executes every line that can run next in a node.
func (e *explorer[S, L]) expandFully(id uint32) {
	e.graph.begin(id)
	if !e.run(id, everyCPU) {
		base := e.t.at(id)
		e.graph.end(id)
		e.way.reached(id, nil)
		if !e.done(&base.s) {
			e.find(vm.Bug{Kind: vm.Deadlock, Object: -1, CPU: -1}, id, nil, e.cost)
		}
	}
}

// run executes the next lines of a set of CPUs, one bit each, and reports whether
// one of them could go on. The CPU that ran last goes first: whether it can go on
// decides what it costs to run another.
func (e *explorer[S, L]) run(id uint32, set uint8) (moved bool) {
	e.first, e.stopped = len(e.batch), false
	charge := int32(0)
	last := int(e.t.at(id).last[0]) - 1
	if last >= 0 && e.tryCPU(id, last, 0) {
		moved, charge = true, 1
	}
	for cpu := range e.cpus {
		if cpu != last && set>>cpu&1 != 0 && e.tryCPU(id, cpu, charge) {
			moved = true
		}
	}
	return moved
}

// tryCPU executes the next line of a CPU, once for each outcome, and reports
// whether it could.
func (e *explorer[S, L]) tryCPU(id uint32, cpu int, charge int32) (ran bool) {
	base := &e.t.at(id).s
	if e.idle(base, cpu) || e.m.Sched != vm.SMP && !e.m.MayRun(e.x, base, cpu) {
		return false
	}
	c := cost{e.cost.preemptions + charge, e.cost.lines + 1}
	for choice, choices := 0, 1; choice < choices; choice++ {
		n := len(e.batch)
		e.batch = e.batch[:n+1]
		next := &e.batch[n]
		next.node.s = *base
		status := e.m.Step(e.x, &next.node.s, cpu, choice)
		if e.por != nil {
			e.por.learn(e.x, e.m.CPU(base, cpu), e.m.CPU(&next.node.s, cpu), cpu, status)
		}
		next.from, next.move, next.cost = id, Move{uint8(cpu), uint8(choice)}, c
		if status == vm.Blocked {
			e.batch = e.batch[:n]
		}
		if !e.x.Plain() {
			choices = e.x.Choices()
			if e.bugs(id, next.move, c) && status != vm.Blocked {
				e.batch = e.batch[:n]
				e.graph.end(id)
				e.way.reached(id, &next.move)
				e.stopped = true
			}
		}
		if status == vm.Blocked {
			return false
		}
		e.v.Transitions++
		ran = true
	}
	return ran
}

// bugs notes what the line just executed is accused of, and reports whether
// the kernel stops there.
func (e *explorer[S, L]) bugs(id uint32, move Move, c cost) (stop bool) {
	for _, b := range e.x.Bugs() {
		e.find(b, id, &move, c)
		stop = stop || b.Stops()
	}
	return stop
}

// find keeps the cheapest schedule of each bug that is searched for. It ends
// with the move, if there is one, out of the node.
func (e *explorer[S, L]) find(b vm.Bug, id uint32, move *Move, c cost) {
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
	moves := e.t.path(id)
	if move != nil {
		moves = append(moves, *move)
	}
	e.best[at] = c
	e.v.Finds[at] = Find{Bug: b, Moves: moves, Preemptions: -1}
	if e.o.Preemptions {
		e.v.Finds[at].Preemptions = int(c.preemptions)
	}
}

// flush adds the successors of the batch to the table.
func (e *explorer[S, L]) flush() {
	for i := range e.batch {
		n := &e.batch[i]
		if e.o.Preemptions {
			n.node.last[0] = n.move.CPU + 1
		}
		if e.sym != nil {
			e.fold(&n.node)
		}
		n.hash = hashOf(e.t, &n.node)
	}
	if e.t.n > cached {
		e.fetched += prefetch(e.t, e.batch)
	}
	for i := range e.batch {
		n := &e.batch[i]
		n.id = e.reach(n)
	}
	late := e.overdue()
	e.batch = e.batch[:0]
	for i, id := range late {
		e.expandFully(id)
		if len(e.batch) >= batchLen || i == len(late)-1 {
			e.flush()
		}
	}
}

// reach adds a state that a line has led to, and looks at it if every program
// has ended there.
func (e *explorer[S, L]) reach(n *succ[S]) (id uint32) {
	id, fresh := e.t.add(&n.node, n.hash)
	if fresh {
		e.graph.grow()
	}
	e.graph.add(n.from, id)
	switch {
	case fresh:
		e.t.reached(id, n.from, n.move)
		if e.o.Preemptions {
			e.costs = append(e.costs, n.cost)
		}
		e.q.push(id, n.cost)
		if e.done(&n.node.s) {
			e.m.Rest(e.x, &n.node.s)
			e.bugs(n.from, n.move, n.cost)
		}
	case e.o.Preemptions && n.cost.less(e.costs[id]):
		e.t.reached(id, n.from, n.move)
		e.costs[id] = n.cost
		e.q.push(id, n.cost)
	default:
		e.loops = e.loops || e.back(n.from, id)
	}
	return id
}

// back reports whether an edge to an older node may be part of a cycle: it is
// not, if the older node costs more.
func (e *explorer[S, L]) back(from, id uint32) bool {
	if e.o.Preemptions {
		return !e.costs[from].less(e.costs[id])
	}
	return !e.q.deeper(id)
}

// idle reports whether a CPU has come to the end of its program.
func (e *explorer[S, L]) idle(s *S, cpu int) bool {
	c := e.m.CPU(s, cpu)
	return c.Idle() && c.Begun() >= e.any
}

func (e *explorer[S, L]) done(s *S) bool {
	for cpu := range e.cpus {
		if !e.idle(s, cpu) {
			return false
		}
	}
	return true
}

func (e *explorer[S, L]) conclude() {
	e.v.States = e.t.n
	for i := range e.v.Finds {
		if e.sym != nil {
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
