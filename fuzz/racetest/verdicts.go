package racetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Each calls f for every kernel and workload of a class that go together.
func Each[S, L comparable](c *vm.Class[S, L], f func(m *vm.Machine[S, L], b *vm.Boot[S])) {
	for _, k := range c.Kernels {
		m := vm.New(c, k, vm.SMP)
		for i := range c.Boots {
			if c.Boots[i].Fits(k.Patches) {
				f(m, &c.Boots[i])
			}
		}
	}
}

// Work is the workload of a boot state.
func Work[S any](b *vm.Boot[S]) *vm.Workload { return &vm.Workload{Programs: b.Programs} }

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

// Bugs writes down every distinct bug of every racy kernel, and with how few
// preemptions and lines it shows.
func Bugs[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tworkload\tpreemptions\tlines\tbug")
	Each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		v := fuzz.Explore(m, b, Work(b), fuzz.Options{All: true, Preemptions: true})
		for _, f := range v.Finds {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", m.Kernel.Name, b.Name, f.Preemptions, len(f.Moves), f.Bug.Name())
		}
	})
	require.NoError(t, w.Flush())
	Golden(t, c.Name+".bugs.txt", out.String())
}

// Models writes down which bugs every kernel has on several CPUs, on one with
// preemption, and on one without. A fixed kernel has none in any model.
func Models[S, L comparable](t *testing.T, file string, c *vm.Class[S, L]) {
	var out strings.Builder
	for _, k := range c.Kernels {
		fmt.Fprintf(&out, "%s (%s)\n", k.Name, k.ID)
		for _, sched := range vm.Scheds {
			names := allBugs(t, c, k, sched)
			fmt.Fprintf(&out, "    %-8s %s\n", sched, strings.Join(names, "; "))
			if k.Fixed {
				require.Empty(t, names, "%s, %s", k.Name, sched)
			}
		}
	}
	Golden(t, file, out.String())
}

// allBugs returns the names of all bugs of a kernel in all boot states that fit it.
func allBugs[S, L comparable](t *testing.T, c *vm.Class[S, L], k vm.Kernel, sched vm.Sched) []string {
	t.Helper()
	var names []string
	m := vm.New(c, k, sched)
	for i := range c.Boots {
		b := &c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		v := fuzz.Explore(m, b, Work(b), fuzz.Options{All: true})
		require.Empty(t, v.Limit)
		for _, f := range v.Finds {
			if !slices.Contains(names, f.Bug.Name()) {
				names = append(names, f.Bug.Name())
			}
		}
	}
	return names
}
