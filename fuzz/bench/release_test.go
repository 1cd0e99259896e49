package bench

import (
	"flag"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

func explore(operations int, o fuzz.Options) *fuzz.Verdict {
	m := vm.New(&Release, Release.Kernels[0], vm.SMP)
	return fuzz.Explore(m, &Release.Boots[0], &vm.Workload{Programs: make([][]uint8, cpus), Any: operations}, o)
}

// TestStates counts the states with one operation for each CPU. SPIN has the same
// number, see release.pml.
func TestStates(t *testing.T) {
	v := explore(1, fuzz.Options{})
	require.Equal(t, fuzz.NoBug, v.Outcome, v)
	require.Equal(t, 209_061, v.States)
}

var operations = flag.Int("operations", 2, "operations of each CPU in BenchmarkExplore")

// BenchmarkExplore searches all states.
func BenchmarkExplore(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			states := 0
			for b.Loop() {
				v := explore(*operations, fuzz.Options{Workers: workers})
				require.Equal(b, fuzz.NoBug, v.Outcome, v)
				states = v.States
			}
			b.ReportMetric(float64(states), "states")
		})
	}
}
