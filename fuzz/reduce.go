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
	e.diamonds = e.cpus >= diamondCPUs && !e.o.Preemptions && e.m.Sched == vm.SMP && e.por == nil && e.sym == nil && e.t.front == nil
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
// successor with a higher number: else a line could be put off for ever. Then it
// executes what sleeps no more in nodes that were expanded before.
func (e *explorer[S, L]) complete() {
	late := slices.DeleteFunc(e.por.reduced, func(d deferred) bool { return *e.t.exit(d.id) > d.id })
	for i := range late {
		late[i].set = everyCPU &^ late[i].set &^ e.t.sleep(late[i].id)
	}
	e.por.reduced = e.por.reduced[:0]
	e.postpone(late)
	for len(e.por.roused) > 0 && e.v.Limit == "" {
		late := merge(e.por.roused)
		e.por.roused = nil
		e.postpone(late)
	}
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
