package fuzz

// An idSet is a set of states, by their numbers.
type idSet []uint64

// newIDSet returns an empty set for the numbers below n.
func newIDSet(n int) idSet { return make(idSet, (n+63)/64) }

func (s idSet) has(id uint32) bool { return s[id/64]>>(id%64)&1 != 0 }

func (s idSet) add(id uint32) { s[id/64] |= 1 << (id % 64) }

// allIDs is the word of 64 numbers that are all in a set.
const allIDs = ^uint64(0)
