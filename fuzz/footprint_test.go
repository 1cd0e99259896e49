package fuzz_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A line that reads or changes a word behind the back of its footprint is told,
// with the word. A line that waits for what it does not touch, too.
func TestLies(t *testing.T) {
	for name, test := range map[string]struct {
		step func(s *state, x *vm.Exec, l *locals) vm.Next
		want []string
	}{
		"honest": {func(s *state, x *vm.Exec, l *locals) vm.Next {
			vm.Store(x, &s.Counter, vm.Load(x, &s.Counter)+1)
			return vm.Fall
		}, nil},
		"changes": {func(s *state, x *vm.Exec, l *locals) vm.Next {
			vm.Load(x, &s.Counter)
			s.Counter++
			return vm.Fall
		}, []string{"add: tmp = counter; changes counter in secret"}},
		"waits": {func(s *state, x *vm.Exec, l *locals) vm.Next {
			if x.CPU == 1 && s.Counter == 0 {
				return vm.Block
			}
			vm.Mark(x, &s.Counter)
			s.Counter = 1
			return vm.Fall
		}, []string{"add: tmp = counter; reads counter in secret"}},
		"accuses": {func(s *state, x *vm.Exec, l *locals) vm.Next {
			if x.CPU == 0 {
				vm.Store(x, &s.Counter, 1)
			} else if s.Counter != 0 {
				x.Bug(vm.Leak, -1, "")
			}
			return vm.Fall
		}, []string{"add: tmp = counter; reads counter in secret"}},
	} {
		class := counter
		class.Rest = nil
		class.Listings = []vm.Listing[state, locals]{{Name: "add", Source: "counter.c", Step: test.step, Lines: []vm.Line{{Text: "tmp = counter;"}}}}
		m := vm.New(&class, class.Kernels[0], vm.SMP)
		require.Equal(t, test.want, fuzz.Lies(m, &class.Boots[0], &vm.Workload{Programs: class.Boots[0].Programs}, 100), name)
	}
}
