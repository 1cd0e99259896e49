package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// bugsOf returns the names of all bugs of a kernel in a workload, with the
// dropped lines left out.
func bugsOf[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot string, drop ...vm.At) []string {
	m := vm.New(c, racetest.Kernel(t, c, kernel), vm.SMP, drop...)
	return racetest.Shown(t, m, racetest.Boot(t, c, boot))
}
