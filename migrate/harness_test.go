package migrate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

type class = vm.Class[State, locals]

var classes = []*class{&Migrate, &Wait}

// explore searches the programs of a boot state on a kernel.
func explore(c *class, k vm.Kernel, b *vm.Boot[State], o fuzz.Options) *fuzz.Verdict {
	return fuzz.Explore(vm.New(c, k, vm.SMP), b, &vm.Workload{Programs: b.Programs}, o)
}

func kernelOf(t *testing.T, c *class, name string) vm.Kernel {
	t.Helper()
	k, ok := c.Kernel(name)
	require.True(t, ok, name)
	return k
}

func bootOf(t *testing.T, c *class, name string) *vm.Boot[State] {
	t.Helper()
	i := slices.IndexFunc(c.Boots, func(b vm.Boot[State]) bool { return b.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return &c.Boots[i]
}

// watched is a class whose lines tell what they do: see is called with the
// state before the line, the line, and what it left behind.
func watched(c *class, see func(before *State, x *vm.Exec, at vm.At, n vm.Next, after *State)) *class {
	w := *c
	w.Listings = slices.Clone(c.Listings)
	for f := range w.Listings {
		step := w.Listings[f].Step
		w.Listings[f].Step = func(s *State, x *vm.Exec, l *locals) vm.Next {
			before := *s
			line := x.Line
			n := step(s, x, l)
			see(&before, x, vm.At{Func: vm.Func(f), Line: uint8(line)}, n, s)
			return n
		}
	}
	return &w
}
