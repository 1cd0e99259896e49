package refcount

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// What is known of each kernel, and bugs that the search must find in it.
func TestKnownVerdicts(t *testing.T) {
	const (
		obligation = "double obligation"
		twice      = "double free"
		chain      = "BUG_ON(page->pte.chain != NULL in __free_pages_ok)"
		bogus      = "BUG_ON(page_count(page) != 0 in __page_cache_release)"
		isolated   = "bad page state (free of a page on a list)"
		notLRU     = "BUG_ON(!PageLRU(page) in __page_cache_release)"
	)
	for _, tt := range []struct {
		id   string
		bugs []string
	}{
		{"A0", []string{obligation, twice, chain, bogus, "livelock"}},
		{"A1", []string{obligation, twice, chain, bogus, "livelock"}},
		{"P0", []string{"count below zero", "leak (count below zero)"}},
		{"P1", []string{notLRU, isolated, twice}},
		{"P2", []string{isolated, twice}},
		{"P3", []string{obligation, twice, chain, bogus}},
		{"P4", []string{obligation, twice, chain, "livelock"}},
		{"B2", []string{twice, isolated}},
		{"B3", []string{twice}},
		{"B6", []string{twice, "leak"}},
		{"Cx", []string{"BUG_ON(page_count(page) != 0 in __free_pages_ok)", "BUG_ON(!PageLRU(page) in shrink_cache)"}},
		{"G", []string{"bad page state (free with count != 0)", twice}},
		{"AC", []string{obligation, twice}},
		{"Hx", []string{"list corruption (list_del of an unlinked page)"}},
	} {
		assert.Subset(t, results().Of(tt.id).Bugs(), tt.bugs, tt.id)
	}
}

// Kernels with one defect show that one and no other.
func TestSingleDefects(t *testing.T) {
	for id, bug := range map[string]vm.Bug{
		"A1b": {Kind: vm.BugOn, Detail: "page_count(page) != 0 in __page_cache_release"},
		"A1c": {Kind: vm.Livelock},
		"B1":  {Kind: vm.Leak},
		"B5x": {Kind: vm.Leak},
	} {
		assert.Equal(t, []string{bug.Name()}, results().Of(id).Bugs(), id)
	}
}

// The least number of preemptions with which a bug shows: the switch in window
// 1 is enough for the double free; a third thread costs another. PG_lru at the
// free costs a third one in P1 and P2, because the scan that has put the page
// back goes round for ever and must be left while it could run.
func TestFewestPreemptions(t *testing.T) {
	const (
		twice = "double free"
		chain = "BUG_ON(page->pte.chain != NULL in __free_pages_ok)"
		isLRU = "BUG_ON(PageLRU(page) in __free_pages_ok)"
		count = "BUG_ON(page_count(page) != 0 in __free_pages_ok)"
	)
	for _, tt := range []struct {
		id, bug string
		n       int
	}{
		{"A0", twice, 1}, {"A1", twice, 1}, {"P1", twice, 1}, {"P2", twice, 1}, {"B2", twice, 1}, {"B3", twice, 1}, {"B6", twice, 1},
		{"A1", chain, 2}, {"B2", isLRU, 2}, {"P1", isLRU, 3}, {"P2", isLRU, 3},
		{"A1", count, 3}, {"P1", count, 3}, {"P2", count, 3},
		{"G", twice, 1}, {"AC", twice, 1},
	} {
		f, ok := results().Of(tt.id).Find(tt.bug)
		require.True(t, ok, "%s: no %s", tt.id, tt.bug)
		assert.Equal(t, tt.n, f.Preemptions, "%s: %s", tt.id, tt.bug)
	}
}

// A pagevec whose drain makes the last put changes no verdict.
func TestDrainIsAsItsBase(t *testing.T) {
	for _, id := range []string{"A0", "A1", "P1", "P2", "P3", "P4", "B2", "B3", "B4", "B5", "B6", "C", "E", "F1", "F2", "H", "A1b", "A1c"} {
		shrink, drain := results().Of(id, "shrink").Bugs(), results().Of(id, "drain").Bugs()
		assert.Equal(t, len(shrink) > 0, len(drain) > 0, id)
	}
}

// Two scans against two releasers and the allocator, on four CPUs.
func TestFixedKernelsWithMoreThreads(t *testing.T) {
	boot := vm.Boot[State]{Programs: [][]uint8{{opRefill, opRefill}, {opRefill, opShrink}, {opPut0}, {opVec0, opFault}}, Init: func(s *State, p vm.Patch) {
		initActive(s, p)
		s.own(0)
	}}
	for _, id := range []string{"C", "E", "F2"} {
		m := machine(t, id)
		v := fuzz.Explore(m, &boot, &vm.Workload{Programs: boot.Programs}, fuzz.Options{})
		assert.Equal(t, fuzz.NoBug, v.Outcome, "%s: %s", id, v)
	}
}

// No count of a dead page is seen outside the LRU lock, and that is why
// page_cache_get_lru must be called under it.
func TestDeadPagesStayDead(t *testing.T) {
	for id, want := range map[string]bool{"C": false, "E": false, "F1": false, "F2": false, "Cx": true} {
		met := racetest.Meets(machine(t, id), func(st step) bool {
			s := st.After
			return s.LRU.Free() && s.anyPage(func(p int) bool { return s.Page[p].Life.Owed() > 0 && s.count(p) != 0 })
		})
		assert.Equal(t, want, met, id)
	}
}

// add_to_swap may fail, and the release that follows may be the last one, made
// without the LRU lock while the page is on a list. The other gets of that scan
// are guarded, so that nothing comes of it: the race of 2.5.31 is in the wait for
// writeback, and that is the one of 2.4.
func TestAddToSwapFailure(t *testing.T) {
	last := racetest.Meets(machine(t, "AC"), func(st step) bool {
		s, cpu := st.After, &st.Before.CPU[st.CPU]
		under := cpu.Depth() > 1 && cpu.At(cpu.Depth()-2) == vm.At{Func: fnShrinkRMap, Line: rmpAnonPut + 1}
		return under && st.At == (vm.At{Func: fnPut, Line: putFree}) && s.count(1) == 0 && s.Page[1].Flags.Has(lru) && s.LRU.Free()
	})
	assert.True(t, last, "the release after add_to_swap failed is never the last one")
	for _, r := range append(results().Of("AC"), results().Of("G")...) {
		assert.Equal(t, r.Boot == "writeback", len(r.Short.Finds) > 0, r.Boot)
	}
}
