package refcount

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// What looks wrong and is right: each of these states is met in the search of
// kernels that have no bug.
func TestNegativeControls(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kernels []string
		seen    func(s *State, st step) bool // s is the state behind the line
	}{
		{"a count of one on a dead page under the LRU lock", []string{"C", "E", "F1"}, func(s *State, st step) bool {
			return s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.count(p) == 1 }) && s.LRU.HeldBy(st.CPU)
		}},
		{"a page without references parked on the LRU", []string{"B5"}, func(s *State, _ step) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.count(p) == 0 && s.Page[p].Life == 0 && s.Page[p].Flags.Has(lru)
			})
		}},
		{"a scan that meets a dead page and skips it", []string{"C"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnShrink, Line: shrPutLRU}
		}},
		{"a scan that meets a dead page and puts it back", []string{"E", "F1"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnShrink, Line: shrBack}
		}},
		{"a scan whose get fails", []string{"F2", "I511"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnShrink, Line: shrElse}
		}},
		{"a page that only the LRU holds", []string{"H"}, func(s *State, _ step) bool {
			return s.LRU.Free() && s.anyPage(func(p int) bool {
				return s.count(p) == 1 && s.owners(p) == 1 && s.Page[p].Flags.Has(lru)
			})
		}},
		{"a count above what reclaim expects", []string{"B4", "B5", "C", "E", "F1", "F2", "I511"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnShrinkList, Line: lstTreeKeep}
		}},
		{"a redundant second look at the count", []string{"E"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnRelease, Line: relCount}
		}},
		{"a last put by the drain of a pagevec", []string{"B4", "B5", "C", "E", "F1", "F2", "I511"}, func(_ *State, st step) bool {
			c := &st.Before.CPU[st.CPU]
			_, freed := st.X.Allocation()
			return freed >= 0 && st.At == vm.At{Func: fnPagevecRelease, Line: vecFree} && c.Depth() > 1 && c.At(c.Depth()-2).Func == fnPagevecLRUAdd
		}},
		{"a non-atomic clear of PG_lru on a dead page", []string{"F2", "I511"}, func(_ *State, st step) bool {
			return st.At == vm.At{Func: fnRelease, Line: relStore}
		}},
		{"the loser of a claim puts under the LRU lock", []string{"I511"}, func(s *State, st step) bool {
			return st.At == vm.At{Func: fnShrink, Line: shrLoser} && s.LRU.HeldBy(st.CPU)
		}},
	} {
		for _, id := range tt.kernels {
			m := machine(t, id)
			assert.Empty(t, racetest.Shown(t, m), "%s accuses %s", id, tt.name)
			met := racetest.Meets(m, func(s step) bool { return tt.seen(s.After, s) })
			assert.True(t, met, "%s never meets %s", id, tt.name)
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
