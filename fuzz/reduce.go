package fuzz

import (
	"cmp"
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// reduce prepares the reductions that the options ask for.
func (e *explorer[S, L]) reduce(b *vm.Boot[S]) {
	if e.o.Symmetry {
		e.sym = newSymmetry(e.m, b, e.w)
	}
	if e.o.POR && !e.o.Preemptions && e.m.Sched == vm.SMP {
		e.por = newPersistent(e)
	}
	e.diamonds = !e.o.thorough && !e.o.Preemptions && e.m.Sched == vm.SMP && e.por == nil && e.sym == nil
}

// unsure reports whether a pass of a reduced search has learned something, so that
// another one is needed.
func (e *explorer[S, L]) unsure() bool { return e.por != nil && e.por.grew }

// again returns an explorer for another pass of a reduced search, with what the
// last one has learned.
func (e *explorer[S, L]) again() *explorer[S, L] {
	next := newExplorer(e.m, e.w, e.o)
	next.por, next.sym, next.pack = e.por, e.sym, e.pack
	next.por.again()
	return next
}

// fold replaces a state by the one that stands for it, and returns how it was
// renamed, nil if it was not.
func (e *explorer[S, L]) fold(s *S) *vm.Renaming {
	if e.sym == nil {
		return nil
	}
	return e.sym.canonical(s)
}

// A deferred is a node with some CPUs, one bit each.
type deferred struct {
	id  uint32
	set uint8
}

// complete executes the other CPUs, too, in those nodes of the batch that have no
// successor with a higher number: else a line could be put off for ever. Chosen CPUs
// that sleep come first, as their lines may lead to such a node. Then it executes
// what sleeps no more in nodes that were expanded before.
func (e *explorer[S, L]) complete() {
	reduced := e.back(e.por.reduced)
	var late []deferred
	for _, d := range reduced {
		sleep := e.t.sleep(d.id)
		if d.set &= sleep; d.set != 0 {
			e.t.setSleep(d.id, sleep&^d.set)
			late = append(late, d)
		}
	}
	e.postpone(late)
	late = late[:0]
	for _, d := range e.back(reduced) {
		e.t.choose(d.id, everyCPU)
		late = append(late, deferred{d.id, everyCPU &^ d.set &^ e.t.sleep(d.id)})
	}
	e.postpone(late)
	e.por.reduced = e.por.reduced[:0]
	for len(e.por.roused) > 0 && e.v.Limit == "" {
		late := merge(e.por.roused)
		e.por.roused = nil
		e.postpone(late)
	}
}

// back returns those of some nodes that have no successor with a higher number.
func (e *explorer[S, L]) back(nodes []deferred) []deferred {
	return slices.DeleteFunc(nodes, func(d deferred) bool { return *e.t.exit(d.id) > d.id })
}

// postpone executes lines of nodes that were expanded before.
func (e *explorer[S, L]) postpone(late []deferred) {
	for part := range slices.Chunk(late, blockLen*blockLen) {
		if e.v.Limit != "" {
			return
		}
		ids := make([]uint32, len(part))
		for i := range part {
			ids[i] = part[i].id
		}
		e.late = part
		e.advance(ids)
	}
	e.late = nil
}

// merge sorts nodes by number and takes together what is to be done in each.
func merge(late []deferred) []deferred {
	slices.SortFunc(late, func(a, b deferred) int { return cmp.Compare(a.id, b.id) })
	out := late[:0]
	for _, d := range late {
		if n := len(out); n > 0 && out[n-1].id == d.id {
			out[n-1].set |= d.set
			continue
		}
		out = append(out, d)
	}
	return out
}

// left returns the CPUs to execute in a node that is at hand once more, one bit
// each; ok is false if it is not.
func (e *explorer[S, L]) left(id uint32) (set uint8, ok bool) {
	i, ok := slices.BinarySearchFunc(e.late, id, func(d deferred, id uint32) int { return cmp.Compare(d.id, id) })
	if !ok {
		return 0, false
	}
	return e.late[i].set, true
}
