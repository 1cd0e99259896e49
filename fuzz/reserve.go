package fuzz

import (
	"fmt"
	"slices"
)

// limited reports whether a limit is hit: that of the states, or that of the memory
// with what it takes to add the successors of a batch like the one at hand.
func (e *explorer[S, L]) limited() bool {
	if e.t.n == e.o.MaxStates {
		e.v.Limit = fmt.Sprintf("the limit of %d states was hit", e.o.MaxStates)
		return true
	}
	fan := e.batch.fan()
	n := e.bytes() + e.batch.bytes() + e.t.growth(fan) + e.pack.growth(fan) + e.memo.growth(fan)
	if n > e.o.MaxBytes {
		e.v.Limit = fmt.Sprintf("the limit of %d MiB was hit", e.o.MaxBytes>>20)
	}
	return e.v.Limit != ""
}

// bytes returns the memory that the search takes.
func (e *explorer[S, L]) bytes() int {
	n := e.t.bytes() + e.memo.bytes() + e.pack.bytes() + e.q.bytes() + e.batch.bytes() + e.feet.bytes() + 8*cap(e.costs)
	for _, w := range e.workers {
		n += w.habits.bytes() + w.relations.bytes()
	}
	if e.por != nil {
		n += e.por.bytes()
	}
	return n
}

// reserve makes room for that many more states, and for what lines do.
func (e *explorer[S, L]) reserve(more int) {
	e.memo.tend()
	e.grow(more)
	e.t.make(e.t.n + more)
}

// growLen is how many new bins a worker fills at a time: they stand together, and
// workers that touch neighbouring pages for the first time wait for each other.
const growLen = 128

// grow makes the index larger, for that many more keys.
func (e *explorer[S, L]) grow(more int) {
	x := &e.t.index
	for e.t.full(more) {
		n := x.extend()
		e.batch.lookedUp.recall() // as slots move
		parts := slices.Collect(slices.Chunk(x.bins, growLen*n))
		e.each(len(parts), func(w *worker[S, L], i int) {
			for bins := range slices.Chunk(parts[i], n) {
				w.slots = x.share(bins, w.slots)
			}
		})
	}
}
