package fuzz

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// reduce prepares the reductions that the options ask for.
func (e *explorer[S, L]) reduce(b *vm.Boot[S]) {
	if e.o.Symmetry {
		e.sym = newSymmetry(e.m, b, e.w)
	}
	if e.o.POR && !e.o.Preemptions && e.m.Sched == vm.SMP {
		e.por = newPersistent(e.m, e.sym, e.cpus, e.w.Any)
	}
}

// again returns an explorer for another pass of a reduced search, with what the
// last one has learned.
func (e *explorer[S, L]) again() *explorer[S, L] {
	next := newExplorer(e.m, e.w, e.o)
	next.por, next.sym = e.por, e.sym
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

// complete expands those nodes of the batch fully that were not, and have no
// successor with a higher number: else a line could be put off for ever.
func (e *explorer[S, L]) complete() {
	late := slices.DeleteFunc(e.por.reduced, func(id uint32) bool { return *e.t.exit(id) > id })
	if len(late) > 0 {
		e.full = true
		e.advance(late)
		e.full = false
	}
	e.por.reduced = late[:0]
}
