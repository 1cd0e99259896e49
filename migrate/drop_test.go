package migrate

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
	for _, c := range classes {
		for _, k := range c.Kernels {
			if k.Fixed {
				testMutants(t, c, k)
			}
		}
	}
}

func testMutants(t *testing.T, c *class, k vm.Kernel) {
	for _, mu := range fuzz.Of(c).Mutants(k, fuzz.Options{}) {
		text := fmt.Sprintf("%s: %s line %d: %s", c.Name, mu.Function, mu.Line, mu.Text)
		if mu.Spare {
			assert.Equal(t, "safe", mu.Verdict, "a line is needed and stands as spare: %s", text)
		} else {
			assert.NotEmpty(t, mu.Bug, "dropping a line shows no bug and it is not spare: %s", text)
		}
	}
}

// Each spare line exists in a fixed kernel.
func TestSpareLinesExist(t *testing.T) {
	for _, c := range classes {
		for _, sp := range c.Spare {
			found := false
			for _, k := range c.Kernels {
				found = found || k.Fixed && vm.New(c, k, vm.SMP).Has(sp.At)
			}
			assert.True(t, found, "%s: %s line %d: %s", c.Name, listings[sp.At.Func].Name, sp.At.Line, sp.Why)
		}
	}
}
