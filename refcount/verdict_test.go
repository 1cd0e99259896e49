package refcount

import (
	"sync"
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

var results = sync.OnceValue(func() racetest.Results { return racetest.Search(&PageRelease) })

type step = racetest.Step[State]

// machine is a kernel of the class without some lines.
func machine(t *testing.T, id string, drop ...vm.At) *vm.Machine[State, locals] {
	t.Helper()
	return vm.New(&PageRelease, racetest.Kernel(t, &PageRelease, id), vm.SMP, drop...)
}

func TestVerdicts(t *testing.T) { racetest.Verdicts(t, &PageRelease) }
func TestBugs(t *testing.T)     { racetest.Bugs(t, results()) }
func TestLines(t *testing.T)    { racetest.Lines(t, &PageRelease) }
func TestDropped(t *testing.T)  { racetest.Dropped(t, &PageRelease, racetest.Mutants(&PageRelease)) }

// The scheduling models: another CPU, one CPU with preemption, one without.
// Fixed kernels have no bug in any of them.
func TestSchedulingModels(t *testing.T) { racetest.Models(t, "models.txt", &PageRelease) }
