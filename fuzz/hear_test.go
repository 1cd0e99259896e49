package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

type callState struct {
	CPU  [2]vm.CPU[locals]
	A, B vm.Spinlock
	Rang uint8
}

// call is a class in which one CPU waits for the other one to ring, which may forget
// that or break the bell, and takes two locks.
var call = vm.Class[callState, locals]{
	Name:    "call",
	Kernels: []vm.Kernel{{Name: "call"}},
	CPUs:    func(s *callState) []vm.CPU[locals] { return s.CPU[:] },
	Listings: []vm.Listing[callState, locals]{
		{Name: "wait", Source: "call.c", Lines: []vm.Line{{Text: "while (!rang);"}},
			Step: func(s *callState, x *vm.Exec, _ *locals) vm.Next {
				if vm.Load(x, &s.Rang) == 0 {
					return vm.Goto(0)
				}
				return vm.Fall
			}},
		{Name: "ring", Source: "call.c", Lines: []vm.Line{{Text: "rang = maybe();"}, {Text: "spin_lock(&a);"}, {Text: "spin_lock(&b);"}, {Text: "spin_unlock(&b);"}, {Text: "spin_unlock(&a);"}},
			Step: func(s *callState, x *vm.Exec, _ *locals) vm.Next {
				switch x.Line {
				case 0:
					n := x.Choose(3)
					vm.Store(x, &s.Rang, uint8(n&1))
					return x.BugOn(n == 2, -1, "broken")
				case 1:
					return s.A.Lock(x)
				case 2:
					return s.B.Lock(x)
				case 3:
					return s.B.Unlock(x)
				default:
					return s.A.Unlock(x)
				}
			}},
	},
	Ops:   []vm.Op[callState, locals]{{Name: "wait", Func: 0}, {Name: "ring", Func: 1}},
	Boots: []vm.Boot[callState]{{Name: "all"}},
}

// TestWorkersLearnAnOrder shows that several workers find the same livelock as one
// where they have to do a batch again, as somebody has learnt an order of locks.
func TestWorkersLearnAnOrder(t *testing.T) {
	explore := func(workers int) *fuzz.Verdict {
		w := &vm.Workload{Programs: [][]uint8{{0}, {1}}}
		v := fuzz.Explore(vm.New(&call, call.Kernels[0], vm.SMP), &call.Boots[0], w, fuzz.Options{All: true, Workers: workers})
		v.Bytes = 0
		return v
	}
	one := explore(1)
	livelock, ok := one.Find(string(vm.Livelock))
	require.True(t, ok)
	require.Len(t, livelock.Moves, 1, "it is certain when the bell was forgotten")
	require.Equal(t, one, explore(2))
}
