package fuzz

// hear takes the sightings of a batch to the finds, in the order of the nodes, whoever
// has made them.
//
// The order of locks is learnt from all schedules together. It is learnt but a
// few times in a search: then one worker does the batch again, so that lines are
// seen in the same order as without the others.
func (e *explorer[S, L]) hear() {
	if len(e.workers) > 1 && e.learnt() {
		for i := range e.batch.blocks {
			e.relive(&e.batch.blocks[i])
		}
		e.teach()
	}
	for i := range e.batch.blocks {
		b := &e.batch.blocks[i]
		e.v.Transitions += b.lines
		for j := range b.seen {
			e.see(&b.seen[j])
		}
	}
	e.refresh()
}

// learnt reports whether a worker has seen a new order of locks, and takes it
// from all of them.
func (e *explorer[S, L]) learnt() bool {
	found := false
	for _, w := range e.workers {
		found = found || *w.x.Order != e.order
		*w.x.Order = e.order
	}
	return found
}

// refresh forgets what lines have done if an order of locks was learnt since: with that
// they may do something else.
func (e *explorer[S, L]) refresh() {
	stale := false
	for _, w := range e.workers {
		stale = stale || w.stale
		w.stale = false
	}
	if stale {
		e.memo.forget()
	}
}

// teach makes what the first worker knows of the order of locks known to all.
func (e *explorer[S, L]) teach() {
	e.order = *e.workers[0].x.Order
	for _, w := range e.workers {
		*w.x.Order = e.order
	}
}

// relive makes the sightings of a block anew. Its nodes keep their exits, as the
// successors have their numbers already.
func (e *explorer[S, L]) relive(b *block) {
	var exits []uint32
	for _, id := range b.ids {
		exits = append(exits, *e.t.exit(id))
	}
	var again block
	again.begin(b.ids)
	e.workers[0].expand(&again)
	b.seen = again.seen
	for i, id := range b.ids {
		exit := e.t.exit(id)
		*exit = max(*exit, exits[i])
	}
}
