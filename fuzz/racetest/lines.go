package racetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Lines shows that every line of every listing runs in some kernel of some of
// the classes, which share their listings, and in none that does not have it.
func Lines[S, L comparable](t *testing.T, classes ...*vm.Class[S, L]) {
	ran := map[vm.At]bool{}
	for _, c := range classes {
		Each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
			Walk(m, b, func(s Step[S]) {
				ran[s.At] = ran[s.At] || s.Ran
				if !m.Has(s.At) {
					t.Errorf("%s runs %s: %s", m.Kernel.Name, c.Listings[s.At.Func].Name, m.Text(s.At))
				}
			})
		})
	}
	for _, c := range classes {
		for f, ls := range c.Listings {
			for i, line := range ls.Lines {
				assert.True(t, ran[vm.At{Func: vm.Func(f), Line: uint8(i)}], "%s: %q never runs", ls.Name, line.Text)
			}
		}
	}
}

// maxMutant limits the search of a mutant's workload, in states. One that goes on
// for longer shows its bug in another workload.
const maxMutant = 1 << 20

// Mutants returns the fixed kernels of a class with one line dropped. The kernels
// are searched at the same time.
func Mutants[S, L comparable](c *vm.Class[S, L]) []fuzz.Mutant {
	found := make([][]fuzz.Mutant, len(c.Kernels))
	var wg sync.WaitGroup
	for i, k := range c.Kernels {
		if k.Fixed {
			wg.Go(func() { found[i] = fuzz.Of(c).Mutants(k, fuzz.Options{MaxStates: maxMutant}) })
		}
	}
	wg.Wait()
	return slices.Concat(found...)
}

// Dropped shows that each line of each fixed kernel is needed, which is a bug
// without it, or else that the class says why it can be spared; and that each
// such reason is about a line of the fixed kernels that it names.
func Dropped[S, L comparable](t *testing.T, c *vm.Class[S, L], mutants []fuzz.Mutant) {
	for _, k := range c.Kernels {
		if k.Fixed {
			t.Run(k.Name, func(t *testing.T) { testMutants(t, k, mutants) })
		}
	}
	t.Run("reasons", func(t *testing.T) { testReasons(t, c) })
}

func testMutants(t *testing.T, k vm.Kernel, mutants []fuzz.Mutant) {
	for _, mu := range mutants {
		switch {
		case mu.Kernel != k.Name:
		case mu.Verdict == "unknown":
			t.Errorf("%s without %q: it is not known, with %d states", mu.Function, mu.Text, maxMutant)
		case mu.Bug == "" && !mu.Spare:
			t.Errorf("%s without %q: no bug, and no reason is given", mu.Function, mu.Text)
		case mu.Bug != "" && mu.Spare:
			t.Errorf("%s without %q: %s, although it is said that %s", mu.Function, mu.Text, mu.Bug, mu.Reason)
		}
	}
}

func testReasons[S, L comparable](t *testing.T, c *vm.Class[S, L]) {
	for i := range c.Spare {
		sp := &c.Spare[i]
		text := c.Listings[sp.At.Func].Lines[sp.At.Line].Text
		about := 0
		for _, k := range c.Kernels {
			if !k.Fixed || !sp.Covers(k.Name, sp.At) || !vm.New(c, k, vm.SMP).Has(sp.At) {
				continue
			}
			about++
			again := slices.ContainsFunc(c.Spare[:i], func(o vm.Spare) bool { return o.Covers(k.Name, sp.At) && o.Why != sp.Why })
			assert.False(t, again, "%s: %s: two reasons: %s", k.Name, text, sp.Why)
		}
		assert.GreaterOrEqual(t, about, max(1, len(sp.Kernels)), "%s: not every kernel that is named is fixed and has the line", text)
	}
}
