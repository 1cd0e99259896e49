package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// bugsOf returns the names of all bugs of a kernel in a workload, with the
// dropped lines left out.
func bugsOf[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot string, drop ...vm.At) []string {
	m := vm.New(c, racetest.Kernel(t, c, kernel), vm.SMP, drop...)
	return racetest.Shown(t, m, racetest.Boot(t, c, boot))
}

// diagram draws the shortest schedule that shows a bug of a kernel.
func diagram[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, bug string) string {
	k := racetest.Kernel(t, c, kernel)
	r := fuzz.Of(c)
	for _, cr := range r.Crashers(k, vm.SMP, fuzz.Options{}) {
		if cr.Bug == bug {
			tr := r.Trace(k, vm.SMP, cr.Bytes)
			return tr.Diagram() + "\n" + tr.Report(bug)
		}
	}
	t.Fatalf("kernel %s does not show %s", kernel, bug)
	return ""
}
