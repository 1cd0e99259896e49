package fuzz

// flush adds the successors of a block to the table, and those of the blocks that
// have waited for it. A state is known to be fresh when all blocks before have been
// looked up. Where the lines of a block lead is known when all blocks before have
// numbers.
func (e *explorer[S, L]) flush(i int) {
	b := &e.batch
	first, end := b.lookedUp.pass(i, func(i int) {
		b.blocks[i].first = uint32(b.states)
		b.states += int(b.blocks[i].fresh.Load())
	})
	for i := first; i < end; i++ {
		e.number(&b.blocks[i])
		first, end := b.numbered.pass(i, func(int) {})
		for i := first; i < end; i++ {
			e.link(&b.blocks[i])
		}
	}
}

// number gives the fresh states of a block their numbers. Those beyond the limit
// get none.
func (e *explorer[S, L]) number(b *block) {
	id := b.first
	for i := range b.succs {
		n := &b.succs[i]
		if !n.fresh || int(id) >= e.o.MaxStates {
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
	if int(b.first)+int(b.fresh.Load()) > e.o.MaxStates {
		return // some have no number
	}
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
