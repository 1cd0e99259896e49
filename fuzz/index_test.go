package fuzz

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNext shows that a search in a bin comes by each slot of it once.
func TestNext(t *testing.T) {
	const first = 3*binLen + 1234
	seen := map[uint32]bool{first: true}
	slot := uint32(first)
	for range binLen - 1 {
		slot = next(slot, first)
		require.False(t, seen[slot])
		require.Equal(t, 3, int(slot/binLen))
		seen[slot] = true
	}
	require.Panics(t, func() { next(slot, first) })
}

// TestIndexGrows shows that growing keeps the numbered keys where they are found,
// and no newcomers.
func TestIndexGrows(t *testing.T) {
	x := index{bins: []*bin{{}}}
	rnd := rand.New(rand.NewPCG(1, 2))
	var keys, slots []uint64
	for _, want := range []int{2, 4, 8, 16, 32, 64, 96, 128, 192} {
		for len(keys) < capacity(len(x.bins)) {
			keys = append(keys, slotOf(rnd.Uint32(), uint32(len(keys)+1)))
			x.set(x.find(keys[len(keys)-1]), keys[len(keys)-1])
		}
		newcomer := slotOf(rnd.Uint32(), unnumbered|7)
		x.set(x.find(newcomer), newcomer)
		together := x.extend()
		for bins := range slices.Chunk(x.bins, together) {
			slots = x.share(bins, slots)
		}
		require.Len(t, x.bins, want)
		require.Zero(t, x.get(x.find(newcomer)))
		for _, s := range keys {
			require.Equal(t, s, x.get(x.find(s)))
		}
	}
}

// find returns the slot of a key, or the empty one where it belongs.
func (x *index) find(s uint64) uint32 {
	first := x.first(uint32(s >> 32))
	slot := first
	for x.get(slot) != 0 && x.get(slot) != s {
		slot = next(slot, first)
	}
	return slot
}
