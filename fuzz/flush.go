package fuzz

import (
	"fmt"
	"slices"
)

// flush adds the successors of the batch to the table, in the order of the nodes
// that they follow: the fresh ones are numbered when all are known.
func (e *explorer[S, L]) flush() {
	b := &e.batch
	if fan := b.fan(); e.t.full(fan) {
		e.grow(fan)
		e.each(len(b.blocks), func(w *worker[S, L], i int) { w.lookUp(&b.blocks[i]) })
	}
	n := e.t.n
	for i := range b.blocks {
		b.blocks[i].first = uint32(n)
		n += int(b.blocks[i].fresh.Load())
	}
	e.t.n = min(n, e.o.MaxStates)
	e.t.make(e.t.n)
	e.each(len(b.blocks), func(_ *worker[S, L], i int) { e.number(&b.blocks[i]) })
	if n >= e.o.MaxStates {
		e.v.Limit = fmt.Sprintf("the limit of %d states was hit", e.o.MaxStates)
		return
	}
	e.each(len(b.blocks), func(_ *worker[S, L], i int) { e.link(&b.blocks[i]) })
	if e.o.Preemptions {
		e.price()
	}
}

// growLen is how many new bins a worker fills at a time: they stand together, and
// workers that touch neighbouring pages for the first time wait for each other.
const growLen = 128

// grow makes the index larger, for that many more keys.
func (e *explorer[S, L]) grow(more int) {
	x := &e.t.index
	for e.t.full(more) {
		n := x.extend()
		parts := slices.Collect(slices.Chunk(x.bins, growLen*n))
		e.each(len(parts), func(w *worker[S, L], i int) {
			for bins := range slices.Chunk(parts[i], n) {
				w.slots = x.share(bins, w.slots)
			}
		})
	}
}

// number gives the fresh states of a block their numbers. Those beyond the limit
// get none.
func (e *explorer[S, L]) number(b *block) {
	id := b.first
	for i := range b.succs {
		n := &b.succs[i]
		if !n.fresh || int(id) >= e.t.n {
			continue
		}
		n.id = id
		e.t.set(id, b.key(i, e.t.width), n.print, n.from, n.move)
		if e.por != nil {
			e.t.setSleep(id, n.sleep)
		}
		if n.audit {
			panic(e.lied(n))
		}
		e.t.setFoot(id, n.foot)
		e.t.index.set(n.slot, slotOf(n.hash, id+1))
		id++
	}
}

// link notes for each node of a block its successor of the highest number.
func (e *explorer[S, L]) link(b *block) {
	from, exit := ended, (*uint32)(nil)
	for i := range b.succs {
		n := &b.succs[i]
		if n.id == unnumbered {
			n.id = uint32(e.t.index.get(n.slot)) - 1
		}
		if n.from != from {
			from = n.from
			exit = e.t.exit(from)
		}
		*exit = max(*exit, n.id)
		if e.por != nil && !n.fresh {
			e.rouse(n.id, n.sleep)
		}
	}
	for _, t := range b.twins {
		exit := e.t.exit(t.from)
		*exit = max(*exit, b.succs[t.succ].id)
	}
}

// price notes what the nodes cost and lets those wait that were not reached as
// cheaply before.
func (e *explorer[S, L]) price() {
	e.costs = slices.Grow(e.costs, e.t.n-len(e.costs))
	for i := range e.batch.blocks {
		for j := range e.batch.blocks[i].succs {
			n := &e.batch.blocks[i].succs[j]
			switch {
			case n.fresh:
				e.costs = append(e.costs, n.cost)
			case n.cost.less(e.costs[n.id]):
				e.t.reached(n.id, n.from, n.move)
				e.costs[n.id] = n.cost
			default:
				continue
			}
			e.q.push(n.id, n.cost)
		}
	}
}
