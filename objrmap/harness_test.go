package objrmap

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// bugsOf returns the names of all bugs of a kernel in a workload, with the
// dropped lines left out.
func bugsOf[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot string, drop ...vm.At) []string {
	k, ok := c.Kernel(kernel)
	require.True(t, ok, kernel)
	m := vm.New(c, k, vm.SMP, drop...)
	for i := range c.Boots {
		if c.Boots[i].Name == boot {
			v := fuzz.Explore(m, &c.Boots[i], racetest.Work(&c.Boots[i]), fuzz.Options{All: true})
			names := []string{}
			for _, f := range v.Finds {
				names = append(names, f.Bug.Name())
			}
			return names
		}
	}
	t.Fatalf("no workload %s", boot)
	return nil
}

// diagram draws the shortest schedule that shows a bug of a kernel.
func diagram[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, bug string) string {
	k, ok := c.Kernel(kernel)
	require.True(t, ok, kernel)
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
