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
}

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

// A deferred is a node of which only some CPUs were executed, one bit each.
type deferred struct {
	id   uint32
	done uint8
}

// complete executes the other CPUs, too, in those nodes of the batch that have no
// successor with a higher number: else a line could be put off for ever.
func (e *explorer[S, L]) complete() {
	e.late = slices.DeleteFunc(e.por.reduced, func(d deferred) bool { return *e.t.exit(d.id) > d.id })
	if len(e.late) > 0 {
		ids := make([]uint32, len(e.late))
		for i := range e.late {
			ids[i] = e.late[i].id
		}
		e.advance(ids)
	}
	e.por.reduced, e.late = e.late[:0], nil
}

// left returns the CPUs to execute in a node that is at hand for the second time,
// one bit each; 0 if it is not.
func (e *explorer[S, L]) left(id uint32) uint8 {
	i, ok := slices.BinarySearchFunc(e.late, id, func(d deferred, id uint32) int { return cmp.Compare(d.id, id) })
	if !ok {
		return 0
	}
	return everyCPU &^ e.late[i].done
}
