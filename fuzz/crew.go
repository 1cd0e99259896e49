package fuzz

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A crew is the goroutines that share out the loops of a search. A search has
// thousands of loops, each over in less than a millisecond, and so its members stay
// awake in between: to wake them would take longer than what they wait for. Who has
// waited in vain for long naps, for the loops may be too small to be shared out.
type crew struct {
	size int
	task func(member, i int)
	n    int
	turn atomic.Int64 // loops so far
	over atomic.Bool

	_    [64]byte // so that taking a number does not slow down who waits
	next atomic.Int64
	busy atomic.Int64 // members that are not done with the loop
}

// hire returns a crew of that size. Its first member is the caller of each.
func hire(size int) *crew {
	c := &crew{size: size}
	for m := 1; m < size; m++ {
		go c.member(m)
	}
	return c
}

// dismiss lets the members go.
func (c *crew) dismiss() { c.over.Store(true) }

const (
	patience = 1 << 12 // looks, which take a fraction of a microsecond each
	nap      = 50 * time.Microsecond
)

func (c *crew) member(m int) {
	for turn := int64(1); ; turn++ {
		for looks := 0; c.turn.Load() < turn; looks++ {
			switch {
			case c.over.Load():
				return
			case looks < patience:
				runtime.Gosched()
			default:
				time.Sleep(nap)
			}
		}
		c.work(m)
		c.busy.Add(-1)
	}
}

func (c *crew) work(m int) {
	for i := int(c.next.Add(1)) - 1; i < c.n; i = int(c.next.Add(1)) - 1 {
		c.task(m, i)
	}
}

// each calls a task for each number below n.
func (c *crew) each(n int, task func(member, i int)) {
	c.n, c.task = n, task
	c.next.Store(0)
	c.busy.Store(int64(c.size - 1))
	c.turn.Add(1)
	c.work(0)
	for c.busy.Load() > 0 {
		runtime.Gosched()
	}
}
