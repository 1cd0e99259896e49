package fuzz

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEstimate looks at CPUs that have nothing to do with each other: so many of
// them that come to their end after so many lines. It asks when a third and when
// two thirds of the states are known.
func TestEstimate(t *testing.T) {
	for _, test := range []struct{ cpus, lines int }{{2, 1000}, {3, 100}, {4, 40}, {6, 12}, {8, 8}} {
		levels, total := bell(test.cpus, test.lines)
		for _, part := range []float64{1. / 3, 2. / 3} {
			known, at := 0, 0
			for float64(known) < part*float64(total) {
				known += levels[at]
				at++
			}
			ratio := float64(estimate(levels[:at])) / float64(total)
			require.InDelta(t, 1, ratio, 0.5, "%d CPUs with %d lines, %.0f%% known", test.cpus, test.lines, 100*part)
		}
	}
}

// TestNoEstimate asks too early.
func TestNoEstimate(t *testing.T) {
	require.Zero(t, estimate(nil))
	require.Zero(t, estimate([]int{1, 2, 4}))
	require.Zero(t, estimate([]int{1, 2, 4, 8, 16, 32, 64, 128}), "no end in sight")
	require.Zero(t, estimate([]int{1, 1, 0, 0, 0, 0}))
}

// bell returns how many states of independent CPUs each number of lines leads to.
func bell(cpus, lines int) (levels []int, total int) {
	levels, total = []int{1}, 1
	for range cpus {
		next := make([]int, len(levels)+lines)
		for i, n := range levels {
			for j := range lines + 1 {
				next[i+j] += n
			}
		}
		levels, total = next, total*(lines+1)
	}
	return levels, total
}
