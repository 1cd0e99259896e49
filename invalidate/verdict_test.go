package invalidate

import (
	"sync"
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

type class = vm.Class[State, locals]

var classes = []*class{&Invalidate, &Truncate}

// What several tests look at.
var (
	invalidateResults = sync.OnceValue(func() racetest.Results { return racetest.Search(&Invalidate) })
	truncateResults   = sync.OnceValue(func() racetest.Results { return racetest.Search(&Truncate) })
	invalidateMutants = sync.OnceValue(func() []fuzz.Mutant { return racetest.Mutants(&Invalidate) })
	truncateMutants   = sync.OnceValue(func() []fuzz.Mutant { return racetest.Mutants(&Truncate) })
)

func TestInvalidateVerdicts(t *testing.T) { racetest.Verdicts(t, &Invalidate) }
func TestInvalidateBugs(t *testing.T)     { racetest.Bugs(t, invalidateResults()) }
func TestInvalidateDropped(t *testing.T)  { racetest.Dropped(t, &Invalidate, invalidateMutants()) }
func TestTruncateVerdicts(t *testing.T)   { racetest.Verdicts(t, &Truncate) }
func TestTruncateBugs(t *testing.T)       { racetest.Bugs(t, truncateResults()) }
func TestTruncateDropped(t *testing.T)    { racetest.Dropped(t, &Truncate, truncateMutants()) }
func TestLines(t *testing.T)              { racetest.Lines(t, classes...) }

// A fixed kernel has no bug on one CPU either, with preemption and without; what
// a racy one shows there is in the golden file.
func TestSchedulingModels(t *testing.T) {
	for _, c := range classes {
		racetest.Models(t, c.Name+".models.txt", c)
	}
}
