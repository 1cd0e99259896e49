package refcount

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Any program of up to two operations on each of two CPUs, from the initial state
// with most to do: exact.
func TestFixedKernelsWithAnyProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("searches millions of states")
	}
	for _, id := range []string{"C", "E", "F2"} {
		m := machine(t, id)
		v := fuzz.Explore(m, &boots[bootReclaim], &vm.Workload{Programs: make([][]uint8, 2), Any: 2}, fuzz.Options{})
		assert.Equal(t, fuzz.NoBug, v.Outcome, "%s: %s", id, v)
	}
}

// Each patch has its name, and no kernel has a patch without one.
func TestPatchesHaveNames(t *testing.T) {
	all := vm.Patch(1)<<len(PageRelease.Patches) - 1
	assert.Equal(t, GetUnlocked, vm.Patch(1)<<(len(PageRelease.Patches)-1), "the last patch")
	for _, k := range PageRelease.Kernels {
		assert.Zero(t, k.Patches&^all, k.Name)
	}
}
