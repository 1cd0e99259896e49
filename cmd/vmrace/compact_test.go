package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestCompact shows that hash compaction changes nothing but the memory, on the
// first and on the last kernel of each race: a state is missed once in 10^9 runs.
func TestCompact(t *testing.T) {
	for _, r := range races.All {
		for _, name := range []string{r.Kernels()[0].Name, ""} {
			k, err := r.Kernel(name)
			require.NoError(t, err)
			exact := r.Check(k, vm.SMP, fuzz.Options{})
			compact := r.Check(k, vm.SMP, fuzz.Options{Compact: true})
			require.Contains(t, compact.Bound, "a chance below ")
			compact.Bound = exact.Bound
			for i := range compact.Rows {
				require.Greater(t, compact.Rows[i].Missed, 0.0)
				require.Less(t, compact.Rows[i].Missed, 1e-9)
				compact.Rows[i].Missed = 0
			}
			require.Equal(t, exact, compact)
		}
	}
}
