package lrulock

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// A second model of mlock and munlock of one page that two address spaces map,
// written without package vm: each thread is a list of steps over one struct,
// and a search by recursion tries every order. What it does not need, page
// tables, references and mmap_sem, is not there.

type secondPage struct {
	lru, mlocked bool
	list         bool // linked on the inactive list
	poison       bool // page->lru holds poison, not a number
	n            int  // what was counted on top of pointers, poison or zero
	lruLock      int  // owner plus one
	pageLock     int
	want         [2]bool // VM_LOCKED
	pc           [2]int
	lost         [2]bool // isolate_lru_page has failed
}

// A step changes the page and returns where its thread goes on: the next step,
// at, or stuck.
type step func(s *secondPage, me int, accuse func(string)) int

const (
	next  = -1
	stuck = -2
)

func lock(word func(s *secondPage) *int) step {
	return func(s *secondPage, me int, _ func(string)) int {
		if *word(s) != 0 {
			return stuck
		}
		*word(s) = me + 1
		return next
	}
}

func unlock(word func(s *secondPage) *int) step {
	return func(s *secondPage, _ int, _ func(string)) int { *word(s) = 0; return next }
}

func lruWord(s *secondPage) *int  { return &s.lruLock }
func pageWord(s *secondPage) *int { return &s.pageLock }

func want(v bool) step {
	return func(s *secondPage, me int, _ func(string)) int { s.want[me] = v; return next }
}

func listDel(s *secondPage, _ int, accuse func(string)) int {
	switch {
	case !s.list:
		accuse("list corruption (list_del of an unlinked page)")
	case s.n != 0:
		accuse(damaged)
	}
	s.list, s.poison, s.n = false, true, 0
	return next
}

func listAdd(s *secondPage, _ int, accuse func(string)) int {
	switch {
	case s.list:
		accuse("list corruption (list_add of a linked page)")
	case s.n != 0:
		accuse(lost)
	}
	s.list, s.poison, s.n = true, false, 0
	return next
}

func setCount(n int) step {
	return func(s *secondPage, _ int, accuse func(string)) int {
		switch {
		case s.list:
			accuse(union)
			s.n = 7
			return next
		case s.poison && s.n != 0:
			accuse(reset)
		}
		s.poison, s.n = false, n
		return next
	}
}

func count(d int) step {
	return func(s *secondPage, _ int, accuse func(string)) int {
		if s.list {
			accuse(union)
		}
		s.n += d
		return next
	}
}

// decOr counts down and goes elsewhere unless that makes zero.
func decOr(at int) step {
	return func(s *secondPage, me int, accuse func(string)) int {
		count(-1)(s, me, accuse)
		if !s.list && !s.poison && s.n == 0 {
			return next
		}
		return at
	}
}

// testAndSet sets PG_mlocked, and goes elsewhere if it was set.
func testAndSet(at int) step {
	return func(s *secondPage, _ int, _ func(string)) int {
		was := s.mlocked
		s.mlocked = true
		if was {
			return at
		}
		return next
	}
}

func setMlocked(v bool) step {
	return func(s *secondPage, _ int, _ func(string)) int { s.mlocked = v; return next }
}

// mlockedOr goes elsewhere unless PG_mlocked is as expected.
func mlockedOr(v bool, at int) step {
	return func(s *secondPage, _ int, _ func(string)) int {
		if s.mlocked == v {
			return next
		}
		return at
	}
}

// clearLRU clears PG_lru, and goes elsewhere if it was clear.
func clearLRU(at int) step {
	return func(s *secondPage, _ int, _ func(string)) int {
		was := s.lru
		s.lru = false
		if was {
			return next
		}
		return at
	}
}

func setLRU(s *secondPage, _ int, accuse func(string)) int {
	if s.lru {
		accuse("BUG_ON(PageLRU(page) in munlock_page)")
	}
	s.lru = true
	return next
}

// check is the oracle of the lists, when the LRU lock is dropped.
func check(s *secondPage, me int, accuse func(string)) int {
	switch {
	case s.lru && !s.list:
		accuse("list corruption (PG_lru off the lists)")
	case !s.lru && s.list:
		accuse("list corruption (on a list without PG_lru)")
	}
	return unlock(lruWord)(s, me, accuse)
}

func isolateLost(s *secondPage, me int, _ func(string)) int { s.lost[me] = true; return next }

// lostOr goes elsewhere unless the isolation has succeeded.
func lostOr(at int) step {
	return func(s *secondPage, me int, _ func(string)) int {
		was := s.lost[me]
		s.lost[me] = false
		if was {
			return at
		}
		return next
	}
}

