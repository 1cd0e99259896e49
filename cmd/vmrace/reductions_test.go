package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
)

// TestReductionsKeepEveryBug compares the reduced searches with the full one on
// every workload of every kernel: the same bugs, by name. The states that they
// leave are the golden table.
func TestReductionsKeepEveryBug(t *testing.T) {
	var table bytes.Buffer
	writeReductions(&table, func(race string, red fuzz.Reduction) {
		for i, by := range red.By {
			require.Equal(t, red.Bugs, by.Bugs, "%s %s, workload %s, reduction %d", race, red.Kernel, red.Boot, i)
			require.LessOrEqual(t, by.States, red.States)
		}
	})
	const file = "testdata/reductions.txt"
	if *update {
		require.NoError(t, os.WriteFile(file, table.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), table.String(), "read what changed, then run with -update")
}

// TestSymmetries shows for each class that declares a symmetry that its lines do
// not depend on the numbers of CPUs.
func TestSymmetries(t *testing.T) {
	limit := 500
	if testing.Short() {
		limit = 50
	}
	for _, r := range races.All {
		k, err := r.Kernel("")
		require.NoError(t, err)
		lines, workloads := r.Asymmetries(k, limit)
		assert.Empty(t, lines, r.Name())
		lines, _ = r.Asymmetries(r.Kernels()[0], limit)
		assert.Empty(t, lines, r.Name())
		t.Logf("%s: %d workloads with a symmetry", r.Name(), workloads)
	}
}
