package lrulock

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// A second model of a scan that takes a batch of two pages, against a user who
// drops the last reference to one of them. It is written without package vm: two
// threads, each a switch over its own steps, and a search by recursion.

type twoPages struct {
	count, owed, freed [2]int8
	lru                [2]bool
	list               [2]int8 // pages plus one, head first
	nr                 int8
	lock               int8 // owner plus one
	scan, user         secondThread
}

// A secondThread is where a thread is, and what it holds.
type secondThread struct {
	pc, page, left  int8
	private, vec    uint8 // sets of pages
	toFree          uint8
	held, back, end bool
}

func (s *twoPages) linked(p int8) bool { return s.list[0] == p+1 || s.list[1] == p+1 }

func (s *twoPages) unlink(p int8, accuse func(string)) {
	switch {
	case s.list[0] == p+1:
		s.list = [2]int8{s.list[1], 0}
	case s.list[1] == p+1:
		s.list[1] = 0
	default:
		accuse("list corruption (list_del of an unlinked page)")
	}
}

func (s *twoPages) link(p int8) { s.list = [2]int8{p + 1, s.list[0]} }

func (s *twoPages) tail() int8 {
	if s.list[1] != 0 {
		return s.list[1] - 1
	}
	return s.list[0] - 1
}

func (s *twoPages) release() {
	s.lock = 0
}

// check is what must hold when the lock is dropped.
func (s *twoPages) check(accuse func(string)) {
	n := int8(0)
	for p := range int8(2) {
		if s.linked(p) {
			n++
		}
		switch {
		case s.lru[p] && !s.linked(p):
			accuse("list corruption (PG_lru off the lists)")
		case !s.lru[p] && s.linked(p):
			accuse("list corruption (on a list without PG_lru)")
		}
		if s.owed[p] > 0 && s.count[p] > 0 {
			accuse(string(DeadVisible))
		}
	}
	if n != s.nr {
		accuse("wrong accounting (nr_inactive)")
	}
}

// put drops a reference; who makes the count zero owes the page.
func (s *twoPages) put(p int8, accuse func(string)) bool {
	if s.count[p] <= 0 {
		accuse("count below zero")
	}
	s.count[p]--
	if s.count[p] != 0 {
		return false
	}
	if s.owed[p] > 0 {
		accuse("double obligation")
	}
	s.owed[p] = min(s.owed[p]+1, 3)
	return true
}

func (s *twoPages) free(p int8, accuse func(string)) {
	switch {
	case s.lru[p]:
		accuse("BUG_ON(PageLRU(page) in __free_pages_ok)")
		return
	case s.count[p] != 0:
		accuse("BUG_ON(page_count(page) != 0 in __free_pages_ok)")
		return
	case s.linked(p):
		accuse("bad page state (free of a page on a list)")
	}
	if s.freed[p] > 0 {
		accuse("double free")
	}
	s.owed[p] = max(0, s.owed[p]-1)
	s.freed[p] = min(s.freed[p]+1, 3)
}

func first(set uint8) int8 {
	if set&1 != 0 {
		return 0
	}
	return 1
}

// stepUser is page_cache_release of page 0, one step of it.
func (s *twoPages) stepUser(fixed bool, accuse func(string)) bool {
	t := &s.user
	t.pc++
	switch t.pc - 1 {
	case 0:
		t.end = !s.put(0, accuse)
	case 1:
		if fixed && !s.lru[0] { // the peek; the older kernels go on
			t.pc = 7
		}
	case 2:
		if s.lock != 0 {
			t.pc--
			return false
		}
		s.lock = 2
	case 3:
		if !s.lru[0] {
			t.pc = 5
		}
		s.lru[0] = false
	case 4:
		s.unlink(0, accuse)
		s.nr--
	case 5:
		if !fixed && s.count[0] != 0 {
			s.owed[0]--
			t.back = true
		}
	case 6:
		s.check(accuse)
		s.release()
	case 7:
		if !t.back {
			s.free(0, accuse)
		}
		t.end = true
	}
	return true
}

