package fuzz

import "sync"

// A gate lets the blocks of a batch through in their order, whichever comes first.
// Nobody waits there: who comes with the block whose turn it is takes over those
// that have come before their turn.
type gate struct {
	mu   sync.Mutex
	come []bool // blocks that are at the gate or behind it
	next int    // the first block that is not behind it
}

// shut makes the gate one that none of so many blocks has come to.
func (g *gate) shut(blocks int) {
	g.come = append(g.come[:0], make([]bool, blocks)...)
	g.next = 0
}

// pass brings a block to the gate, and returns the first and the end of those that
// are through now. It calls open for each of these, one after the other.
func (g *gate) pass(i int, open func(i int)) (first, end int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.come[i] = true
	first = g.next
	for g.next < len(g.come) && g.come[g.next] {
		open(g.next)
		g.next++
	}
	return first, g.next
}

// recall takes back the blocks that are not through.
func (g *gate) recall() { clear(g.come[g.next:]) }

// absent returns the blocks that have not come to the gate.
func (g *gate) absent() (blocks []int) {
	for i := g.next; i < len(g.come); i++ {
		if !g.come[i] {
			blocks = append(blocks, i)
		}
	}
	return blocks
}
