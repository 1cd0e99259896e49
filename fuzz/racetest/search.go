package racetest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Kernel returns the kernel of a class with that name or id.
func Kernel[S, L comparable](t *testing.T, c *vm.Class[S, L], name string) vm.Kernel {
	t.Helper()
	k, ok := c.Kernel(name)
	require.True(t, ok, "race %s has no kernel %s", c.Name, name)
	return k
}

// Boot returns the boot state of a class with that name.
func Boot[S, L comparable](t *testing.T, c *vm.Class[S, L], name string) *vm.Boot[S] {
	t.Helper()
	i := slices.IndexFunc(c.Boots, func(b vm.Boot[S]) bool { return b.Name == name })
	require.GreaterOrEqual(t, i, 0, "race %s has no workload %s", c.Name, name)
	return &c.Boots[i]
}

// Boots returns the boot states of a machine's class that fit its kernel.
func Boots[S, L comparable](m *vm.Machine[S, L]) (boots []*vm.Boot[S]) {
	for i := range m.Class.Boots {
		if b := &m.Class.Boots[i]; b.Fits(m.Kernel.Patches) {
			boots = append(boots, b)
		}
	}
	return boots
}

func orAll[S, L comparable](m *vm.Machine[S, L], boots []*vm.Boot[S]) []*vm.Boot[S] {
	if len(boots) == 0 {
		return Boots(m)
	}
	return boots
}

// Each calls f for every kernel and workload of a class that go together.
func Each[S, L comparable](c *vm.Class[S, L], f func(m *vm.Machine[S, L], b *vm.Boot[S])) {
	for _, k := range c.Kernels {
		m := vm.New(c, k, vm.SMP)
		for _, b := range Boots(m) {
			f(m, b)
		}
	}
}

// Work is the workload of a boot state.
func Work[S any](b *vm.Boot[S]) *vm.Workload { return &vm.Workload{Programs: b.Programs} }

// Shown returns the names of the bugs that a machine shows in any schedule of
// the workloads, each once. No workload stands for all that fit the kernel.
func Shown[S, L comparable](t *testing.T, m *vm.Machine[S, L], boots ...*vm.Boot[S]) []string {
	t.Helper()
	var names []string
	for _, b := range orAll(m, boots) {
		v := fuzz.Explore(m, b, Work(b), fuzz.Options{All: true})
		require.Empty(t, v.Limit)
		for _, f := range v.Finds {
			if !slices.Contains(names, f.Bug.Name()) {
				names = append(names, f.Bug.Name())
			}
		}
	}
	return names
}
