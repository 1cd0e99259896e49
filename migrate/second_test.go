package migrate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A second model of the race between migration and its waiters, that shares
// nothing with the first: one struct, two hand-numbered programs, one search.
type second struct {
	count     int
	locked    bool
	migration bool // the page table entry is a migration entry
	moved     bool
	xaLocked  bool
	m, w      int  // where migration and the waiter are
	want      int  // what migration expects
	asleep    bool // the waiter
	hasRef    bool // the waiter
}

// variant is the kernel: whether PG_private has a reference, and whether the
// waiter drops its own before it sleeps.
type variant struct{ ref, drop bool }

const (
	fine = iota
	putOnZero
	fooled
)

// start is a page of the cache with PG_private, isolated and mapped once.
func (v variant) start() second {
	s := second{count: 3}
	if v.ref {
		s.count++
	}
	return s
}

// stepM is a step of migration; ok is false if it cannot go on.
func (v variant) stepM(s second) (next second, bug int, ok bool) {
	s.m++
	switch s.m {
	case 1:
		s.locked = true
	case 2:
		s.migration = true
		s.count--
	case 3:
		s.want = 3 // isolation, cache, PG_private
		s.xaLocked = true
	case 4:
		if s.count != s.want {
			s.m = 7
		}
	case 5:
		if s.count != s.want {
			s.m = 7
			break
		}
		s.count = 0
		if s.hasRef {
			bug = fooled
		}
	case 6:
		s.moved = true
		s.count = s.want - 1
	case 7:
		if v.ref {
			s.count-- // the reference goes to the new page
		}
	case 8:
		s.xaLocked = false
		s.migration = false
		if !s.moved {
			s.count++
		}
	case 9:
		s.locked = false
		s.asleep = false
	case 10:
		s.count--
	default:
		return s, fine, false
	}
	return s, bug, true
}

// stepW is a step of a task that faults.
func (v variant) stepW(s second) (next second, bug int, ok bool) {
	if s.asleep {
		return s, fine, false
	}
	s.w++
	switch s.w {
	case 1:
		if !s.migration {
			s.w = 9 // nothing to wait for
			break
		}
		if s.count == 0 {
			s.w = 0 // fault again
			break
		}
		s.count++
		s.hasRef = true
	case 2:
		if s.locked && !v.drop {
			s.asleep = true
		}
	case 3:
		if s.count == 0 {
			bug = putOnZero
		}
		s.count--
		s.hasRef = false
	default:
		return s, fine, false
	}
	return s, bug, true
}

// bugs searches every schedule and returns which bugs there are.
func (v variant) bugs() map[int]bool {
	found := map[int]bool{}
	seen := map[second]bool{}
	todo := []second{v.start()}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		for _, step := range []func(second) (second, int, bool){v.stepM, v.stepW} {
			if next, bug, ok := step(s); ok {
				if bug != fine {
					found[bug] = true
				}
				todo = append(todo, next)
			}
		}
	}
	return found
}

// Both models say the same of the racy kernels and of the fixed ones.
func TestSecondModel(t *testing.T) {
	for _, tt := range []struct {
		id string
		v  variant
	}{
		{"I1h", variant{ref: false, drop: false}},
		{"I1n", variant{ref: false, drop: true}},
		{"B0h", variant{ref: true, drop: false}},
		{"B0", variant{ref: true, drop: true}},
	} {
		second := tt.v.bugs()
		first := waitResults().Of(tt.id, "wait").Bugs()
		assert.Equal(t, slices.Contains(first, string(Exclusive)), second[fooled], "%s: freeze", tt.id)
		assert.Equal(t, slices.Contains(first, below), second[putOnZero], "%s: put on zero", tt.id)
		assert.Equal(t, len(first) > 0, len(second) > 0, tt.id)
	}
}
