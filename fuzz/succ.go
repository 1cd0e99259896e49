package fuzz

import "github.com/vmrace/vmrace/vm"

// lead notes the state that a line has led to. It returns its key, and whether the
// line has left the other CPUs as they were.
func (w *worker[S, L]) lead(b *block, id uint32, move Move, c cost) (k key, alone bool) {
	e := w.e
	k = b.room(e.t.width)
	last, sleep := int(move.CPU), w.sleep
	if r := e.fold(&w.next); r != nil {
		e.pack.whole(k, &w.next)
		last, sleep = r.CPU(last), uint8(r.CPUs(vm.Set(sleep)))
	} else {
		alone = e.pack.pack(k, &w.next, last, &w.base, w.key)
	}
	w.note(b, k, id, move, c, last, sleep)
	return k, alone
}

// follow notes the state that a line leads to whose outcome is known.
func (w *worker[S, L]) follow(b *block, id uint32, move Move, c cost, o outcome) {
	k := b.room(w.e.t.width)
	copy(k, w.key)
	k[keyRest], k[keyCPU+move.CPU] = o.rest(), o.own()
	w.note(b, k, id, move, c, int(move.CPU), w.sleep)
}

// note adds a successor to a block, unless it has that state already. Its last
// CPU is the one that ran, by the number that it has there, as are those that sleep.
func (w *worker[S, L]) note(b *block, k key, id uint32, move Move, c cost, last int, sleep uint8) {
	if w.e.o.Preemptions {
		k[len(k)-1] = uint32(last) + 1
	}
	hash, print := w.e.t.hash(k)
	if !w.e.o.Preemptions && w.twin(b, k, id, hash, sleep) {
		return
	}
	foot := uint16(anything)
	if w.e.diamonds {
		foot = w.habits.foot(w.key[keyCPU+move.CPU], move.Choice)
	}
	b.succs = append(b.succs, succ{from: id, move: move, cost: c, hash: hash, print: print, sleep: sleep, foot: foot, audit: w.pass.audit})
}

// twin reports whether the block has a state already, as far as the worker
// remembers, and drops its key: two lines that commute lead to the same state, in
// either order, and often from nodes side by side. It costs less to see that here
// than in the table.
func (w *worker[S, L]) twin(b *block, k key, id, hash uint32, sleep uint8) bool {
	last := &w.recent[hash%recentLen]
	i := *last
	if int(i) >= len(b.succs) || b.succs[i].hash != hash || !b.key(int(i), len(k)).is(k) {
		*last = uint32(len(b.succs))
		return false
	}
	b.keys = b.keys[:len(b.keys)-len(k)]
	b.succs[i].sleep &= sleep
	b.twins = append(b.twins, twin{id, i})
	return true
}