// The threads. Numbers are indices of steps of the same thread.
var (
	sketchMlockZero   = []step{want(true), testAndSet(7), lock(lruWord), clearLRU(5), listDel, setCount(0), check, count(1)}
	sketchMunlockZero = []step{want(false), decOr(7), setMlocked(false), lock(lruWord), setLRU, listAdd, check}
	lockMlock         = []step{want(true), lock(lruWord), testAndSet(6), clearLRU(5), listDel, setCount(0), count(1), check}
	lockMunlock       = []step{want(false), lock(lruWord), decOr(6), setMlocked(false), setLRU, listAdd, check}
	pigginMlock       = []step{want(true), lock(pageWord), mlockedOr(false, 11), lock(lruWord), clearLRU(7), listDel, check2(8), seq(isolateLost, check),
		lostOr(12), setMlocked(true), setCountEnd(12), count(1), unlock(pageWord)}
	pigginMunlock = []step{want(false), lock(pageWord), mlockedOr(true, 8), decOr(8), setMlocked(false), lock(lruWord), seq(setLRU, listAdd), check, unlock(pageWord)}
)

// check2 drops the LRU lock and goes elsewhere.
func check2(at int) step {
	return func(s *secondPage, me int, accuse func(string)) int { check(s, me, accuse); return at }
}

// setCountEnd sets the count to one and goes elsewhere.
func setCountEnd(at int) step {
	return func(s *secondPage, me int, accuse func(string)) int { setCount(1)(s, me, accuse); return at }
}

func seq(a, b step) step {
	return func(s *secondPage, me int, accuse func(string)) int { a(s, me, accuse); return b(s, me, accuse) }
}

// searchSecond returns the names of the bugs of two threads, sorted.
func searchSecond(start secondPage, exact bool, threads ...[]step) []string {
	bugs := map[string]bool{}
	seen := map[secondPage]bool{}
	var visit func(s secondPage)
	visit = func(s secondPage) {
		if seen[s] {
			return
		}
		seen[s] = true
		ran, over := false, true
		for me, steps := range threads {
			if s.pc[me] >= len(steps) {
				continue
			}
			over = false
			t, halted := s, false
			to := steps[s.pc[me]](&t, me, func(bug string) {
				bugs[bug] = true
				halted = halted || bug[:6] == "BUG_ON"
			})
			if to == stuck {
				continue
			}
			ran = true
			if t.pc[me] = to; to == next {
				t.pc[me] = s.pc[me] + 1
			}
			if !halted {
				visit(t)
			}
		}
		switch {
		case over:
			atRest(&s, exact, bugs)
		case !ran:
			bugs["deadlock"] = true
		}
	}
	visit(start)
	var names []string
	for b := range bugs {
		names = append(names, b)
	}
	slices.Sort(names)
	return names
}

func atRest(s *secondPage, exact bool, bugs map[string]bool) {
	lockers := 0
	for _, w := range s.want {
		if w {
			lockers++
		}
	}
	counts := !s.list && !s.poison
	switch {
	case lockers > 0 && exact && !(s.mlocked && !s.list):
		bugs[string(Evictable)] = true
	case lockers == 0 && (s.mlocked || !s.list):
		bugs[stranded] = true
	}
	switch {
	case !s.mlocked:
	case counts && s.n > lockers:
		bugs[string(Overcount)] = true
	case exact && (!counts || s.n != lockers):
		bugs[string(BadCount)] = true
	}
}

// The two models find the same bugs: of two mlockers, and of a munlocker against
// a mlocker, in racy kernels and in a fixed one.
func TestMlockSecondModelAgrees(t *testing.T) {
	shared := secondPage{lru: true, list: true}
	mlocked := secondPage{mlocked: true, n: 1, want: [2]bool{true, false}}
	for _, tt := range []struct {
		id      string
		exact   bool
		mlock   []step
		munlock []step
	}{
		{"B-M1", true, sketchMlockZero, sketchMunlockZero},
		{"B-M2", true, lockMlock, lockMunlock},
		{"B-M3", false, pigginMlock, pigginMunlock},
	} {
		for _, w := range []struct {
			boot   *vm.Boot[MlockState]
			second []string
		}{
			{&vm.Boot[MlockState]{Init: initShared, Programs: [][]uint8{{opMlock0}, {opMlock1}}}, searchSecond(shared, tt.exact, tt.mlock, tt.mlock)},
			{&vm.Boot[MlockState]{Init: initMlocked, Programs: [][]uint8{{opMunlock0}, {opMlock1}}}, searchSecond(mlocked, tt.exact, tt.munlock, tt.mlock)},
		} {
			first := racetest.Shown(t, mlockMachine(t, tt.id), w.boot)
			slices.Sort(first)
			assert.Equal(t, tt.id == "B-M1", slices.Contains(first, union), tt.id)
			assert.Equal(t, first, w.second, fmt.Sprint(tt.id, w.boot.Programs))
		}
	}
}
