package objrmap

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "if the change is right: go test -run %s -update", t.Name())
}

// each calls f for every kernel and workload of a class that go together.
func each[S, L comparable](c *vm.Class[S, L], f func(m *vm.Machine[S, L], b *vm.Boot[S])) {
	for _, k := range c.Kernels {
		m := vm.New(c, k, vm.SMP)
		for i := range c.Boots {
			if c.Boots[i].Fits(k.Patches) {
				f(m, &c.Boots[i])
			}
		}
	}
}

func work[S any](b *vm.Boot[S]) *vm.Workload { return &vm.Workload{Programs: b.Programs} }

// testVerdicts writes down what the search says of every kernel and workload, and
// holds it against the Fixed marks: a fixed kernel has no bug anywhere, a racy
// one has one somewhere.
func testVerdicts[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
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
	golden(t, c.Name+".verdicts.txt", out.String())
}

// testBugs writes down every distinct bug of every racy kernel, and with how few
// preemptions and lines it shows.
func testBugs[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tworkload\tpreemptions\tlines\tbug")
	each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		v := fuzz.Explore(m, b, work(b), fuzz.Options{All: true, Preemptions: true})
		for _, f := range v.Finds {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", m.Kernel.Name, b.Name, f.Preemptions, len(f.Moves), f.Bug.Name())
		}
	})
	require.NoError(t, w.Flush())
	golden(t, c.Name+".bugs.txt", out.String())
}

// testDropped drops each line of each fixed kernel: a bug shows, or the class
// says why not. A reason for a line that is needed is a mistake.
func testDropped[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	used := map[string]bool{}
	for _, k := range c.Kernels {
		if !k.Fixed {
			continue
		}
		for _, mu := range fuzz.Of(c).Mutants(k, fuzz.Options{}) {
			if mu.Spare {
				used[mu.Reason] = used[mu.Reason] || mu.Bug == ""
			}
			if mu.Bug == "" && !mu.Spare {
				t.Errorf("%s, %s without %q: %s, and no reason is given", mu.Kernel, mu.Function, mu.Text, mu.Verdict)
			}
			if mu.Bug != "" && mu.Spare {
				t.Errorf("%s, %s without %q: %s, although it is said that %s", mu.Kernel, mu.Function, mu.Text, mu.Bug, mu.Reason)
			}
		}
	}
	for i := range c.Spare {
		require.True(t, used[c.Spare[i].Why], "no kernel has the spare line of %q", c.Spare[i].Why)
	}
}

// testLines executes every line of every listing that some kernel has, and all of
// them are had by some kernel.
func testLines[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	seen := map[vm.At]bool{}
	each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		walkStates(m, b, func(_ *S, line vm.At) { seen[line] = true })
	})
	for f, ls := range c.Listings {
		for i, line := range ls.Lines {
			require.True(t, seen[vm.At{Func: vm.Func(f), Line: uint8(i)}], "%s: %q never runs", ls.Name, line.Text)
		}
	}
}

// walkStates visits every state of a workload with each line that can run in it.
func walkStates[S, L comparable](m *vm.Machine[S, L], b *vm.Boot[S], visit func(s *S, line vm.At)) {
	x := m.Exec(work(b))
	var s S
	m.Boot(x, &s, b)
	states := map[S]bool{s: true}
	for todo := []S{s}; len(todo) > 0; {
		s, todo = todo[len(todo)-1], todo[:len(todo)-1]
		for cpu := range b.Programs {
			if m.Done(x, &s, cpu) {
				continue
			}
			at := m.Class.CPUs(&s)[cpu].PC()
			for choice, choices := 0, 1; choice < choices; choice++ {
				next := s
				if m.Step(x, &next, cpu, choice) == vm.Blocked {
					break
				}
				if choice == 0 {
					visit(&s, at)
				}
				choices = x.Choices()
				if stops(x) || states[next] {
					continue
				}
				states[next] = true
				todo = append(todo, next)
			}
		}
	}
}

func stops(x *vm.Exec) bool {
	for _, b := range x.Bugs() {
		if b.Stops() {
			return true
		}
	}
	return false
}

// bugsOf returns the names of all bugs of a kernel in a workload, with the
// dropped lines left out.
func bugsOf[S, L comparable](t *testing.T, c *vm.Class[S, L], kernel, boot string, drop ...vm.At) []string {
	k, ok := c.Kernel(kernel)
	require.True(t, ok, kernel)
	m := vm.New(c, k, vm.SMP, drop...)
	for i := range c.Boots {
		if c.Boots[i].Name == boot {
			v := fuzz.Explore(m, &c.Boots[i], work(&c.Boots[i]), fuzz.Options{All: true})
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
