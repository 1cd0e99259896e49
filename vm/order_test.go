package vm_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/vm"
)

type strangerState struct {
	CPU         [2]vm.CPU[uint8] `name:"-"`
	Outer, Next vm.Spinlock
}

// TestLostLock shows that a line which takes a lock under another one depends on
// that one, too, if a stranger has unlocked it: it is why the pair is no lock order.
func TestLostLock(t *testing.T) {
	class := vm.Class[strangerState, uint8]{
		Name:    "stranger",
		Kernels: []vm.Kernel{{Name: "stranger"}},
		CPUs:    func(s *strangerState) []vm.CPU[uint8] { return s.CPU[:] },
		Listings: []vm.Listing[strangerState, uint8]{
			{Name: "nest", Lines: []vm.Line{{Text: "lock(outer);"}, {Text: "lock(next);"}},
				Step: func(s *strangerState, x *vm.Exec, _ *uint8) vm.Next {
					if x.Line == 0 {
						return s.Outer.Lock(x)
					}
					return s.Next.Lock(x)
				}},
			{Name: "unlock", Lines: []vm.Line{{Text: "unlock(outer);"}},
				Step: func(s *strangerState, x *vm.Exec, _ *uint8) vm.Next { return s.Outer.Unlock(x) }},
		},
		Ops:   []vm.Op[strangerState, uint8]{{Name: "nest", Func: 0}, {Name: "unlock", Func: 1}},
		Boots: []vm.Boot[strangerState]{{Name: "boot"}},
	}
	m := vm.New(&class, class.Kernels[0], vm.SMP)
	for _, stranger := range []bool{false, true} {
		x := m.Exec(&vm.Workload{Programs: [][]uint8{{0}, {1}}})
		x.Order = &vm.LockOrder{}
		s := new(strangerState)
		m.Boot(x, s, &class.Boots[0])
		m.Step(x, s, 0, 0)
		if stranger {
			m.Step(x, s, 1, 0)
		}
		m.Step(x, s, 0, 0)
		var touch vm.Touch
		x.Touched(&touch)
		require.True(t, touch.Reads.Has(int(unsafe.Offsetof(s.Outer))), "stranger: %v", stranger)
		require.Equal(t, stranger, x.Order.Edges() == 0)
	}
}
