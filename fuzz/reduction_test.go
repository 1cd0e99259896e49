package fuzz_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestReductions compares the reduced searches with the full one on random
// protocols: the same bugs, with schedules that show them.
func TestReductions(t *testing.T) {
	n := 3000
	if testing.Short() {
		n = 300
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	full, least, found := 0, 0, map[string]int{}
	for range n {
		b := rndBytes(rnd)
		f, l := reduce(t, b, found)
		full, least = full+f, least+l
	}
	require.Greater(t, full, 2*least, "the reductions do not reduce")
	for _, kind := range []vm.Kind{vm.Deadlock, vm.Livelock, vm.Leak, vm.BugOn, vm.Recursion, vm.UnlockByStranger, vm.SleepInAtomic, vm.Inversion, vm.LockAtRest, vm.CountBelowZero} {
		require.Positive(t, found[string(kind)], "no random protocol with verdict %q", kind)
	}
}

// FuzzReductions lets the engine choose the protocol.
func FuzzReductions(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	// One CPU takes a lock under another, which a stranger may have unlocked: whether
	// that is a lock order is up to the stranger.
	f.Add([]byte("\x35\xd3\xe7\x00\x13\x1a\xc8\xcb\xb3\x80\x86\xa6\x7d\x98\x5b\x59\x83\xf8\x89\x2b\xed\x85\x56\x1a\x22\x56\xb9\x8a\x37\x49\x78\xce\x6f\x09\xd9\xb4\x30\x17\xeb\x1e\x6f\x3e\xee\x90\xee\x7e\x1a\x90\x02\x3c\xfe\x14\x57\xa3\xca\xe4\x0b\x39\x0a\xcc"))
	f.Fuzz(func(t *testing.T, b []byte) { reduce(t, b, map[string]int{}) })
}

// reduce makes a protocol of bytes, with equal programs now and then, and
// returns the states of the full and of the smallest search.
func reduce(t *testing.T, b []byte, found map[string]int) (full, least int) {
	class, w, _ := rndClass(fuzzheaders.NewConsumer(b))
	class.Symmetry = &vm.Symmetry{}
	if len(b)%2 == 0 && b[0]%2 == 0 {
		w.Programs[1] = w.Programs[0]
	}
	m := vm.New(class, class.Kernels[0], vm.SMP)
	boot := &class.Boots[0]
	if !small(m, w) {
		return 0, 0
	}
	require.Empty(t, fuzz.Lies(m, boot, w, 100))
	asymmetries, _ := fuzz.Asymmetries(m, boot, w, 200)
	require.Empty(t, asymmetries)
	want := fuzz.Explore(m, boot, w, fuzz.Options{All: true})
	all := fuzz.LandmarksOf(m, boot, w, fuzz.Options{All: true})
	for _, o := range []fuzz.Options{{POR: true}, {Symmetry: true}, {POR: true, Symmetry: true}} {
		o.All = true
		got := fuzz.Explore(m, boot, w, o)
		require.Equal(t, bugNames(want), bugNames(got), "%+v", o)
		require.LessOrEqual(t, got.States, want.States)
		least = got.States
		marks := fuzz.LandmarksOf(m, boot, w, o)
		require.Equal(t, all.Ends, marks.Ends, "%+v", o)
		if !o.Symmetry {
			require.Equal(t, all.Stands, marks.Stands, "%+v", o)
		}
		for _, f := range got.Finds {
			found[string(f.Bug.Kind)]++
			shows(t, m, w, &f)
			if g, _ := want.Find(f.Bug.Name()); !o.POR {
				require.Len(t, f.Moves, len(g.Moves), "%s: not a shortest schedule", f.Bug.Name())
			}
		}
	}
	return want.States, least
}

func bugNames(v *fuzz.Verdict) []string {
	names := []string{v.Limit}
	for _, f := range v.Finds {
		names = append(names, f.Bug.Name())
	}
	slices.Sort(names)
	return names
}

// shows runs the schedule of a find on the workload itself. An inversion of
// locks takes more than one, and a livelock is about what can follow.
func shows(t *testing.T, m *vm.Machine[rndState, rndLocals], w *vm.Workload, f *fuzz.Find) {
	if f.Bug.Kind == vm.Inversion || f.Bug.Kind == vm.Livelock {
		return
	}
	x := m.Exec(w)
	var s rndState
	m.Boot(x, &s, &m.Class.Boots[0])
	for _, mv := range f.Moves {
		m.Step(x, &s, int(mv.CPU), int(mv.Choice))
	}
	switch {
	case f.Bug.CPU >= 0:
		require.Contains(t, x.Bugs(), f.Bug, "the last line")
	case f.Bug.Kind == vm.Deadlock:
		for cpu := range w.Programs {
			require.True(t, m.Done(x, &s, cpu) || m.Step(x, &s, cpu, 0) == vm.Blocked)
		}
	default:
		m.Rest(x, &s)
		require.True(t, slices.ContainsFunc(x.Bugs(), func(b vm.Bug) bool { return b.Name() == f.Bug.Name() }), f.Bug.Name())
	}
}
