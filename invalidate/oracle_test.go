package invalidate

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// Every oracle fires: on a racy kernel, or on a fixed one without one of its lines.
func TestEveryOracleFires(t *testing.T) {
	fired := append(invalidateResults().Bugs(), truncateResults().Bugs()...)
	for _, m := range slices.Concat(invalidateMutants(), truncateMutants()) {
		if m.Bug != "" {
			fired = append(fired, m.Bug)
		}
	}
	for _, c := range classes {
		for _, k := range c.Kernels {
			for _, b := range brokenBoots(k) {
				fired = append(fired, racetest.Shown(t, vm.New(c, k, vm.SMP), &b)...)
			}
		}
	}
	assert.Subset(t, fired, oracles)
	for _, name := range fired {
		known := slices.Contains(oracles, name) || strings.HasPrefix(name, string(vm.Inversion))
		assert.True(t, known, "this bug is not in the list of oracles: %s", name)
	}
}

// oracles are the names of all bugs that the two races can show.
var oracles = []string{
	string(Dangling),
	string(NotUptodate),
	string(NotUptodate) + " (never read)",
	string(Stale) + " (load)",
	string(Stale) + " (read)",
	string(Stale) + " (left in the page cache)",
	string(LostStore) + " (the page has no mapping)",
	string(LostStore) + " (overwritten by readpage)",
	string(LostStore) + " (removed from the page cache)",
	string(LostStore) + " (a private copy)",
	string(LostStore) + " (a private copy in a shared vma)",
	string(LostStore) + " (the page is clean)",
	string(Spurious),
	string(Spurious) + " (nobody holds a reference)",
	string(BeyondEnd),
	"BUG_ON(!page->mapping in page_add_file_rmap)",
	"BUG_ON(page_mapped(page))",
	"BUG_ON(page_mapped(page) in __remove_from_page_cache)",
	"BUG_ON(NULL pointer to a page)",
	"bad page state (free with _mapcount)",
	"bad page state (free of a mapped page)",
	"bad page state (free of a page in the page cache)",
	"bad page state (free of a locked page)",
	"bad page state (free of a page under write-back)",
	"bad page state (free of a driver's page)",
	"bad page state (removed under write-back)",
	"bad page state (removed without the page lock)",
	"bad page state (page table entry cleared without its lock)",
	"list corruption (radix_tree_delete of another page)",
	"list corruption (radix_tree_insert over another page)",
	"list corruption (page_tree changed without tree_lock)",
	"leak (references without an owner)",
	"leak (reclaim skips a mapped page without mapping)",
	"count without owner (fewer references than owners)",
	"wrong accounting (writers)",
	"wrong accounting (_mapcount)",
	"lock held at rest (page)",
	"use after free",
	"count below zero",
	"count raised from zero",
	"livelock",
	"deadlock",
	"unlock by a non-owner (page lock)",
	"unlock by a non-owner (spinlock)",
	"unlock by a non-owner (rwlock)",
	"lock recursion (page lock)",
	"lock recursion (spinlock)",
	"lock recursion (rwlock)",
	"sleep in atomic context",
	"lock held at rest",
}

// brokenBoots are initial states that no kernel can be blamed for, to make
// oracles fire that a dropped line does not reach.
func brokenBoots(k vm.Kernel) []vm.Boot[State] {
	boot := func(program uint8, spoil func(s *State)) vm.Boot[State] {
		return vm.Boot[State]{
			Init:     func(s *State, p vm.Patch) { base(s, p); spoil(s) },
			Programs: [][]uint8{{program}},
		}
	}
	if k.ID != "A-V1b" {
		return nil
	}
	return []vm.Boot[State]{
		boot(opDirect, func(s *State) { s.Page[0].Count++ }),
		boot(opUnmapA, func(s *State) { s.mapIn(0, 0); s.mapIn(1, 0); s.Page[0].Mapcount = 0; s.Page[0].Count = 1 }),
		boot(opUnmapA, func(s *State) {
			s.mapIn(0, 0)
			s.Page[0].Count = 1
			s.Page[0].Flags |= writeback
			s.Page[0].Flags &^= mapping
			s.Tree = 0
		}),
		boot(opUnmapA, func(s *State) { s.mapIn(0, 0); s.Page[0].Count = 1 }),
		boot(opRead, func(s *State) { s.Floor = 2 }),
		boot(opRead, func(s *State) { s.Page[0].Count = 0 }),
		boot(opRead, func(s *State) { s.mapIn(0, 0); s.Page[0].Count = 1 }),
		boot(opRead, func(s *State) { s.Page[0].Flags |= writeback }),
	}
}

// The invariant of 2.6.11 that a mapped page is up to date: 2.4 breaks it by
// design, as the mail says of it.
func TestMappedPagesOf24AreNotUptodate(t *testing.T) {
	b := *racetest.Boot(t, &Invalidate, "mapped")
	b.Init = func(s *State, p vm.Patch) {
		bootMapped(s, p)
		s.Rules = 0
	}
	m := vm.New(&Invalidate, racetest.Kernel(t, &Invalidate, "A-V5h"), vm.SMP)
	require.Contains(t, racetest.Shown(t, m, &b), string(NotUptodate))
}
