package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

type crowdState struct {
	CPU  [4]vm.CPU[locals]
	Seen uint8
}

// crowd is a class whose line counts how many other CPUs have come to their end.
// It says that it looks around, or does not.
func crowd(honest bool) *vm.Class[crowdState, locals] {
	const func0 vm.Func = 0
	return &vm.Class[crowdState, locals]{
		Name:    "crowd",
		Kernels: []vm.Kernel{{Name: "crowd", Fixed: true}},
		CPUs:    func(s *crowdState) []vm.CPU[locals] { return s.CPU[:] },
		Listings: []vm.Listing[crowdState, locals]{{Name: "count", Source: "crowd.c", Lines: []vm.Line{{Text: "wait;"}, {Text: "n = idle;"}},
			Step: func(s *crowdState, x *vm.Exec, l *locals) vm.Next {
				if x.Line == 0 {
					return vm.Fall
				}
				if honest {
					x.LookAround()
				}
				n := uint8(0)
				for i := range s.CPU {
					if s.CPU[i].Idle() {
						n++
					}
				}
				vm.Store(x, &s.Seen, max(n, vm.Load(x, &s.Seen)))
				return vm.Fall
			}}},
		Ops:   []vm.Op[crowdState, locals]{{Name: "count", Func: func0}},
		Boots: []vm.Boot[crowdState]{{Name: "all"}},
	}
}

// TestMemo shows that lines which look at other CPUs are executed each time, and
// that a search does not go on for long when such a line does not say so.
func TestMemo(t *testing.T) {
	w := &vm.Workload{Programs: make([][]uint8, 4), Any: 3}
	explore := func(honest bool) {
		class := crowd(honest)
		v := fuzz.Explore(vm.New(class, class.Kernels[0], vm.SMP), &class.Boots[0], w, fuzz.Options{})
		require.Equal(t, fuzz.NoBug, v.Outcome)
	}
	require.NotPanics(t, func() { explore(true) })
	require.PanicsWithValue(t, "fuzz: count: n = idle; has done something else than before, where its CPU and what all share were the same: does it use another CPU without LookAround?", func() { explore(false) })
}
