package fuzz

import (
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMemoOfMany shows that workers who use a memo at once read what one of them has
// kept or nothing, that most is known in the end, and that growing loses little.
func TestMemoOfMany(t *testing.T) {
	const causes, workers = 3000, 4
	of := func(rest uint32) (cause, outcome) {
		return newCause(rest, rest%7, Move{CPU: uint8(rest % 3)}), newOutcome(went, 1, rest*rest, rest%5)
	}
	var m memo
	m.resize(memoBits)
	for range 8 {
		var wg sync.WaitGroup
		for i := range workers {
			wg.Go(func() {
				rnd := rand.New(rand.NewPCG(uint64(i), 0))
				for range causes {
					c, o := of(rnd.Uint32N(causes))
					if was := m.find(c); was != 0 && was != o || !m.keep(c, o) {
						t.Errorf("%x has come to %x, not %x", c, was, o)
					}
				}
			})
		}
		wg.Wait()
		m.tend()
	}
	known := 0
	for i := range uint32(causes) {
		c, o := of(i)
		if was := m.find(c); was != 0 {
			require.Equal(t, o, was)
			known++
		}
	}
	require.Greater(t, known, causes*9/10)
	require.LessOrEqual(t, len(m.slots), 4*causes)

	c, o := of(1)
	require.True(t, m.keep(c, o))
	require.False(t, m.keep(c, o+1), "it was known otherwise")
	m.forget()
	require.Zero(t, m.find(c))
	require.True(t, m.keep(c, o+1))
}

// TestMemoIsFull shows that a memo which can grow no more forgets everything when too
// much of what it should keep was lost.
func TestMemoIsFull(t *testing.T) {
	var m memo
	m.resize(maxMemoBits)
	for i := uint32(0); int(m.lost.Load()) < len(m.slots)/4; i++ {
		require.True(t, m.keep(newCause(i, 0, Move{}), newOutcome(went, 1, i, 0)))
	}
	require.Greater(t, int(m.used.Load()), len(m.slots)/2)
	m.tend()
	require.Len(t, m.slots, 1<<maxMemoBits)
	require.Zero(t, m.used.Load())
	require.Zero(t, m.find(newCause(0, 0, Move{})))
}

// TestRefresh shows that what lines have done is forgotten when an order of locks was
// learnt, and only then.
func TestRefresh(t *testing.T) {
	var e explorer[uint8, uint8]
	e.memo.resize(memoBits)
	e.workers = []*worker[uint8, uint8]{{}, {}}
	c, o := newCause(1, 2, Move{}), newOutcome(went, 1, 3, 4)
	e.memo.keep(c, o)
	e.refresh()
	require.Equal(t, o, e.memo.find(c))
	e.workers[1].stale = true
	e.refresh()
	require.Zero(t, e.memo.find(c))
	require.False(t, e.workers[1].stale)
}