// stepScan is shrink_cache(2), one step of it.
func (s *twoPages) stepScan(fixed bool, accuse func(string)) bool {
	t := &s.scan
	t.pc++
	switch t.pc - 1 {
	case 0, 10, 20:
		if s.lock != 0 {
			t.pc--
			return false
		}
		s.lock = 1
	case 1:
		t.page = s.tail()
		if t.page < 0 || t.left == 0 {
			t.pc = 9
		}
	case 2:
		if fixed {
			if s.count[t.page] == 0 {
				s.unlink(t.page, accuse)
				s.link(t.page)
				t.left--
				t.pc = 1
			} else {
				s.count[t.page]++
			}
		}
	case 3:
		if !s.lru[t.page] {
			accuse("BUG_ON(!PageLRU(page) in isolate_lru_pages)")
		}
		s.lru[t.page] = false
	case 4:
		s.unlink(t.page, accuse)
	case 5:
		if fixed || s.count[t.page] != 0 {
			t.pc = 7
		}
	case 6: // a dead page goes back, and is not counted
		s.lru[t.page] = true
		s.link(t.page)
		t.pc = 1
	case 7:
		if !fixed {
			s.count[t.page]++
		}
	case 8:
		s.nr--
		t.private |= 1 << t.page
		t.left--
		t.pc = 1
	case 9:
		s.check(accuse)
		s.release()
		t.end = t.private == 0
	case 11:
		if t.private == 0 {
			t.pc = 14
			break
		}
		t.page = first(t.private)
		t.private &^= 1 << t.page
	case 12:
		s.lru[t.page] = true
		s.link(t.page)
		s.nr++
	case 13:
		t.vec |= 1 << t.page
		t.pc = 11
	case 14:
		s.check(accuse)
		s.release()
	case 15: // __pagevec_release
		if t.vec == 0 {
			t.pc = 25
			break
		}
		t.page = first(t.vec)
		t.vec &^= 1 << t.page
		if !s.put(t.page, accuse) {
			t.pc = 15
		}
	case 16:
		if fixed && !s.lru[t.page] {
			t.pc = 24
		}
	case 17:
		t.pc = 20
		if t.held {
			t.pc = 21
		}
	case 21:
		t.held = true
		if !s.lru[t.page] {
			t.pc = 23
		}
		s.lru[t.page] = false
	case 22:
		s.unlink(t.page, accuse)
		s.nr--
	case 23:
		if !fixed && s.count[t.page] != 0 {
			s.owed[t.page]--
			t.pc = 15
		}
	case 24:
		t.toFree |= 1 << t.page
		t.pc = 15
	case 25:
		if t.held {
			s.check(accuse)
			s.release()
			t.held = false
		}
	case 26:
		if t.toFree == 0 {
			t.end = true
			break
		}
		s.free(first(t.toFree), accuse)
		t.toFree &^= 1 << first(t.toFree)
		t.pc = 26
		t.end = t.toFree == 0
	}
	return true
}

// searchTwoPages returns the names of the bugs, sorted.
func searchTwoPages(fixed bool) []string {
	start := twoPages{count: [2]int8{1, 1}, lru: [2]bool{true, true}, list: [2]int8{2, 1}, nr: 2, scan: secondThread{left: 2}}
	bugs := map[string]bool{}
	edges := map[twoPages][]twoPages{}
	ends := map[twoPages]bool{}
	var visit func(s twoPages)
	visit = func(s twoPages) {
		if _, known := edges[s]; known {
			return
		}
		edges[s] = nil
		if s.scan.end && s.user.end {
			ends[s] = true
			for p := range 2 {
				if s.count[p] == 0 && s.freed[p] == 0 {
					bugs["leak"] = true
				}
			}
			return
		}
		for thread := range 2 {
			t, halted := s, false
			accuse := func(bug string) {
				bugs[bug] = true
				halted = halted || bug[:6] == "BUG_ON"
			}
			var ran bool
			switch {
			case thread == 0 && !s.scan.end:
				ran = t.stepScan(fixed, accuse)
			case thread == 1 && !s.user.end:
				ran = t.stepUser(fixed, accuse)
			}
			switch {
			case halted:
				ends[s] = true
			case ran:
				edges[s] = append(edges[s], t)
				visit(t)
			}
		}
	}
	visit(start)
	for changed := true; changed; {
		changed = false
		for from, tos := range edges {
			if !ends[from] && slices.ContainsFunc(tos, func(to twoPages) bool { return ends[to] }) {
				ends[from], changed = true, true
			}
		}
	}
	if len(ends) != len(edges) {
		bugs["livelock"] = true
	}
	var names []string
	for b := range bugs {
		names = append(names, b)
	}
	slices.Sort(names)
	return names
}

// The two models find the same bugs in 2.5.32 and none in 2.6.17.
func TestPagevecSecondModelAgrees(t *testing.T) {
	for id, fixed := range map[string]bool{"A1": false, "F2": true} {
		boot := Pagevec.Boots[0]
		boot.Programs = [][]uint8{{opShrink2}, {opPut0}}
		bugs := racetest.Shown(t, pagevecMachine(t, id), &boot)
		slices.Sort(bugs)
		assert.Equal(t, !fixed, slices.Contains(bugs, "double free"), id)
		assert.Equal(t, bugs, searchTwoPages(fixed), id)
	}
}
