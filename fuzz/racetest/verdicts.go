package racetest

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Verdicts writes down what the search says of every kernel and workload, and
// holds it against the Fixed marks: a fixed kernel has no bug anywhere, a racy
// one has one somewhere.
func Verdicts[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tid\tworkload\tverdict\tstates\tpreemptions\tlines\tbug")
	r := fuzz.Of(c)
	for _, k := range c.Kernels {
		ch := r.Check(k, vm.SMP, fuzz.Options{})
		require.Equal(t, k.Fixed, ch.Verdict == "safe", "%s: %s %s", k.Name, ch.Verdict, ch.Bug)
		for _, row := range ch.Rows {
			pre, lines, bug := "-", "-", "-"
			if row.Bug != "" {
				pre, lines, bug = fmt.Sprint(row.Preemptions), fmt.Sprint(row.Steps), row.Bug
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", k.Name, k.ID, row.Boot, row.Verdict, row.States, pre, lines, bug)
		}
	}
	require.NoError(t, w.Flush())
	Golden(t, c.Name+".verdicts.txt", out.String())
}

// Bugs writes down every distinct bug of every racy kernel, in a workload of so
// many states: with how few preemptions it shows, in how many lines then, and in
// how many at least.
func Bugs(t *testing.T, rs Results) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tworkload\tstates\tpreemptions\tlines\tshortest\tbug")
	for _, r := range rs {
		for _, f := range r.Calm.Finds {
			short, _ := r.Short.Find(f.Bug.Name())
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", r.Kernel.Name, r.Boot, r.Short.States, f.Preemptions, len(f.Moves), len(short.Moves), f.Bug.Name())
		}
	}
	require.NoError(t, w.Flush())
	Golden(t, rs[0].Race+".bugs.txt", out.String())
}

// Models writes down which bugs every kernel has on several CPUs, on one with
// preemption, and on one without. A fixed kernel has none in any model.
func Models[S, L comparable](t *testing.T, file string, c *vm.Class[S, L]) {
	var out strings.Builder
	for _, k := range c.Kernels {
		fmt.Fprintf(&out, "%s (%s)\n", k.Name, k.ID)
		for _, sched := range vm.Scheds {
			names := Shown(t, vm.New(c, k, sched))
			fmt.Fprintf(&out, "    %-8s %s\n", sched, strings.Join(names, "; "))
			if k.Fixed {
				require.Empty(t, names, "%s, %s", k.Name, sched)
			}
		}
	}
	Golden(t, file, out.String())
}
