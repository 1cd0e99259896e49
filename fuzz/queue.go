package fuzz

// A queue hands out the nodes of a search, the cheapest first.
type queue interface {
	push(id uint32, c cost)
	// pop returns the next node; n is the number of nodes there are.
	pop(n int) (id uint32, c cost, ok bool)
	waiting(n int) int
	// more reports whether the next node may be taken before the successors of
	// the last ones were pushed.
	more() bool
	// deeper reports whether a node stands behind the level at hand.
	deeper(id uint32) bool
	bytes() int
}

// A fifo hands out nodes in the order of their numbers, which for a search by
// lines is the order of their costs. It takes no memory.
type fifo struct {
	next, level uint32 // the next node; the first of the next level
	depth       int32
}

func (q *fifo) push(uint32, cost) {}

func (q *fifo) pop(n int) (uint32, cost, bool) {
	if int(q.next) == n {
		return 0, cost{}, false
	}
	if q.next == q.level {
		q.level = uint32(n)
		if q.next > 0 {
			q.depth++
		}
	}
	q.next++
	return q.next - 1, cost{lines: q.depth}, true
}

func (q *fifo) waiting(n int) int { return n - int(q.next) }

func (q *fifo) more() bool { return q.next < q.level }

func (q *fifo) deeper(id uint32) bool { return id >= q.level }

func (q *fifo) bytes() int { return 0 }

// buckets hand out nodes by preemptions, then by lines. A node may stand in
// several: only the cheapest one counts.
type buckets struct {
	level [][]bucket // by preemptions and lines
	at    cost
	n     int
}

type bucket struct {
	ids  []uint32
	next int
}

func (q *buckets) push(id uint32, c cost) {
	for len(q.level) <= int(c.preemptions) {
		q.level = append(q.level, nil)
	}
	l := &q.level[c.preemptions]
	for len(*l) <= int(c.lines) {
		*l = append(*l, bucket{})
	}
	b := &(*l)[c.lines]
	b.ids = append(b.ids, id)
	q.n++
}

func (q *buckets) pop(int) (uint32, cost, bool) {
	for int(q.at.preemptions) < len(q.level) {
		l := q.level[q.at.preemptions]
		for int(q.at.lines) < len(l) {
			b := &l[q.at.lines]
			if b.next < len(b.ids) {
				b.next++
				q.n--
				return b.ids[b.next-1], q.at, true
			}
			*b = bucket{}
			q.at.lines++
		}
		q.level[q.at.preemptions] = nil
		q.at = cost{preemptions: q.at.preemptions + 1}
	}
	return 0, cost{}, false
}

func (q *buckets) waiting(int) int { return q.n }

func (q *buckets) more() bool { return false }

func (q *buckets) deeper(uint32) bool { return false }

func (q *buckets) bytes() int { return 8 * q.n }
