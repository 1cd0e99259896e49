package racetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Dropped drops each line of each fixed kernel: a bug shows, or the class
// says why not. A reason for a line that is needed is a mistake.
func Dropped[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
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

// Lines executes every line of every listing that some kernel has, and all of
// them are had by some kernel.
func Lines[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	seen := map[vm.At]bool{}
	Each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		Walk(m, b, func(s Step[S]) { seen[s.At] = seen[s.At] || s.Ran })
	})
	for f, ls := range c.Listings {
		for i, line := range ls.Lines {
			require.True(t, seen[vm.At{Func: vm.Func(f), Line: uint8(i)}], "%s: %q never runs", ls.Name, line.Text)
		}
	}
}
