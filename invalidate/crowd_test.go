package invalidate

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

func TestContention(t *testing.T) { racetest.Golden(t, "contention.txt", ContentionTable()) }

// A single CPU never waits, and a CPU that has the page lock to take waits the
// longer the more of them there are.
func TestContentionGrows(t *testing.T) {
	turns := map[string]int{}
	for _, c := range LockWaits() {
		switch {
		case c.CPUs == 1:
			require.Zero(t, c.Waits+c.Turns+c.Transfers, c.Kernel)
		case c.ID == "A-V3" || c.ID == "A-V4":
			require.Greater(t, c.Turns*(c.CPUs-1), turns[c.ID]*c.CPUs, "%s, %d CPUs", c.Kernel, c.CPUs)
		}
		turns[c.ID] = c.Turns
	}
}

// The faults of a crowd do not hinder each other for ever, and lose nothing.
func TestCrowdIsSafe(t *testing.T) {
	for _, k := range crowdClass.Kernels {
		v := fuzz.Explore(vm.New(&crowdClass, k, vm.SMP), &crowdClass.Boots[0], &vm.Workload{Programs: faults(3)}, fuzz.Options{})
		require.Equal(t, fuzz.NoBug, v.Outcome, "%s: %v", k.Name, v)
	}
}

// The table in README.md is the computed one.
func TestContentionInREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	require.Contains(t, string(text), strings.TrimSpace(ContentionTable()))
}
