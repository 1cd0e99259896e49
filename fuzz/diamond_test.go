package fuzz_test

import (
	"math/rand/v2"
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestDiamonds compares searches that pass lines over and recall what they have done
// with one that executes each, on random protocols: the verdicts are equal to the last
// line.
func TestDiamonds(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	lines, passed := 0, 0
	for range n {
		b := rndBytes(rnd)
		class, w, _ := rndClass(fuzzheaders.NewConsumer(b))
		m := vm.New(class, class.Kernels[0], vm.SMP)
		if !small(m, w) {
			continue
		}
		for _, o := range []fuzz.Options{{All: true}, {All: true, Workers: 3}, {All: true, Compact: true}, {All: true, Preemptions: true}, {All: true, Preemptions: true, Workers: 3}} {
			want := fuzz.ExploreThoroughly(m, &class.Boots[0], w, o)
			got, over := fuzz.ExploreTrusting(m, &class.Boots[0], w, o)
			if !o.Preemptions {
				lines, passed = lines+got.Transitions, passed+over
			}
			want.Bytes, got.Bytes = 0, 0
			require.Equal(t, want, got, "%+v", o)
		}
	}
	require.Greater(t, 4*passed, lines, "hardly a line was passed over")
}

// hermits is a class of CPUs that step through their lines without touching anything
// of each other, or so one of them says.
func hermits(honest bool) *vm.Class[crowdState, locals] {
	const (
		tell vm.Func = iota
		hear
	)
	return &vm.Class[crowdState, locals]{
		Name:    "hermits",
		Kernels: []vm.Kernel{{Name: "hermits", Fixed: true}},
		CPUs:    func(s *crowdState) []vm.CPU[locals] { return s.CPU[:] },
		Listings: []vm.Listing[crowdState, locals]{
			hear: {Name: "hear", Source: "hermits.c", Lines: []vm.Line{{Text: "x = n;"}},
				Step: func(s *crowdState, x *vm.Exec, l *locals) vm.Next {
					n := s.Seen
					if honest {
						n = vm.Load(x, &s.Seen)
					}
					if n != 0 {
						return vm.Return
					}
					return s.CPU[x.CPU].Call(tell, *l)
				}},
			tell: {Name: "tell", Source: "hermits.c", Lines: []vm.Line{{Text: "n = 1;"}},
				Step: func(s *crowdState, x *vm.Exec, _ *locals) vm.Next {
					vm.Store(x, &s.Seen, 1)
					return vm.Fall
				}},
		},
		Ops:   []vm.Op[crowdState, locals]{{Name: "tell", Func: tell}, {Name: "hear", Func: hear}},
		Boots: []vm.Boot[crowdState]{{Name: "all"}},
	}
}

// TestDishonestFootprint shows that a search does not go on when a line touches more
// than its footprint says, and names it.
func TestDishonestFootprint(t *testing.T) {
	const tell, hear = 0, 1
	w := &vm.Workload{Programs: [][]uint8{{hear}, {tell}}}
	explore := func(honest bool) {
		class := hermits(honest)
		v := fuzz.Explore(vm.New(class, class.Kernels[0], vm.SMP), &class.Boots[0], w, fuzz.Options{})
		require.Equal(t, fuzz.NoBug, v.Outcome)
	}
	require.NotPanics(t, func() { explore(true) })
	require.PanicsWithValue(t, "fuzz: hear: x = n; behind tell: n = 1; has led where it does not lead before it: does one of them touch what its footprint leaves out?", func() { explore(false) })
}

type pointsState struct {
	CPU               [3]vm.CPU[locals]
	Set               bool
	Left, Right, Seen uint8
}

// points is a class whose lines do one thing or another, as the points are set: they
// touch other words, change them or not, look at other CPUs or not, and have more
// outcomes or fewer.
var points = vm.Class[pointsState, locals]{
	Name:     "points",
	Kernels:  []vm.Kernel{{Name: "points", Fixed: true}},
	CPUs:     func(s *pointsState) []vm.CPU[locals] { return s.CPU[:] },
	Listings: pointsListings(),
	Ops: []vm.Op[pointsState, locals]{
		{Name: "flip", Func: 0}, {Name: "drive", Func: 1}, {Name: "clear", Func: 2},
		{Name: "count", Func: 3}, {Name: "choose", Func: 4}, {Name: "copy", Func: 5},
	},
	Boots: []vm.Boot[pointsState]{{Name: "all"}},
}

func pointsListings() []vm.Listing[pointsState, locals] {
	steps := []func(s *pointsState, x *vm.Exec, l *locals) vm.Next{
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // flip
			vm.Store(x, &s.Set, !vm.Load(x, &s.Set))
			return vm.Fall
		},
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // drive
			word := &s.Left
			if vm.Load(x, &s.Set) {
				word = &s.Right
			}
			vm.Store(x, word, (vm.Load(x, word)+1)%3)
			return vm.Fall
		},
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // clear
			if vm.Load(x, &s.Left) == 2 {
				vm.Store(x, &s.Left, 0)
			}
			return vm.Fall
		},
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // count
			n := uint8(0)
			if vm.Load(x, &s.Set) {
				x.LookAround()
				for i := range s.CPU {
					n += uint8(s.CPU[i].Begun())
				}
			}
			vm.Store(x, &s.Seen, n%3)
			return vm.Fall
		},
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // choose
			n := 3
			if vm.Load(x, &s.Set) {
				n = 2
			}
			vm.Store(x, &s.Right, uint8(x.Choose(n)))
			return vm.Fall
		},
		func(s *pointsState, x *vm.Exec, _ *locals) vm.Next { // copy
			vm.Store(x, &s.Seen, vm.Load(x, &s.Left))
			return vm.Fall
		},
	}
	var out []vm.Listing[pointsState, locals]
	for _, step := range steps {
		out = append(out, vm.Listing[pointsState, locals]{Name: "points", Source: "points.c", Step: step, Lines: []vm.Line{{Text: "step;"}}})
	}
	return out
}

// TestFootprintsGrow does what TestDiamonds does for lines whose footprints are other
// ones in other states.
func TestFootprintsGrow(t *testing.T) {
	m := vm.New(&points, points.Kernels[0], vm.SMP)
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		w := &vm.Workload{}
		for range 3 {
			program := make([]uint8, 1+rnd.IntN(3))
			for i := range program {
				program[i] = uint8(rnd.IntN(len(points.Ops)))
			}
			w.Programs = append(w.Programs, program)
		}
		o := fuzz.Options{All: true, Workers: 1 + rnd.IntN(2)}
		want := fuzz.ExploreThoroughly(m, &points.Boots[0], w, o)
		got, _ := fuzz.ExploreTrusting(m, &points.Boots[0], w, o)
		want.Bytes, got.Bytes = 0, 0
		require.Equal(t, want, got, "%v", w.Programs)
	}
}
