package invalidate

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// mutants are the fixed kernels of both races with one line dropped. The kernels
// are searched at the same time.
var mutants = sync.OnceValue(func() []fuzz.Mutant {
	var found []*[]fuzz.Mutant
	var wg sync.WaitGroup
	for _, c := range classes {
		for _, k := range c.Kernels {
			if !k.Fixed {
				continue
			}
			of := new([]fuzz.Mutant)
			found = append(found, of)
			wg.Go(func() { *of = fuzz.Of(c).Mutants(k, fuzz.Options{MaxStates: 200_000}) })
		}
	}
	wg.Wait()
	var out []fuzz.Mutant
	for _, of := range found {
		out = append(out, *of...)
	}
	return out
})

// A line of a fixed kernel is needed, which shows as a bug of the kernel without
// it, or it is spare, and the class says why.
func TestEveryLineOfAFixIsNeededOrSpare(t *testing.T) {
	for _, m := range mutants() {
		assert.NotEqual(t, "unknown", m.Verdict, "%s: %s: %s", m.Kernel, m.Function, m.Text)
		if m.Spare {
			assert.Empty(t, m.Bug, "%s needs a line that stands as spare: %s line %d: %s", m.Kernel, m.Function, m.Line, m.Text)
		} else {
			assert.NotEmpty(t, m.Bug, "%s does not need a line that is not spare: %s line %d: %s", m.Kernel, m.Function, m.Line, m.Text)
		}
	}
}

// Each spare line is a line of the kernels that its entry names.
func TestSpareLinesExist(t *testing.T) {
	for _, c := range classes {
		for _, sp := range c.Spare {
			name := c.Listings[sp.At.Func].Name
			covered := 0
			for _, k := range c.Kernels {
				if k.Fixed && sp.Covers(k.Name, sp.At) && vm.New(c, k, vm.SMP).Has(sp.At) {
					covered++
				}
			}
			if n := len(sp.Kernels); n > 0 {
				assert.Equal(t, n, covered, "%s: %s line %d", c.Name, name, sp.At.Line)
			}
			assert.NotZero(t, covered, "%s: %s line %d", c.Name, name, sp.At.Line)
			assert.False(t, slices.ContainsFunc(c.Spare, func(o vm.Spare) bool { return o.At == sp.At && o.Why != sp.Why }), "two reasons for %s line %d", name, sp.At.Line)
		}
	}
}
