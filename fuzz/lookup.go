package fuzz

// lookUp looks for the successors of a block in the table, and claims a slot for
// each fresh one.
func (w *worker[S, L]) lookUp(b *block) {
	if w.e.t.n > cached {
		w.prefetch(b)
	}
	b.fresh.Store(0)
	fresh := int32(0)
	for i := range b.succs {
		if w.claim(b, i) {
			fresh++
		}
	}
	b.fresh.Add(fresh)
}

// claim looks for a successor of a block, and claims a slot for it if it is fresh.
// If several nodes of the batch lead to the same fresh state, it belongs to the
// first of them, whichever was looked up first.
func (w *worker[S, L]) claim(b *block, i int) (fresh bool) {
	x, n, k := &w.e.t.index, &b.succs[i], b.key(i, w.e.t.width)
	own := slotOf(n.hash, unnumbered|b.place(i))
	n.id, n.fresh = unnumbered, true
	first := x.first(n.hash)
	bin := x.bin(first)
	for slot := first; ; slot = next(slot, first) {
		for s := bin.load(slot); s == 0 || uint32(s>>32) == n.hash && w.is(uint32(s), n, k); s = bin.load(slot) {
			n.slot = slot
			if s != 0 && s < own { // known, or an earlier node leads there
				n.fresh = false
				if s&unnumbered == 0 {
					n.id = uint32(s) - 1
				}
				return false
			}
			if x.swap(bin, slot, s, own) {
				if s != 0 {
					w.e.batch.oust(uint32(s))
				}
				return true
			}
		}
	}
}

// is reports whether a successor, with that key, is what a slot stands for.
func (w *worker[S, L]) is(content uint32, n *succ, k key) bool {
	if content&unnumbered != 0 {
		b, i := w.e.batch.newcomer(content)
		return b.key(i, w.e.t.width).is(k)
	}
	return w.e.t.is(content-1, k, n.print)
}

// cached is the number of states whose table the processor's caches hold.
const cached = 1 << 13

// prefetch reads the memory that looking up a block will need: first the slots
// of all states, then the entries that these point to. The reads of one pass do
// not depend on each other, so that the processor waits for memory once, not once
// per state.
func (w *worker[S, L]) prefetch(b *block) {
	t := w.e.t
	x, sum := &t.index, uint32(0)
	for i := range b.succs {
		slot := x.first(b.succs[i].hash)
		sum += uint32(x.bin(slot).load(slot))
	}
	for i := range b.succs {
		slot := x.first(b.succs[i].hash)
		if s := x.bin(slot).load(slot); uint32(s>>32) == b.succs[i].hash && s != 0 && s&unnumbered == 0 {
			sum += t.entry(uint32(s) - 1)[0]
		}
	}
	w.fetched += sum
}
