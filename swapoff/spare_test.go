package swapoff

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// TestSpare holds the reasons of spare lines to what can be checked of them: each
// line has one, and runs in a fixed kernel unless its reason says that it does not.
func TestSpare(t *testing.T) {
	var ran trail
	for _, c := range small {
		for _, k := range c.Kernels {
			for i := range c.Boots {
				if b := &c.Boots[i]; k.Fixed && b.Fits(k.Patches) {
					racetest.Walk(vm.New(c, k, vm.SMP), b, ran.note)
				}
			}
		}
	}
	seen := map[vm.At]bool{}
	for _, sp := range spare {
		text := all()[sp.At.Func].Lines[sp.At.Line].Text
		require.False(t, seen[sp.At], "two reasons: %s", text)
		seen[sp.At] = true
		require.Equal(t, sp.Why != unreached, ran[sp.At.Func][sp.At.Line], "%s: %s", text, sp.Why)
	}
}
