package lrulock

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A result is what the search says of a kernel in one boot state.
type result struct {
	kernel   vm.Kernel
	boot     string
	states   int
	findings []finding
}

// A finding is a distinct bug: the length of a shortest schedule to it, and the
// fewest preemptions with which it shows.
type finding struct {
	name        string
	lines       int
	preemptions int
}

// search explores every schedule of every kernel in every boot state that fits
// it, once for the shortest and once for the least preempted ones.
func search[S, L comparable](t *testing.T, c *vm.Class[S, L]) []result {
	t.Helper()
	var out []result
	for _, k := range c.Kernels {
		m := vm.New(c, k, vm.SMP)
		for i := range c.Boots {
			b := &c.Boots[i]
			if !b.Fits(k.Patches) {
				continue
			}
			w := &vm.Workload{Programs: b.Programs}
			short := fuzz.Explore(m, b, w, fuzz.Options{All: true})
			require.Empty(t, short.Limit)
			r := result{kernel: k, boot: b.Name, states: short.States}
			if len(short.Finds) > 0 {
				calm := fuzz.Explore(m, b, w, fuzz.Options{All: true, Preemptions: true})
				require.Equal(t, len(short.Finds), len(calm.Finds), "the two searches find different bugs")
				for _, f := range short.Finds {
					p, ok := calm.Find(f.Bug.Name())
					require.True(t, ok, "the search by preemptions misses %s", f.Bug.Name())
					r.findings = append(r.findings, finding{f.Bug.Name(), len(f.Moves), p.Preemptions})
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// table prints results, one kernel after the other.
func table(rs []result) string {
	var b strings.Builder
	last := ""
	for _, r := range rs {
		if r.kernel.Name != last {
			last = r.kernel.Name
			fmt.Fprintf(&b, "%s (%s)  %s\n", r.kernel.Name, r.kernel.ID, r.kernel.About)
		}
		if len(r.findings) == 0 {
			fmt.Fprintf(&b, "    %-9s %6d states  no bug\n", r.boot, r.states)
		}
		for i, f := range r.findings {
			boot, states := "", strings.Repeat(" ", 13)
			if i == 0 {
				boot, states = r.boot, fmt.Sprintf("%6d states", r.states)
			}
			fmt.Fprintf(&b, "    %-9s %s  %3d lines  %d preemptions  %s\n", boot, states, f.lines, f.preemptions, f.name)
		}
	}
	return b.String()
}

// caught reports the kernels in which the search has found a bug.
func caught(rs []result) map[string]bool {
	out := map[string]bool{}
	for _, r := range rs {
		out[r.kernel.ID] = out[r.kernel.ID] || len(r.findings) > 0
	}
	return out
}

// found returns the finding of a bug of a kernel in a boot state.
func found(rs []result, id, boot, bug string) (finding, bool) {
	for _, r := range rs {
		for _, f := range r.findings {
			if r.kernel.ID == id && r.boot == boot && f.name == bug {
				return f, true
			}
		}
	}
	return finding{}, false
}

// watched returns a copy of a class that calls see after each line that was
// executed and did not block.
func watched[S, L comparable](c *vm.Class[S, L], see func(s *S, x *vm.Exec, at vm.At)) *vm.Class[S, L] {
	out := *c
	out.Listings = slices.Clone(c.Listings)
	for f := range out.Listings {
		step := out.Listings[f].Step
		out.Listings[f].Step = func(s *S, x *vm.Exec, l *L) vm.Next {
			line := x.Line
			n := step(s, x, l)
			if n != vm.Block {
				see(s, x, vm.At{Func: vm.Func(f), Line: uint8(line)})
			}
			return n
		}
	}
	return &out
}

// explore searches all boot states of a kernel, and more if there are any, and
// returns the names of its bugs.
func explore[S, L comparable](t *testing.T, c *vm.Class[S, L], k vm.Kernel, more ...vm.Boot[S]) []string {
	t.Helper()
	m := vm.New(c, k, vm.SMP)
	var names []string
	for _, b := range append(slices.Clone(c.Boots), more...) {
		if !b.Fits(k.Patches) {
			continue
		}
		v := fuzz.Explore(m, &b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
		require.Empty(t, v.Limit)
		for _, f := range v.Finds {
			if !slices.Contains(names, f.Bug.Name()) {
				names = append(names, f.Bug.Name())
			}
		}
	}
	return names
}

// everyLineRuns shows that each line is executed in some kernel, and in none
// that does not have it.
func everyLineRuns[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	ran := make([][256]bool, len(c.Listings))
	for _, k := range c.Kernels {
		m := vm.New(c, k, vm.SMP)
		explore(t, watched(c, func(_ *S, _ *vm.Exec, at vm.At) {
			ran[at.Func][at.Line] = true
			if !m.Has(at) {
				t.Errorf("%s runs %s line %d", k.Name, c.Listings[at.Func].Name, at.Line)
			}
		}), k)
	}
	for f, ls := range c.Listings {
		for line := range ls.Lines {
			assert.True(t, ran[f][line], "no kernel runs %s: %s", ls.Name, ls.Lines[line].Text)
		}
	}
}

// everyLineIsNeededOrSpare drops each line of each fixed kernel: that shows a
// bug, or the class says why not.
func everyLineIsNeededOrSpare[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	for _, k := range c.Kernels {
		if !k.Fixed {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			for _, mu := range fuzz.Of(c).Mutants(k, fuzz.Options{MaxStates: 1 << 20}) {
				text := fmt.Sprintf("%s: %s", mu.Function, mu.Text)
				assert.NotEqual(t, "unknown", mu.Verdict, text)
				if mu.Spare {
					assert.Empty(t, mu.Bug, "a line is needed and stands as spare: %s", text)
				} else {
					assert.NotEmpty(t, mu.Bug, "dropping a line shows no bug and it is not spare: %s", text)
				}
			}
		})
	}
}

// spareLinesExist shows that each spare line is one of a fixed kernel.
func spareLinesExist[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	for _, sp := range c.Spare {
		have := false
		for _, k := range c.Kernels {
			have = have || k.Fixed && vm.New(c, k, vm.SMP).Has(sp.At) && sp.Covers(k.Name, sp.At)
		}
		assert.True(t, have, "%s line %d: %s", c.Listings[sp.At.Func].Name, sp.At.Line, sp.Why)
	}
}

// kernelOf returns the kernel of that id.
func kernelOf[S, L comparable](t *testing.T, c *vm.Class[S, L], id string) vm.Kernel {
	t.Helper()
	k, ok := c.Kernel(id)
	require.True(t, ok, "no kernel %s", id)
	return k
}

// diagram returns the diagram and report of a least preempted schedule to a bug.
func diagram[S, L comparable](t *testing.T, c *vm.Class[S, L], id, boot, bug string) string {
	t.Helper()
	k := kernelOf(t, c, id)
	m := vm.New(c, k, vm.SMP)
	for i := range c.Boots {
		b := &c.Boots[i]
		if b.Name != boot {
			continue
		}
		v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{Preemptions: true, Bug: bug})
		require.NotEmpty(t, v.Finds, "%s: no %s", id, bug)
		run := fuzz.NewRunner(m, false)
		in := run.Minimise(fuzz.CodecOf(c), fuzz.InputOf(m, i, b.Programs, v.Finds[0].Moves), bug)
		run.Run(in)
		tr := run.Trace(bug)
		return tr.Diagram() + "\n" + tr.Report(bug)
	}
	t.Fatalf("no boot state %s", boot)
	return ""
}

// exploreMachine searches all boot states of a machine and returns the names of
// its bugs.
func exploreMachine[S, L comparable](t *testing.T, m *vm.Machine[S, L]) []string {
	t.Helper()
	var names []string
	for i := range m.Class.Boots {
		b := &m.Class.Boots[i]
		if !b.Fits(m.Kernel.Patches) {
			continue
		}
		v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true, MaxStates: 1 << 20})
		for _, f := range v.Finds {
			names = append(names, f.Bug.Name())
		}
	}
	return names
}
