package fuzz

import (
	"fmt"
	"slices"
)

// flush adds the successors of the batch to the table, in the order of the nodes
// that they follow. Each worker looks up those whose hashes are its own: who
// finds a new one first is then settled without a lock. The new ones are numbered
// when all are known.
func (e *explorer[S, L]) flush() {
	b := &e.batch
	fan := b.fan()
	e.each(len(e.t.shards), func(_ *worker[S, L], i int) {
		w, sh := e.workers[i], &e.t.shards[i]
		w.fresh = w.fresh[:0]
		if sh.full(fan) {
			sh.grow(fan)
		}
		for j := range b.blocks {
			w.lookUp(&b.blocks[j], i)
		}
	})
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

// A number with this bit is that of a fresh state in a worker's list.
const unnumbered = 1 << 31

// lookUp looks up the states of a block that belong to a shard.
func (w *worker[S, L]) lookUp(b *block, shard int) {
	t := w.e.t
	sh, mask := &t.shards[shard], len(t.shards)-1
	if t.n > cached {
		w.prefetch(b, shard)
	}
	fresh := 0
	for i := range b.succs {
		n := &b.succs[i]
		if int(n.hash)&mask != shard {
			continue
		}
		k := b.key(i, t.width)
		n.id, n.slot, n.fresh = w.claim(sh, n.hash, k)
		if n.fresh {
			w.fresh = append(w.fresh, newcomer{n, k})
			fresh++
		}
	}
	sh.used += fresh
	b.fresh.Add(int32(fresh))
}

// claim returns the number of a state, or claims a slot for a fresh one.
func (w *worker[S, L]) claim(sh *shard, hash uint32, k key) (id, at uint32, fresh bool) {
	for i := sh.first(hash); ; i = sh.next(i) {
		s := &sh.slots[i]
		switch {
		case s.id == 0:
			id := unnumbered | uint32(len(w.fresh))
			*s = slot{hash, id + 1}
			return id, uint32(i), true
		case s.hash == hash && w.is(s.id-1, k):
			return s.id - 1, 0, false
		}
	}
}

// is reports whether a number is that of a key.
func (w *worker[S, L]) is(id uint32, k key) bool {
	if id&unnumbered != 0 {
		return w.fresh[id&^unnumbered].key.is(k)
	}
	return w.e.t.key(id).is(k)
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
		e.t.set(id, b.key(i, e.t.width), n.from, n.move)
		e.t.shard(n.hash).slots[n.slot].id = id + 1
		id++
	}
}

// link notes for each node of a block its successor of the highest number.
func (e *explorer[S, L]) link(b *block) {
	from, exit := ended, (*uint32)(nil)
	for i := range b.succs {
		n := &b.succs[i]
		if n.id&unnumbered != 0 {
			owner := e.workers[int(n.hash)&(len(e.workers)-1)]
			n.id = owner.fresh[n.id&^unnumbered].id
		}
		if n.from != from {
			from = n.from
			exit = e.t.exit(from)
		}
		*exit = max(*exit, n.id)
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

// cached is the number of states whose table the processor's caches hold.
const cached = 1 << 13

// prefetch reads the memory that looking up a block will need: first the slots
// of all states, then the entries that these point to. The reads of one pass do
// not depend on each other, so that the processor waits for memory once, not once
// per state.
func (w *worker[S, L]) prefetch(b *block, shard int) {
	t := w.e.t
	sh, mask := &t.shards[shard], len(t.shards)-1
	sum := uint32(0)
	for i := range b.succs {
		if h := b.succs[i].hash; int(h)&mask == shard {
			sum += sh.slots[sh.first(h)].id
		}
	}
	for i := range b.succs {
		h := b.succs[i].hash
		if s := sh.slots[sh.first(h)]; s.hash == h && s.id != 0 && s.id&unnumbered == 0 {
			sum += t.entry(s.id - 1)[0]
		}
	}
	w.fetched += sum
}
