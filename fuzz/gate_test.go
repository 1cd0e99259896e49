package fuzz

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGate shows that blocks get through a gate in their order and each to one
// goroutine, in whatever order they come.
func TestGate(t *testing.T) {
	const blocks, workers = 1000, 4
	var g gate
	for seed := range uint64(20) {
		g.shut(blocks)
		order := rand.New(rand.NewPCG(seed, 0)).Perm(blocks)
		var opened []int
		var through [workers][]int
		var wg sync.WaitGroup
		for i := range workers {
			wg.Go(func() {
				for _, b := range order[i*blocks/workers : (i+1)*blocks/workers] {
					first, end := g.pass(b, func(b int) { opened = append(opened, b) })
					for b := first; b < end; b++ {
						through[i] = append(through[i], b)
					}
				}
			})
		}
		wg.Wait()
		require.True(t, slices.IsSorted(opened))
		require.Len(t, opened, blocks)
		all := slices.Sorted(slices.Values(slices.Concat(through[:]...)))
		require.Equal(t, opened, all)
		require.Empty(t, g.absent())
	}
}

// TestGateRecall shows that blocks which are not through can come once more.
func TestGateRecall(t *testing.T) {
	var g gate
	open := func(int) {}
	g.shut(4)
	for _, b := range []int{3, 0, 2} {
		g.pass(b, open)
	}
	require.Equal(t, []int{1}, g.absent())
	g.recall()
	require.Equal(t, []int{1, 2, 3}, g.absent())
	first, end := g.pass(1, open)
	require.Equal(t, []int{1, 2}, []int{first, end})
}
