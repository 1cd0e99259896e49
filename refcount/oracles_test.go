package refcount

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// Every oracle fires: in a racy kernel, in a fixed one without a line, or in an
// initial state that is wrong from the start.
func TestEveryOracleFires(t *testing.T) {
	put := [][]uint8{{opPut0}}
	bad := func(name string, init func(s *State)) *vm.Boot[State] {
		return &vm.Boot[State]{Name: name, Programs: put, Init: func(s *State, p vm.Patch) {
			s.begin(p)
			s.own(0)
			init(s)
		}}
	}
	for _, tt := range []struct {
		oracle string
		id     string
		drop   []vm.At
		boot   *vm.Boot[State]
		bug    string
	}{
		{"two obligations", "A0", nil, &boots[bootShrink], "double obligation"},
		{"free of a free page", "A0", nil, &boots[bootShrink], "double free"},
		{"free of an owned generation", "P0", nil, &boots[bootFault], "use after free (free of a page with a new owner)"},
		{"get of an owned generation", "P1", nil, &boots[bootFault], "use after free (get of a page with a new owner)"},
		{"put of an owned generation", "P1", nil, &boots[bootFault], "use after free (put of a page with a new owner)"},

		{"free with PG_lru", "P2", nil, &boots[bootShrink], "BUG_ON(PageLRU(page) in __free_pages_ok)"},
		{"free with PG_private", "F2", nil, bad("private", func(s *State) { s.Page[0].Flags |= private }), "BUG_ON(PagePrivate(page) in __free_pages_ok)"},
		{"free with a mapping", "F2", []vm.At{{Func: fnShrinkList, Line: lstRemove}}, &boots[bootReclaim], "BUG_ON(page->mapping != NULL in __free_pages_ok)"},
		{"free while locked", "P2", nil, &boots[bootShrink], "BUG_ON(PageLocked(page) in __free_pages_ok)"},
		{"free with PG_active", "F2", []vm.At{{Func: fnPagevecRelease, Line: vecNr}}, &boots[bootScanners], "BUG_ON(PageActive(page) in __free_pages_ok)"},
		{"free with PG_writeback", "F2", nil, bad("writeback", func(s *State) { s.Page[0].Flags |= writeback }), "BUG_ON(PageWriteback(page) in __free_pages_ok)"},
		{"free while mapped", "A1", nil, &boots[bootFault], "BUG_ON(page->pte.chain != NULL in __free_pages_ok)"},
		{"free with a count", "A1", nil, &boots[bootFault], "BUG_ON(page_count(page) != 0 in __free_pages_ok)"},
		{"free with a count, 2.4", "G", nil, &boots[bootWriteback], "bad page state (free with count != 0)"},
		{"free while linked", "P2", nil, &boots[bootShrink], "bad page state (free of a page on a list)"},
		{"allocation of a page that is in use", "P1", nil, &boots[bootFault], "BUG_ON(prep_new_page: bad flags)"},

		{"put on a count of zero", "P0", nil, &boots[bootShrink], "count below zero"},
		{"put on a biased count of zero", "C", []vm.At{{Func: fnShrink, Line: shrGetLRU}}, &boots[bootShrink], "count below zero"},
		{"quiet put on a count of zero", "F2", []vm.At{{Func: fnZap, Line: zapCount}}, &vm.Boot[State]{Programs: [][]uint8{{opZap1}}, Init: func(s *State, p vm.Patch) {
			initWriteback(s, p)
			s.Page[1].Flags.Clear(&vm.Exec{}, writeback)
			s.Page[1].Count -= 2
		}}, "count below zero"},
		{"get on a count of zero without the lock", "B2", nil, &boots[bootFault], "count raised from zero"},

		{"list_del of an unlinked page", "Hx", nil, &boots[bootDrain], "list corruption (list_del of an unlinked page)"},
		{"list_add of a linked page", "F2", []vm.At{{Func: fnShrink, Line: shrDel}}, &boots[bootShrink], "list corruption (list_add of a linked page)"},
		{"PG_lru off the lists", "Hx", nil, &boots[bootDrain], "list corruption (PG_lru off the lists)"},
		{"on a list without PG_lru", "Hx", nil, &boots[bootDrain], "list corruption (on a list without PG_lru)"},
		{"set PG_lru twice", "F2", []vm.At{{Func: fnShrink, Line: shrClear}}, &boots[bootShrink], "BUG_ON(PageLRU(page) in shrink_cache)"},
		{"clear PG_lru twice", "Hx", nil, &boots[bootDrain], "BUG_ON(!PageLRU(page) in shrink_cache)"},

		{"leak of a page nobody frees", "B1", nil, &boots[bootFour], "leak"},
		{"leak of a page with a count below zero", "P0", nil, &boots[bootShrink], "leak (count below zero)"},
		{"leak of a reference", "F2", []vm.At{{Func: fnShrink, Line: shrRelease}}, &boots[bootShrink], "leak (references without an owner)"},
		{"more owners than references", "F2", []vm.At{{Func: fnAnon, Line: anonGet}}, &boots[bootFault], "count without owner (fewer references than owners)"},

		{"progress", "A1c", nil, &boots[bootShrink], "livelock"},
		{"progress of anybody", "F2", []vm.At{{Func: fnRelease, Line: relUnlock}}, &boots[bootShrink], "deadlock"},
		{"nr_active", "F2", []vm.At{{Func: fnPagevecRelease, Line: vecNr}}, &boots[bootScanners], "wrong accounting (nr_active)"},
		{"nr_inactive", "F2", []vm.At{{Func: fnRelease, Line: relNr}}, &boots[bootShrink], "wrong accounting (nr_inactive)"},

		{"data of a dirty page", "F2", []vm.At{{Func: fnShrinkList, Line: lstDirty}}, &boots[bootReclaim], "lost data"},
		{"unlock of a lock not held", "F2", []vm.At{{Func: fnShrink, Line: shrLock}}, &boots[bootShrink], "unlock by a non-owner (spinlock)"},
		{"unlock of a page not locked", "F2", []vm.At{{Func: fnZap, Line: zapTryLock}}, swapped, "unlock by a non-owner (page lock)"},
		{"recursion", "F2", []vm.At{{Func: fnShrink, Line: shrUnlock}}, &boots[bootShrink], "lock recursion (spinlock)"},
		{"lock at rest", "F2", []vm.At{{Func: fnShrink, Line: shrUnlock2}}, &boots[bootShrink], "lock held at rest"},
		{"sleep under a spinlock", "Gz", []vm.At{{Func: fnShrink24, Line: s24Unlock}}, &boots[bootWriteback], "sleep in atomic context"},
	} {
		assert.Contains(t, racetest.Shown(t, machine(t, tt.id, tt.drop...), tt.boot), tt.bug, "%s: %s", tt.oracle, tt.id)
	}
}

