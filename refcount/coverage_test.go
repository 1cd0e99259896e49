package refcount

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// watched returns a copy of the class that calls see after each line that was
// executed and did not block.
func watched(see func(s *State, x *vm.Exec, at vm.At)) *vm.Class[State, locals] {
	c := PageRelease
	c.Listings = slices.Clone(c.Listings)
	for f := range c.Listings {
		step := c.Listings[f].Step
		c.Listings[f].Step = func(s *State, x *vm.Exec, l *locals) vm.Next {
			line := x.Line
			n := step(s, x, l)
			if n != vm.Block {
				see(s, x, vm.At{Func: vm.Func(f), Line: uint8(line)})
			}
			return n
		}
	}
	return &c
}

// explore searches all schedules of a kernel in all boot states that fit it and
// returns the names of its bugs.
func explore(t *testing.T, c *vm.Class[State, locals], k vm.Kernel) []string {
	t.Helper()
	m := vm.New(c, k, vm.SMP)
	var names []string
	for i := range c.Boots {
		b := &c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
		require.Empty(t, v.Limit)
		for _, f := range v.Finds {
			names = append(names, f.Bug.Name())
		}
	}
	return names
}

// Sometimes and always: every line of every listing is executed in some kernel,
// and none in a kernel that does not have it.
func TestEveryLineRuns(t *testing.T) {
	ran := make([][256]bool, len(PageRelease.Listings))
	for _, k := range PageRelease.Kernels {
		m := vm.New(&PageRelease, k, vm.SMP)
		c := watched(func(_ *State, _ *vm.Exec, at vm.At) {
			ran[at.Func][at.Line] = true
			if !m.Has(at) {
				t.Errorf("%s runs %s line %d", k.Name, PageRelease.Listings[at.Func].Name, at.Line)
			}
		})
		explore(t, c, k)
	}
	for f, ls := range PageRelease.Listings {
		for line := range ls.Lines {
			assert.True(t, ran[f][line], "no kernel runs %s: %s", ls.Name, ls.Lines[line].Text)
		}
	}
}

// What looks wrong and is right: each of these states is met in the search of
// kernels that have no bug.
func TestNegativeControls(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kernels []string
		seen    func(s *State, x *vm.Exec, at vm.At) bool
	}{
		{"a count of one on a dead page under the LRU lock", []string{"C", "E", "F1"}, func(s *State, x *vm.Exec, _ vm.At) bool {
			return s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.count(p) == 1 }) && s.LRU.HeldBy(x.CPU)
		}},
		{"a page without references parked on the LRU", []string{"B5"}, func(s *State, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.count(p) == 0 && s.Page[p].Life == 0 && s.Page[p].Flags.Has(lru)
			})
		}},
		{"a scan that meets a dead page and skips it", []string{"C"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrink, Line: shrPutLRU}
		}},
		{"a scan that meets a dead page and puts it back", []string{"E", "F1"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrink, Line: shrBack}
		}},
		{"a scan whose get fails", []string{"F2", "I511"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrink, Line: shrElse}
		}},
		{"a page that only the LRU holds", []string{"H"}, func(s *State, _ *vm.Exec, _ vm.At) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.count(p) == 1 && s.owners(p) == 1 && s.Page[p].Flags.Has(lru)
			})
		}},
		{"a count above what reclaim expects", []string{"B4", "B5", "C", "E", "F1", "F2", "I511"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrinkList, Line: lstTreeKeep}
		}},
		{"a redundant second look at the count", []string{"E"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnRelease, Line: relCount}
		}},
		{"a last put by the drain of a pagevec", []string{"B4", "B5", "C", "E", "F1", "F2", "I511"}, func(s *State, x *vm.Exec, at vm.At) bool {
			c := &s.CPU[x.CPU]
			_, freed := x.Allocation()
			return freed >= 0 && at == vm.At{Func: fnPagevecRelease, Line: vecFree} && c.Depth() > 1 && c.At(c.Depth()-2).Func == fnPagevecLRUAdd
		}},
		{"a non-atomic clear of PG_lru on a dead page", []string{"F2", "I511"}, func(_ *State, _ *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnRelease, Line: relStore}
		}},
		{"the loser of a claim puts under the LRU lock", []string{"I511"}, func(s *State, x *vm.Exec, at vm.At) bool {
			return at == vm.At{Func: fnShrink, Line: shrLoser} && s.LRU.HeldBy(x.CPU)
		}},
	} {
		for _, id := range tt.kernels {
			seen := false
			c := watched(func(s *State, x *vm.Exec, at vm.At) { seen = seen || tt.seen(s, x, at) })
			assert.Empty(t, explore(t, c, kernel(t, id)), "%s accuses %s", id, tt.name)
			assert.True(t, seen, "%s never meets %s", id, tt.name)
		}
	}
}

func (s *State) anyPage(f func(p int) bool) bool {
	for p := range s.Page {
		if f(p) {
			return true
		}
	}
	return false
}

func kernel(t *testing.T, id string) vm.Kernel {
	t.Helper()
	k, ok := PageRelease.Kernel(id)
	require.True(t, ok, "no kernel %s", id)
	return k
}
