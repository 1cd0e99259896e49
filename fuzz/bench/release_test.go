package bench

import (
	"flag"
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
// number, see release.pml, and so have several workers.
func TestStates(t *testing.T) {
	v := explore(1, fuzz.Options{})
	require.Equal(t, fuzz.NoBug, v.Outcome, v)
	require.Equal(t, 133_067, v.States)
	several := explore(1, fuzz.Options{Workers: 3})
	several.Bytes = v.Bytes
	require.Equal(t, v, several)
	for _, o := range []fuzz.Options{{POR: true}, {Symmetry: true}, {POR: true, Symmetry: true}} {
		reduced := explore(1, o)
		require.Equal(t, fuzz.NoBug, reduced.Outcome, reduced)
		require.Less(t, reduced.States, v.States, "%+v", o)
	}
}

// TestAsymmetries shows that CPUs and pages are alike, and that footprints are
// honest.
func TestAsymmetries(t *testing.T) {
	m := vm.New(&Release, Release.Kernels[0], vm.SMP)
	w := &vm.Workload{Programs: make([][]uint8, cpus), Any: 1}
	lines, elements := fuzz.Asymmetries(m, &Release.Boots[0], w, 2000)
	require.Empty(t, lines)
	require.Equal(t, 576, elements)
	require.Empty(t, fuzz.Lies(m, &Release.Boots[0], w, 2000))
}

var operations = flag.Int("operations", 2, "operations of each CPU in BenchmarkExplore")

// BenchmarkExplore searches all states, by one worker and by two, and what the
// reductions leave of them.
func BenchmarkExplore(b *testing.B) {
	for _, bench := range []struct {
		name string
		o    fuzz.Options
	}{
		{"workers=1", fuzz.Options{}},
		{"workers=2", fuzz.Options{Workers: 2}},
		{"por", fuzz.Options{POR: true}},
		{"symmetry", fuzz.Options{Symmetry: true}},
		{"both", fuzz.Options{POR: true, Symmetry: true}},
		{"compact", fuzz.Options{Compact: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			states := 0
			for b.Loop() {
				v := explore(*operations, bench.o)
				require.Equal(b, fuzz.NoBug, v.Outcome, v)
				states = v.States
			}
			b.ReportMetric(float64(states), "states")
		})
	}
}
