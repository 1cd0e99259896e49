package refcount

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A line of a fixed kernel is needed, which shows as a bug of the kernel without
// it, or it is spare, and the class says why.
func TestEveryLineOfAFixIsNeededOrSpare(t *testing.T) {
	for _, k := range PageRelease.Kernels {
		if !k.Fixed {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			for _, at := range linesOf(k) {
				bug := mutantBug(k, at)
				why := spareWhy(k.Name, at)
				text := fmt.Sprintf("%s: %s", PageRelease.Listings[at.Func].Name, PageRelease.Listings[at.Func].Lines[at.Line].Text)
				if why == "" {
					assert.NotEmpty(t, bug, "dropping a line shows no bug and it is not spare: %s", text)
				} else {
					assert.Empty(t, bug, "a line is needed and stands as spare: %s", text)
				}
			}
		})
	}
}

// Each spare line exists in a fixed kernel that it is about.
func TestSpareLinesExist(t *testing.T) {
	for _, sp := range PageRelease.Spare {
		found := false
		for _, k := range PageRelease.Kernels {
			m := vm.New(&PageRelease, k, vm.SMP)
			found = found || k.Fixed && m.Has(sp.At) && sp.Covers(k.Name, sp.At)
		}
		assert.True(t, found, "%s line %d: %s", PageRelease.Listings[sp.At.Func].Name, sp.At.Line, sp.Why)
	}
}

func linesOf(k vm.Kernel) []vm.At {
	m := vm.New(&PageRelease, k, vm.SMP)
	var out []vm.At
	for f := range PageRelease.Listings {
		for line := range PageRelease.Listings[f].Lines {
			if at := (vm.At{Func: vm.Func(f), Line: uint8(line)}); m.Has(at) {
				out = append(out, at)
			}
		}
	}
	return out
}

func spareWhy(kernel string, at vm.At) string {
	for i := range PageRelease.Spare {
		if sp := &PageRelease.Spare[i]; sp.Covers(kernel, at) {
			return sp.Why
		}
	}
	return ""
}

// mutantBug is the first bug of a kernel with a line dropped, in any boot state.
func mutantBug(k vm.Kernel, at vm.At) string {
	m := vm.New(&PageRelease, k, vm.SMP, at)
	for i := range PageRelease.Boots {
		b := &PageRelease.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{MaxStates: 1 << 20})
		if v.Outcome != fuzz.NoBug {
			return v.String()
		}
	}
	return ""
}
