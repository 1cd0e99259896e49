package racetest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Diagram draws a schedule to a bug with the fewest preemptions, and reports it.
func Diagram[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot, bug string) string {
	t.Helper()
	m := vm.New(c, Kernel(t, c, kernel), vm.SMP)
	i := slices.IndexFunc(c.Boots, func(b vm.Boot[S]) bool { return b.Name == boot })
	b := Boot(t, c, boot)
	v := fuzz.Explore(m, b, Work(b), fuzz.Options{Preemptions: true, Bug: bug})
	require.NotEmpty(t, v.Finds, "%s: no %s", kernel, bug)
	run := fuzz.NewRunner(m, false)
	in := run.Minimise(fuzz.CodecOf(c), fuzz.InputOf(m, i, b.Programs, v.Finds[0].Moves), bug)
	run.Run(in)
	tr := run.Trace(bug)
	return tr.Diagram() + "\n" + tr.Report(bug)
}