// swapped has a page in the swap cache that is mapped once.
var swapped = &vm.Boot[State]{Programs: [][]uint8{{opZap1}}, Init: func(s *State, p vm.Patch) {
	s.begin(p)
	s.mapped(1)
	s.cached(1, swapCache)
	s.onLRU(1, 0)
}}

// A fixed kernel is quiet in the initial states of the table above that are
// sound.
func TestSoundStateIsQuiet(t *testing.T) {
	for _, id := range []string{"B4", "B5", "C", "E", "F1", "F2", "I511"} {
		assert.Empty(t, racetest.Shown(t, machine(t, id), swapped), id)
	}
}

// The canary: a kernel that claims to be fixed and is not. The test of fixed
// kernels must not let it pass, nor the test of lines a line that matters.
func TestCanary(t *testing.T) {
	assert.NotEmpty(t, racetest.Shown(t, machine(t, "2.5.31-bk7")), "a racy kernel passes as fixed")

	at := vm.At{Func: fnShrink, Line: shrUnless}
	assert.False(t, slices.ContainsFunc(PageRelease.Spare, func(sp vm.Spare) bool { return sp.Covers("2.6.17", at) }))
	assert.NotEmpty(t, racetest.Shown(t, machine(t, "2.6.17", at)), "get_page_unless_zero can be dropped")
}

// A pagevec and a handle tell a page from its next generation.
func TestHandles(t *testing.T) {
	var s State
	s.begin(0)
	old := s.pointer(2)
	s.Page[2].Life.Take(&vm.Exec{}, 2)
	now := s.pointer(2)
	assert.True(t, s.stale(old))
	assert.False(t, s.stale(now))
	v := pagevec(0).add(old).add(now&^15 | 3)
	assert.Equal(t, []any{2, 3}, []any{v.first().page(), v.without(v.first()).first().page()})
	assert.Equal(t, old, v.first())
	assert.Equal(t, "{2 3}", fmt.Sprint(v))
}
