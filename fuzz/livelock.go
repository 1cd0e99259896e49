package fuzz

import (
	"slices"
	"sync/atomic"

	"github.com/vmrace/vmrace/vm"
)

// ended, in place of a successor, says that nothing needs to follow a node.
const ended = ^uint32(0)

// livelocks looks for nodes from which no schedule, fair or not, leads to an
// end: of every program, in a deadlock or in a stopped kernel.
func (e *explorer[S, L]) livelocks() {
	ends := e.ends()
	best, found := uint32(0), false
	for id := range ends.absent(e.t.n) {
		if !found || e.costOf(id).less(e.costOf(best)) {
			best, found = id, true
		}
	}
	if found {
		e.find(vm.Bug{Kind: vm.Livelock, Object: -1, CPU: -1}, best, nil, e.costOf(best))
	}
}

// ends returns the nodes from which a schedule leads to an end.
//
// The table knows one successor of each node. Following that is enough for nearly
// all: the numbers rise, or fall to a node that was reached by fewer lines, so
// that few passes are needed. Only the nodes from which it goes round in a circle
// are executed again, for all of their successors.
func (e *explorer[S, L]) ends() idSet {
	ends := newIDSet(e.t.n)
	for e.spread(ends) {
	}
	round := e.round(ends)
	for changed := true; changed; {
		changed = false
		for i := len(round) - 1; i >= 0; i-- {
			if n := &round[i]; !ends.has(n.id) && slices.ContainsFunc(n.to, ends.has) {
				ends.add(n.id)
				changed = true
			}
		}
	}
	return ends
}

// spreadLen is for how many words of a set a worker looks at exits at a time.
const spreadLen = 64

// spread adds the nodes whose exit is an end or in the set, about from the highest
// number down, and reports whether there was any.
func (e *explorer[S, L]) spread(ends idSet) (grew bool) {
	var found atomic.Bool
	parts := (len(ends) + spreadLen - 1) / spreadLen
	e.each(parts, func(_ *worker[S, L], i int) {
		from := (parts - 1 - i) * spreadLen
		for at := min(from+spreadLen, len(ends)) - 1; at >= from; at-- {
			if before := ends[at]; before != allIDs {
				word := e.spreadTo(ends, at, before)
				atomic.StoreUint64(&ends[at], word)
				if word != before {
					found.Store(true)
				}
			}
		}
	})
	return found.Load()
}

// spreadTo adds nodes to a word of the set, which it returns.
func (e *explorer[S, L]) spreadTo(ends idSet, at int, word uint64) uint64 {
	first := uint32(64 * at)
	exits := e.t.exits(first, min(first+64, uint32(e.t.n)))
	for i := len(exits) - 1; i >= 0; i-- {
		to, in := exits[i], uint64(1)
		switch {
		case to/64 == uint32(at):
			in = word >> (to % 64) & 1
		case to != ended:
			in = ends.bit(to)
		}
		word |= in << i
	}
	return word
}

// A fork is a node with all of its successors.
type fork struct {
	id uint32
	to []uint32
}

// round returns the nodes that are not known to come to an end.
func (e *explorer[S, L]) round(ends idSet) []fork {
	var forks []fork
	var b block
	por, diamonds := e.por, e.diamonds
	e.por, e.diamonds = nil, false // so that nothing is passed over
	defer func() { e.por, e.diamonds = por, diamonds }()
	for id := range ends.absent(e.t.n) {
		f := fork{id: id}
		b.begin([]uint32{f.id})
		exit := *e.t.exit(f.id)
		e.workers[0].expand(&b)
		*e.t.exit(f.id) = exit
		for i := range b.succs {
			to, ok := e.t.find(b.key(i, e.t.width))
			if !ok && por != nil {
				continue
			}
			if !ok {
				panic("fuzz: a line leads elsewhere when it is executed again: does a listing use more than the state?")
			}
			f.to = append(f.to, to)
		}
		forks = append(forks, f)
	}
	return forks
}

// Doom returns after how many moves of a schedule no end can be reached any
// more, whatever happens next: the point at which a livelock has become certain.
// The answer is ok only if there is such a point and the search came to its end.
func Doom[S, L comparable](m *vm.Machine[S, L], boot int, programs [][]uint8, moves []Move, o Options) (n int, ok bool) {
	e := newExplorer(m, &vm.Workload{Programs: programs}, Options{All: true, MaxStates: o.MaxStates, MaxBytes: o.MaxBytes})
	e.boot(&m.Class.Boots[boot])
	e.search()
	if e.v.Limit != "" {
		return 0, false
	}
	ends := e.ends()
	if !ends.has(0) {
		return 0, true // before the first line
	}
	walk(m, boot, programs, moves, func(_ *vm.Exec, s *S, _ Move) {
		if !ok {
			n++
			id, known := e.id(s)
			ok = known && !ends.has(id)
		}
	})
	return n, ok
}

// costOf returns what the cheapest schedule to a node costs. A search by lines
// numbers its nodes in that order.
func (e *explorer[S, L]) costOf(id uint32) cost {
	if e.o.Preemptions {
		return e.costs[id]
	}
	return cost{lines: int32(id)}
}
