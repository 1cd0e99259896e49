package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestWorkers shows that what the search says of a kernel, the schedules and the
// number of states included, does not depend on how many workers it has.
func TestWorkers(t *testing.T) {
	for _, r := range races.All {
		for i, k := range r.Kernels() {
			if i > 0 && testing.Short() {
				break
			}
			one := r.Check(k, vm.SMP, fuzz.Options{Workers: 1})
			require.Equal(t, one, r.Check(k, vm.SMP, fuzz.Options{Workers: 4}), "%s %s", r.Name(), k.Name)
		}
	}
}
