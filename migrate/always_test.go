package migrate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestAlways shows that every line of every function runs, and does not only
// block, on some kernel in some workload of one of the two classes.
func TestAlways(t *testing.T) {
	ran, has := map[vm.At]bool{}, map[vm.At]bool{}
	for _, c := range classes {
		w := watched(c, func(_ *State, _ *vm.Exec, at vm.At, n vm.Next, _ *State) {
			ran[at] = ran[at] || n != vm.Block
		})
		for _, k := range c.Kernels {
			m := vm.New(c, k, vm.SMP)
			for f, ls := range c.Listings {
				for i := range ls.Lines {
					if at := (vm.At{Func: vm.Func(f), Line: uint8(i)}); m.Has(at) {
						has[at] = true
					}
				}
			}
			for i := range w.Boots {
				if w.Boots[i].Fits(k.Patches) {
					explore(w, k, &w.Boots[i], fuzz.Options{})
				}
			}
		}
	}
	for f, ls := range listings {
		for i, line := range ls.Lines {
			at := vm.At{Func: vm.Func(f), Line: uint8(i)}
			if line.Add == Fair {
				continue // a bound of TestStarvation, no kernel's
			}
			require.True(t, has[at], "%s line %d is in no kernel: %s", ls.Name, i, line.Text)
			require.True(t, ran[at], "%s line %d never runs: %s", ls.Name, i, line.Text)
		}
	}
}
