package fuzz

// Two lines that commute make a diamond: either may go first, to the same state. If
// there are many CPUs, most successors are the second way round one, so that it
// pays to see that before the table is asked. No state is left out, for it follows
// a node with a lower number, too.
//
// Let a line of CPU B be how the node at hand was first reached from its parent, and
// a line of CPU A be next, with A < B. In the parent, A went before B, to a node
// whose number is lower than that of the node at hand, whether it was fresh then or
// not. If the line of B leads from there to where A leads from here, which the
// remembered outcomes tell, the node at hand is not the first one that leads to that
// state. The first one never passes it over. So numbers and origins are those of a
// search that does not look for diamonds; an exit need not be the highest successor.

// diamondCPUs is for how many CPUs it pays: not for two, little for three.
const diamondCPUs = 3

// A spare is a move that was passed over.
type spare struct {
	move    Move
	outcome outcome
}

// descend finds the parent of the node at hand, from which it was first reached.
func (w *worker[S, L]) descend(id uint32) {
	e := w.e
	w.parent, w.skipped = nil, false
	if id == 0 || !e.diamonds {
		return
	}
	from, by := e.t.origin(id)
	k := e.t.key(from)
	if c, ok := causeOf(k, by); ok && w.memo.find(c) != nil { // the line has to do with no other CPU
		w.parent, w.by = k, by
	}
}

// diamond reports whether a move from the node at hand, with its outcome, is the
// second way round a diamond.
func (w *worker[S, L]) diamond(m Move, o *outcome) bool {
	k, by := w.parent, w.by
	if k == nil || m.CPU >= by.CPU {
		return false
	}
	c, ok := causeOf(k, m)
	if !ok {
		return false
	}
	first := w.memo.find(c)
	if first == nil || first.result() == stood || first.to() != o.to() {
		return false
	}
	if first.rest == k[keyRest] {
		return o.rest == w.key[keyRest]
	}
	second := w.memo.find(newCause(first.rest, k[keyCPU+by.CPU], by))
	return second != nil && second.result() != stood && second.rest == o.rest && second.to() == w.key[keyCPU+by.CPU]
}
