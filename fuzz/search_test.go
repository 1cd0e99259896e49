package fuzz_test

import (
	"math/rand/v2"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestRandomProtocols compares the search with a naive one, and runs with the
// search, on random protocols.
func TestRandomProtocols(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 300
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	found := map[string]int{}
	for range n {
		b := rndBytes(rnd)
		compare(t, b, found)
	}
	// The protocols must be worth the comparison.
	for _, kind := range []vm.Kind{vm.Deadlock, vm.Livelock, vm.Leak, vm.BugOn, vm.Recursion, vm.UnlockByStranger, vm.SleepInAtomic, vm.Inversion, vm.LockAtRest, vm.CountBelowZero, ""} {
		require.Positive(t, found[string(kind)], "no random protocol with verdict %q", kind)
	}
}

// TestLimitsOfRandomProtocols shows that a search may hit the limit of states anywhere.
func TestLimitsOfRandomProtocols(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 9))
	for range 40 {
		class, w, _ := rndClass(fuzzheaders.NewConsumer(rndBytes(rnd)))
		m := vm.New(class, class.Kernels[0], vm.SMP)
		if !small(m, w) {
			continue
		}
		for _, o := range []fuzz.Options{{All: true}, {All: true, Workers: 3}, {All: true, Preemptions: true}, {All: true, POR: true}} {
			states := fuzz.Explore(m, &class.Boots[0], w, o).States
			for n := 1; n < min(states, 150); n++ {
				o.MaxStates = n
				require.Equal(t, n, fuzz.Explore(m, &class.Boots[0], w, o).States, "%+v", o)
			}
		}
	}
}

// FuzzSearch lets the engine choose the protocol.
func FuzzSearch(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Fuzz(func(t *testing.T, b []byte) { compare(t, b, map[string]int{}) })
}

// compare makes a protocol of bytes and tests all that drives it against each
// other. It counts the kinds of bugs that it met.
func compare(t *testing.T, b []byte, found map[string]int) {
	class, w, sched := rndClass(fuzzheaders.NewConsumer(b))
	m := vm.New(class, class.Kernels[0], sched)
	boot := &class.Boots[0]
	if !small(m, w) {
		return
	}
	want := search(m, w)

	byLines := fuzz.Explore(m, boot, w, fuzz.Options{All: true})
	require.Equal(t, want.states, byLines.States)
	byPreemptions := fuzz.Explore(m, boot, w, fuzz.Options{All: true, Preemptions: true})
	for _, o := range []fuzz.Options{{}, {All: true}, {Preemptions: true}, {All: true, Preemptions: true}} {
		alike(t, m, boot, w, o)
	}
	for _, f := range byLines.Finds {
		found[string(f.Bug.Kind)]++
		if f.Bug.Kind == vm.Livelock || f.Bug.Kind == vm.Inversion {
			continue // the naive search knows neither
		}
		name := f.Bug.Name()
		require.Equal(t, want.lines[name], len(f.Moves), name)
		g, ok := byPreemptions.Find(name)
		require.True(t, ok, name)
		require.Equal(t, want.pre[name], g.Preemptions, name)
		bites(t, m, w, name, f.Moves)
		bites(t, m, w, name, g.Moves)
	}
	if len(byLines.Finds) == 0 {
		found[""]++
	}
	for name := range want.lines {
		_, ok := byLines.Find(name)
		require.True(t, ok, name)
	}
	runs(t, m, w, b, byLines)
}

// alike shows that several workers come to the same verdict as one.
func alike(t *testing.T, m *vm.Machine[rndState, rndLocals], boot *vm.Boot[rndState], w *vm.Workload, o fuzz.Options) {
	one := fuzz.Explore(m, boot, w, o)
	o.Workers = 3
	several := fuzz.Explore(m, boot, w, o)
	one.Bytes, several.Bytes = 0, 0
	require.Equal(t, one, several)
}

// bites shows that a schedule of the search, as bytes, runs into the bug with
// the same number of preemptions, and that minimising keeps the bug.
func bites(t *testing.T, m *vm.Machine[rndState, rndLocals], w *vm.Workload, bug string, moves []fuzz.Move) {
	c := fuzz.CodecOf(m.Class)
	in := fuzz.InputOf(m, 0, w.Programs, moves)
	run := fuzz.NewRunner(m, false)
	require.GreaterOrEqual(t, run.Run(c.Decode(c.Encode(in))).Bug(bug), 0, bug)
	small := run.Minimise(c, in, bug)
	require.GreaterOrEqual(t, run.Run(small).Bug(bug), 0, bug)
	require.LessOrEqual(t, len(c.Encode(small)), len(c.Encode(in)), bug)
	require.Equal(t, c.Encode(small), c.Encode(run.Minimise(c, small, bug)), "minimising twice")
}

// runs shows that an input is decoded to a normal form, runs the same way each
// time, and finds no bug that the search of its programs does not know.
func runs(t *testing.T, m *vm.Machine[rndState, rndLocals], w *vm.Workload, b []byte, v *fuzz.Verdict) {
	c := fuzz.CodecOf(m.Class)
	in := c.Decode(b)
	again := c.Decode(c.Encode(in))
	require.Equal(t, c.Encode(in), c.Encode(again))
	r := fuzz.NewRunner(m, true)
	first := append([]fuzz.Move(nil), r.Run(in).Moves...)
	require.Equal(t, first, append([]fuzz.Move(nil), fuzz.NewRunner(m, true).Run(again).Moves...))

	in.Programs = w.Programs
	for _, bug := range r.Run(in).Bugs {
		if bug.Kind != vm.Inversion {
			_, ok := v.Find(bug.Name())
			require.True(t, ok, "%s: the search did not find it", bug.Name())
		}
	}
}
