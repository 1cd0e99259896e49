package fuzz_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// TestSampleIsDeterministic shows that a seed decides everything.
func TestSampleIsDeterministic(t *testing.T) {
	for _, sp := range sched.All() {
		sample := func(seed uint64) []int {
			s, err := fuzz.Sample(vm.New(&counter, counter.Kernels[0], vm.SMP), &counter.Boots[0],
				&vm.Workload{Programs: counter.Boots[0].Programs}, sp, fuzz.SampleOptions{Trials: 50, Budget: 1000, Seed: seed})
			require.NoError(t, err)
			return s.First
		}
		require.Equal(t, sample(1), sample(1), sp)
		if !sp.Systematic() {
			require.Len(t, sample(1), 50, sp)
			require.NotEqual(t, sample(1), sample(2), sp)
		}
	}
}

// TestNoSchedulerAccusesTheInnocent runs every scheduler on the fixed counter,
// and the systematic ones to their end.
func TestNoSchedulerAccusesTheInnocent(t *testing.T) {
	for _, sp := range sched.All() {
		s, err := fuzz.Sample(vm.New(&counter, counter.Kernels[1], vm.SMP), &counter.Boots[0],
			&vm.Workload{Programs: counter.Boots[0].Programs}, sp, fuzz.SampleOptions{Trials: 5, Budget: 100})
		require.NoError(t, err)
		require.Empty(t, s.First, sp)
		require.Equal(t, sp.Systematic(), s.Exhausted, sp)
		require.Zero(t, s.GivenUp, sp)
	}
}

// TestSchedulersOnRandomProtocols holds all schedulers against the search. A
// systematic scheduler that comes to its end has found a bug if there is one,
// with the fewest preemptions; no scheduler finds one that is not there; and a
// schedule that shows a bug shows it again when it is replayed.
func TestSchedulersOnRandomProtocols(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	ended, bounded := 0, 0
	for range 100 {
		b := rndBytes(rnd)
		class, w, model := rndClass(fuzzheaders.NewConsumer(b))
		m := vm.New(class, class.Kernels[0], model)
		boot := &class.Boots[0]
		known := fuzz.Explore(m, boot, w, fuzz.Options{All: true, Preemptions: true})
		for _, f := range known.Finds {
			if f.Bug.Kind == vm.Inversion || f.Bug.Kind == vm.Livelock {
				continue
			}
			replays(t, m, boot, w, f.Moves, f.Bug.Name())
			for _, sp := range []sched.Spec{spec(t, "preemptions"), spec(t, "delays")} {
				s, err := fuzz.Sample(m, boot, w, sp, fuzz.SampleOptions{Bug: f.Bug.Name(), Trials: 1, Budget: 1000})
				require.NoError(t, err)
				require.True(t, !s.Exhausted || s.Found() == 1, "%s does not find %s", sp, f.Bug.Name())
				ended += s.Found()
			}
			if atBound(t, m, boot, w, &f) {
				bounded++
			}
		}
		if len(known.Finds) == 0 {
			for _, sp := range sched.All() {
				s, err := fuzz.Sample(m, boot, w, sp, fuzz.SampleOptions{Trials: 5, Budget: 20})
				require.NoError(t, err)
				require.Empty(t, s.First, sp)
			}
		}
	}
	require.Greater(t, ended, 100)
	require.Greater(t, bounded, 50)
}

// atBound shows that the bound which the search says is enough is enough, and
// that no schedule exceeds it. It reports whether it came to the end. To leave a
// CPU that spins costs nothing, so that loops are left out.
func atBound(t *testing.T, m *vm.Machine[rndState, rndLocals], boot *vm.Boot[rndState], w *vm.Workload, f *fuzz.Find) bool {
	if spins(m.Class) {
		return false
	}
	sc := sched.Preemptions(f.Preemptions)
	for range 3000 {
		if !sc.Begin() {
			require.Fail(t, "not found within the bound", "%s, %d preemptions", f.Bug.Name(), f.Preemptions)
		}
		moves, shown := fuzz.Play(m, boot, w, again{sc}, f.Bug.Name())
		require.LessOrEqual(t, fuzz.Preemptions(m, 0, w.Programs, moves), f.Preemptions)
		if shown {
			return true
		}
	}
	return false
}

func spins(c *vm.Class[rndState, rndLocals]) bool {
	for _, ls := range c.Listings {
		for _, line := range ls.Lines {
			if strings.HasPrefix(line.Text, instrNames[iSpin]) {
				return true
			}
		}
	}
	return false
}

// again lets a schedule that has begun be played.
type again struct{ sched.Scheduler }

func (again) Begin() bool { return true }

func replays(t *testing.T, m *vm.Machine[rndState, rndLocals], boot *vm.Boot[rndState], w *vm.Workload, moves []fuzz.Move, bug string) {
	var cpus, outcomes []uint8
	x := m.Exec(w)
	var s rndState
	m.Boot(x, &s, boot)
	for _, mv := range moves {
		cpus = append(cpus, mv.CPU)
		if m.Step(x, &s, int(mv.CPU), int(mv.Choice)); x.Choices() > 1 {
			outcomes = append(outcomes, mv.Choice)
		}
	}
	_, shown := fuzz.Play(m, boot, w, sched.NewReplay(cpus, outcomes), bug)
	require.True(t, shown, "%s does not show again", bug)
}
