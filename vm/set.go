package vm

import (
	"math/bits"
	"strings"
)

// A Set is a set of up to eight small numbers, such as the pages in a pagevec.
type Set uint8

// Has reports whether the set has the number.
func (s Set) Has(e int) bool { return s>>e&1 != 0 }

// With returns the set with the number added.
func (s Set) With(e int) Set { return s | 1<<e }

// Without returns the set with the number removed.
func (s Set) Without(e int) Set { return s &^ (1 << e) }

// First returns the smallest number of a set that is not empty.
func (s Set) First() int { return bits.TrailingZeros8(uint8(s)) }

// Len returns how many numbers the set has.
func (s Set) Len() int { return bits.OnesCount8(uint8(s)) }

// String prints the numbers.
func (s Set) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for t := s; t != 0; t = t.Without(t.First()) {
		if t != s {
			b.WriteByte(' ')
		}
		b.WriteByte(byte('0' + t.First()))
	}
	b.WriteByte('}')
	return b.String()
}
