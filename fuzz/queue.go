package fuzz

// A queue hands out the nodes of a search, the cheapest first.
type queue interface {
	push(id uint32, c cost)
	// take appends up to max nodes of the lowest cost that waits to ids; n is the
	// number of nodes there are. None means that no node waits. Their successors
	// cost more, so that the order in which these are pushed does not matter.
	take(ids []uint32, max, n int) ([]uint32, cost)
	waiting(n int) int
	bytes() int
}

// A fifo hands out nodes in the order of their numbers, which for a search by
// lines is the order of their costs. It takes no memory.
type fifo struct {
	next, level int // the next node; the first of the next level
	depth       int32
}

func (q *fifo) push(uint32, cost) {}

func (q *fifo) take(ids []uint32, max, n int) ([]uint32, cost) {
	if q.next == q.level && q.next < n {
		q.level = n
		if q.next > 0 {
			q.depth++
		}
	}
	for end := min(q.next+max, q.level); q.next < end; q.next++ {
		ids = append(ids, uint32(q.next))
	}
	return ids, cost{lines: q.depth}
}

func (q *fifo) waiting(n int) int { return n - q.next }

func (q *fifo) bytes() int { return 0 }

// buckets hand out nodes by preemptions, then by lines. A node may stand in
// several: only the cheapest one counts.
type buckets struct {
	level [][][]uint32 // by preemptions and lines
	at    cost
	n     int
}

func (q *buckets) push(id uint32, c cost) {
	for len(q.level) <= int(c.preemptions) {
		q.level = append(q.level, nil)
	}
	l := &q.level[c.preemptions]
	for len(*l) <= int(c.lines) {
		*l = append(*l, nil)
	}
	(*l)[c.lines] = append((*l)[c.lines], id)
	q.n++
}

func (q *buckets) take(ids []uint32, max, _ int) ([]uint32, cost) {
	for int(q.at.preemptions) < len(q.level) {
		l := q.level[q.at.preemptions]
		for int(q.at.lines) < len(l) {
			b := &l[q.at.lines]
			if n := min(max, len(*b)); n > 0 {
				ids = append(ids, (*b)[:n]...)
				*b = (*b)[n:]
				q.n -= n
				return ids, q.at
			}
			*b = nil
			q.at.lines++
		}
		q.level[q.at.preemptions] = nil
		q.at = cost{preemptions: q.at.preemptions + 1}
	}
	return ids, q.at
}

func (q *buckets) waiting(int) int { return q.n }

func (q *buckets) bytes() int { return 8 * q.n }
