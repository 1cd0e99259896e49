package fuzz_test

import (
	"math"
	"math/rand/v2"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

func spec(t *testing.T, text string) sched.Spec {
	t.Helper()
	sp, err := sched.Parse(text)
	require.NoError(t, err)
	return sp
}

// TestProbabilityByHand compares with what a reader can count.
func TestProbabilityByHand(t *testing.T) {
	// Two CPUs load a counter and store it. Two of the six interleavings keep
	// both increments, those in which one CPU comes behind the other.
	for scheduler, want := range map[string]float64{
		"random":        1. / 2, // the second line is by the other CPU
		"urw":           4. / 6, // all interleavings alike
		"round-robin:2": 1. / 2, // the first burst is broken off behind the load
		"round-robin:4": 1. / 4,
		"round-robin:1": 1,
		"pct:1":         0,
		"pct:2":         1. / 4, // the change point is behind the first of four lines
		// One of the two change points is behind the first line. Wherever the other
		// one is, the second CPU loads before the first one stores: 1 - (3/4)².
		"pct:3": 7. / 16,
		// One CPU loads first; its store comes behind the other load if that has the
		// higher priority, which has lost once: it is the highest of three if the
		// first was not.
		"pos":  1. / 3,
		"surw": 4. / 6, // all lines touch the counter
	} {
		got, err := fuzz.ProbabilityOf(vm.New(&counter, counter.Kernels[0], vm.SMP), &counter.Boots[0],
			&vm.Workload{Programs: counter.Boots[0].Programs}, spec(t, scheduler), "", fuzz.Options{})
		require.NoError(t, err)
		require.InDelta(t, want, got.Low, 1e-12, scheduler)
		require.InDelta(t, want, got.High, 1e-12, scheduler)
	}
}

// A gamble: CPU 0 throws a coin of three sides until the first side is up, then
// the second coin decides whether the kernel stops. CPU 1 spins until then.
type gamble struct {
	CPU  [2]vm.CPU[relayLocals] `name:"-"`
	Over bool
}

const gambleThrow, gambleDecide, gambleOver, gambleSpin = 0, 1, 2, 3

func (s *gamble) throw(x *vm.Exec, _ *relayLocals) vm.Next {
	switch x.Line {
	case gambleThrow:
		if x.Choose(3) > 0 {
			return vm.Goto(gambleThrow)
		}
	case gambleDecide:
		return x.BugOn(x.Choose(5) == 4, -1, "lost")
	case gambleOver:
		vm.Store(x, &s.Over, true)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

func (s *gamble) spin(x *vm.Exec, _ *relayLocals) vm.Next {
	return vm.Unless(vm.Load(x, &s.Over), 0)
}

var gambleClass = vm.Class[gamble, relayLocals]{
	Name: "gamble", CPUs: func(s *gamble) []vm.CPU[relayLocals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "gamble", Fixed: true}},
	Listings: []vm.Listing[gamble, relayLocals]{
		{Name: "throw", Source: "gamble.c", Step: (*gamble).throw, Lines: []vm.Line{
			gambleThrow:  {Text: "while (dice() > 0)"},
			gambleDecide: {Text: "BUG_ON(dice() == 4);"},
			gambleOver:   {Text: "over = 1;"},
		}},
		{Name: "spin", Source: "gamble.c", Step: (*gamble).spin, Lines: []vm.Line{{Text: "while (!over)"}}},
	},
	Ops:   []vm.Op[gamble, relayLocals]{{Name: "throw"}, {Name: "spin", Func: 1}},
	Boots: []vm.Boot[gamble]{{Name: "both", Programs: [][]uint8{{0}, {1}}}, {Name: "spin", Programs: [][]uint8{nil, {1}}}},
}

// Outcomes are equally likely, and circles that can be left change nothing: they
// are left in the end. A circle without a way out is a livelock.
func TestProbabilityOfCircles(t *testing.T) {
	m := vm.New(&gambleClass, gambleClass.Kernels[0], vm.SMP)
	for _, test := range []struct {
		boot           int
		scheduler, bug string
		want           float64
	}{
		{0, "random", "", 1. / 5},
		{0, "urw", "", 1. / 5},
		{0, "round-robin:8", "BUG_ON(lost)", 1. / 5},
		{0, "random", "livelock", 0},
		{1, "random", "livelock", 1},
		{1, "random", "", 1},
		{1, "random", "BUG_ON(lost)", 0},
		{1, "pct:2", "livelock", 1},
		{0, "pos", "", 1. / 5},
		{0, "surw", "", 1. / 5},
		{0, "pos", "livelock", 0},
		{0, "surw", "livelock", 0},
		{1, "pos", "livelock", 1},
		{1, "surw", "livelock", 1},
		{1, "pos", "BUG_ON(lost)", 0},
	} {
		b := &gambleClass.Boots[test.boot]
		got, err := fuzz.ProbabilityOf(m, b, &vm.Workload{Programs: b.Programs}, spec(t, test.scheduler), test.bug, fuzz.Options{})
		require.NoError(t, err)
		require.Empty(t, got.Limit)
		require.InDelta(t, test.want, got.Low, 1e-9, test)
		require.InDelta(t, test.want, got.High, 1e-9, test)
	}
}

// What is not computed is an error, and a limit is no answer.
func TestProbabilityNotComputed(t *testing.T) {
	m := vm.New(&counter, counter.Kernels[0], vm.SMP)
	b := &counter.Boots[0]
	w := &vm.Workload{Programs: b.Programs}
	for _, scheduler := range []string{"preemptions", "delays:1"} {
		_, err := fuzz.ProbabilityOf(m, b, w, spec(t, scheduler), "", fuzz.Options{})
		require.ErrorContains(t, err, "not computed", scheduler)
	}
	_, err := fuzz.ProbabilityOf(m, b, w, spec(t, "random"), "lock order inversion", fuzz.Options{})
	require.ErrorContains(t, err, "of all schedules together")
	for _, scheduler := range []string{"random", "pct:3"} {
		p, err := fuzz.ProbabilityOf(m, b, w, spec(t, scheduler), "", fuzz.Options{MaxStates: 3})
		require.NoError(t, err)
		require.Contains(t, p.Limit, "the limit of 3", scheduler)
	}
}

// TestSamplesOfRandomProtocols compares the computed probability of each bug with
// the share of drawn schedules that show it, on random protocols.
func TestSamplesOfRandomProtocols(t *testing.T) {
	protocols := 60
	if testing.Short() {
		protocols = 20
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	between := map[string]int{}
	for range protocols {
		b := rndBytes(rnd)
		class, w, model := rndClass(fuzzheaders.NewConsumer(b))
		m := vm.New(class, class.Kernels[0], model)
		for _, f := range fuzz.Explore(m, &class.Boots[0], w, fuzz.Options{All: true}).Finds {
			if f.Bug.Kind == vm.Inversion {
				continue
			}
			for _, scheduler := range []string{"random", "urw", "round-robin:3", "pct:2", "pos", "surw"} {
				p, ok := sampleAgrees(t, m, w, spec(t, scheduler), f.Bug.Name())
				require.True(t, !ok || p > 0 || !walks(scheduler), "a walk draws every schedule: %s, %s", scheduler, f.Bug.Name())
				if ok && p > 0.001 && p < 0.999 {
					between[scheduler]++
				}
			}
		}
	}
	for scheduler, n := range between {
		require.Greater(t, n, protocols/4, "the protocols are not worth the comparison: %s", scheduler)
	}
	require.Len(t, between, 6)
}

// walks reports whether a scheduler draws every schedule with some probability.
func walks(scheduler string) bool { return scheduler != "pct:2" && scheduler != "pos" }

// sampleAgrees draws schedules and returns the computed probability, which is not
// ok if that would take too long. The seed is fixed: five standard errors are exceeded by
// mistake only.
func sampleAgrees(t *testing.T, m *vm.Machine[rndState, rndLocals], w *vm.Workload, sp sched.Spec, bug string) (computed float64, ok bool) {
	const n = 1000
	boot := &m.Class.Boots[0]
	p, err := fuzz.ProbabilityOf(m, boot, w, sp, bug, fuzz.Options{MaxStates: 1000})
	require.NoError(t, err)
	if p.Limit != "" {
		return 0, false
	}
	s, err := fuzz.Sample(m, boot, w, sp, fuzz.SampleOptions{Bug: bug, Trials: n, Budget: 1, Seed: 1})
	require.NoError(t, err)
	margin := 5*math.Sqrt(p.High*(1-p.Low)/n) + 1e-9
	rate := float64(s.Found()) / n
	require.True(t, p.Low-margin <= rate && rate <= p.High+margin, "%s, %s: computed %v to %v, drawn %v", bug, sp, p.Low, p.High, rate)
	return p.Low, true
}
