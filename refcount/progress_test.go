package refcount

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A long search reports how far it has come, and ends in unknown at its limit.
func TestProgress(t *testing.T) {
	if testing.Short() {
		t.Skip("searches two million states")
	}
	var seen []fuzz.Progress
	m := machine(t, "F2")
	v := fuzz.Explore(m, &boots[bootFour], &vm.Workload{Programs: make([][]uint8, 3), Any: 2}, fuzz.Options{
		MaxStates: 2_200_000,
		Progress:  func(p fuzz.Progress) { seen = append(seen, p) },
	})
	require.Equal(t, fuzz.Unknown, v.Outcome)
	require.Len(t, seen, 2)
	require.Greater(t, seen[1].States, seen[0].States)
	require.Greater(t, seen[1].Bytes, seen[0].Bytes)
	require.Positive(t, seen[1].Waiting)
	require.Less(t, v.Bytes/v.States, 126, "memory per state, the way back included")
}
