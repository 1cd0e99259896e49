package fuzz

import "slices"

// advance expands nodes and adds their successors, unless a limit is hit. The
// workers share out the blocks of the batch. Those for whose successors there may be
// no room wait until there is, and with them all that are behind.
func (e *explorer[S, L]) advance(ids []uint32) {
	b := &e.batch
	b.begin(ids, e.t.n)
	e.t.promised.Store(0)
	e.each(len(b.blocks), func(w *worker[S, L], i int) {
		w.expand(&b.blocks[i])
		if e.t.promise(len(b.blocks[i].succs)) {
			w.lookUp(&b.blocks[i])
			e.flush(i)
		}
	})
	e.count()
	e.tell()
	e.hear()
	for {
		if e.limited() {
			return
		}
		e.reserve(b.fan())
		late := b.lookedUp.absent()
		if len(late) == 0 {
			break
		}
		e.each(len(late), func(w *worker[S, L], i int) {
			w.lookUp(&b.blocks[late[i]])
			e.flush(late[i])
		})
		e.count()
	}
	e.price()
}

// count takes the states that have numbers into account.
func (e *explorer[S, L]) count() { e.t.n = min(e.batch.states, e.o.MaxStates) }

// price notes what the nodes cost, if that counts, and lets those wait that were not
// reached as cheaply before.
func (e *explorer[S, L]) price() {
	if !e.o.Preemptions {
		return
	}
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
