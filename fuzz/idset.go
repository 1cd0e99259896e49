package fuzz

import (
	"iter"
	"math/bits"
	"sync/atomic"
)

// An idSet is a set of states, by their numbers.
type idSet []uint64

// newIDSet returns an empty set for the numbers below n.
func newIDSet(n int) idSet { return make(idSet, (n+63)/64) }

func (s idSet) has(id uint32) bool { return s.bit(id) != 0 }

func (s idSet) bit(id uint32) uint64 { return atomic.LoadUint64(&s[id/64]) >> (id % 64) & 1 }

func (s idSet) add(id uint32) { s[id/64] |= 1 << (id % 64) }

// allIDs is the word of 64 numbers that are all in a set.
const allIDs = ^uint64(0)

// absent returns the numbers below n that are not in the set.
func (s idSet) absent(n int) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range s {
			for left := ^word; left != 0; left &= left - 1 {
				id := uint32(64*i + bits.TrailingZeros64(left))
				if int(id) >= n || !yield(id) {
					return
				}
			}
		}
	}
}
