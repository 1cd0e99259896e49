package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// Every oracle of the class fires in a racy kernel, or in the fixed one with a
// line dropped.
func TestEveryOracleFires(t *testing.T) {
	fired := append(migrateResults().Bugs(), waitResults().Bugs()...)
	for _, tt := range []struct {
		c    *class
		drop vm.At
		boot string
	}{
		{&Migrate, vm.At{Func: fnMigrate, Line: migRemap}, "read"},
		{&Migrate, vm.At{Func: fnMigrate, Line: migRemap}, "gup"},
		{&Migrate, vm.At{Func: fnMigrate, Line: migUnlockNew}, "alone"},
		{&Migrate, vm.At{Func: fnMove, Line: movAnonMapping}, "moving"},
		{&Migrate, vm.At{Func: fnPut, Line: putFree}, "read"},
		{&Migrate, vm.At{Func: fnRemap, Line: rmpRmap}, "gup"},
		{&Migrate, vm.At{Func: fnTruncate, Line: trcPrivate}, "truncate"},
		{&Migrate, vm.At{Func: fnTruncate, Line: trcNull}, "truncate"},
		{&Migrate, vm.At{Func: fnTruncate, Line: trcUnlock}, "truncate"},
		{&Migrate, vm.At{Func: fnTruncate, Line: trcUnmap}, "truncate"},
		{&Migrate, vm.At{Func: fnTruncate, Line: trcSlot}, "truncate"},
		{&Migrate, vm.At{Func: fnShrink, Line: shrWrite}, "alone"},
		{&Migrate, vm.At{Func: fnShrink, Line: shrRedirty}, "reclaim"},
		{&Migrate, vm.At{Func: fnMove, Line: movDirty}, "gup"},
		{&Migrate, vm.At{Func: fnMigrate, Line: migUptodate}, "read"},
		{&Migrate, vm.At{Func: fnMigrate, Line: migMapping}, "read"},
		{&Migrate, vm.At{Func: fnMoveRef, Line: bySwap}, "moving"},
		{&Migrate, vm.At{Func: fnUnmap, Line: unmRmap}, "gup"},
		{&Migrate, vm.At{Func: fnPut, Line: putLRU}, "read"},
		{&Migrate, vm.At{Func: fnFind, Line: fndReload}, "read"},
		{&Wait, vm.At{Func: fnRemap, Line: rmpGet}, "wait2"},
		{&Wait, vm.At{Func: fnWait, Line: wtUnlock}, "wait"},
	} {
		m := vm.New(tt.c, kernel50, vm.SMP, tt.drop)
		fired = append(fired, racetest.Shown(t, m, racetest.Boot(t, tt.c, tt.boot))...)
	}
	assert.Subset(t, fired, []string{
		string(Exclusive),
		string(Private),
		string(vm.Unfrozen),
		string(vm.CountBelowZero),
		string(vm.RaisedFromZero),
		string(vm.DoubleFree),
		string(vm.Leak),
		string(vm.Deadlock),
		crash,
		"BUG_ON(page_count(page) != 0)",
		"count without owner (put of a reference that nobody has)",
		"count without owner (fewer references than owners)",
		"leak (references without an owner)",
		"leak (page off the LRU)",
		"leak (PG_private of a page without page->mapping)",
		"bad page state (free of a page that others use)",
		"bad page state (free with a count)",
		"bad page state (free in i_pages)",
		"bad page state (free while mapped)",
		"bad page state (free while locked)",
		"bad page state (free on the LRU)",
		"bad page state (free with PG_private)",
		"bad page state (free with a mapping)",
		"bad page state (mapped without page->mapping)",
		"bad page state (page_remove_rmap of a page that is not mapped)",
		"wrong content (stale)",
		"wrong content (lost store)",
		"wrong content (not up to date)",
		"wrong content (PG_dirty lost)",
		"wrong content (store into a shared anonymous page)",
		"wrong content (reclaim of a page that was not written)",
		"stray migration entry (unlock_page with migration entries)",
		"stray migration entry (at rest)",
		"use after free (look at a page without a reference)",
		"use after free (load)",
		"use after free (store)",
		"use after free (get_page)",
		"use after free (lock_page)",
		"use after free (page_add_rmap)",
		"wrong accounting (mapcount)",
		"wrong accounting (swap_map)",
		"lock held at rest (page lock)",
		"livelock (migration fails with nobody in the way)",
		"livelock (reclaim fails with nobody in the way)",
		starved,
	})
}
