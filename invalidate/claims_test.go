package invalidate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

const leaked = "leak (reclaim skips a mapped page without mapping)"

// Arcangeli's race, and that its pages are not freeable; the stricter kernel stops.
func TestMappedPageOutsideThePageCache(t *testing.T) {
	for _, boot := range []string{"cached", "mapped", "best-effort"} {
		assert.Contains(t, invalidateResults().Of("A-V0", boot).Bugs(), string(Dangling), boot)
		assert.Contains(t, invalidateResults().Of("A-V0", boot).Bugs(), string(NotUptodate), boot)
	}
	assert.Contains(t, invalidateResults().Of("A-V0", "mapped").Bugs(), leaked)
	assert.Contains(t, invalidateResults().Of("A-V0s", "cached").Bugs(), "BUG_ON(!page->mapping in page_add_file_rmap)")
	assert.Contains(t, invalidateResults().Of("A-V4n", "special").Bugs(), "BUG_ON(page_mapped(page) in __remove_from_page_cache)")
}

// PG_truncate closes the race for linear mappings; page->mapping does so, too,
// but a driver's page has none.
func TestPageFlagAndPageLock(t *testing.T) {
	assert.Empty(t, invalidateResults().Of("A-V3").Bugs())
	assert.Contains(t, invalidateResults().Of("A-V3n").Bugs(), string(Dangling))
	assert.Equal(t, []string{"livelock"}, invalidateResults().Of("A-V3x", "special").Bugs())
	assert.Empty(t, invalidateResults().Of("A-V3'").Bugs())
	assert.Contains(t, truncateResults().Of("A-V3h", "hole").Bugs(), string(Dangling))
}

// Morton's question: page_mapped does not help, page_count does, both are no
// better than page_count; the price is an invalidation that fails.
func TestChecksUnderTreeLock(t *testing.T) {
	assert.Contains(t, invalidateResults().Of("A-V1a").Bugs(), string(Dangling))
	assert.Empty(t, invalidateResults().Of("A-V1b").Bugs())
	assert.Empty(t, invalidateResults().Of("A-V1ab").Bugs())
	for _, boot := range []string{"cached", "mapped", "pagevec"} {
		assert.Equal(t, []string{string(Spurious)}, invalidateResults().Of("A-V1b-EIO", boot).Bugs(), boot)
	}
	assert.Contains(t, invalidateResults().Of("A-V1c", "cached").Bugs(), string(Dangling))
	assert.Empty(t, invalidateResults().Of("A-V1c", "best-effort").Bugs())
	assert.Contains(t, invalidateResults().Of("A-V1d", "best-effort").Bugs(), string(NotUptodate))
	assert.NotContains(t, invalidateResults().Of("A-V1d", "best-effort").Bugs(), string(Dangling))
}

// shrink_list is safe in every kernel, for it tests the count under the
// tree_lock; without the test it is not.
func TestReclaimIsSafe(t *testing.T) {
	for _, k := range Invalidate.Kernels {
		assert.NotContains(t, invalidateResults().Of(k.ID, "reclaim").Bugs(), string(Dangling), k.Name)
	}
	without := vm.New(&Invalidate, racetest.Kernel(t, &Invalidate, "A-V0"), vm.SMP, vm.At{Func: fnShrinkList, Line: shrCount})
	assert.Contains(t, racetest.Shown(t, without, racetest.Boot(t, &Invalidate, "reclaim")), string(Dangling))
}

// The 2.4 way keeps a page that is mapped in the page cache, at the price of old
// data and lost stores; but not a page that a fault has found and not yet mapped.
func TestThe24Way(t *testing.T) {
	assert.Equal(t, []string{string(Stale) + " (load)"}, invalidateResults().Of("A-V5", "mapped").Bugs())
	assert.Contains(t, invalidateResults().Of("A-V5", "dirty").Bugs(), string(LostStore)+" (overwritten by readpage)")
	assert.Contains(t, invalidateResults().Of("A-V5", "cached").Bugs(), string(Dangling))
	assert.NotContains(t, invalidateResults().Of("A-V5h").Bugs(), string(Dangling))
}

// headlines are the schedules that the mails tell of, each by its kernel, boot
// state and bug, with the fewest preemptions.
func TestDiagrams(t *testing.T) {
	var b strings.Builder
	for _, d := range []struct {
		c                 *class
		kernel, boot, bug string
	}{
		{&Invalidate, "2.6.16", "mapped", string(Dangling)},
		{&Invalidate, "2.6.16-page-mapped", "cached", string(Dangling)},
		{&Invalidate, "2.6.18-directory", "cached", string(Spurious)},
		{&Invalidate, "2.6.15-seqlock", "cached", string(Dangling)},
		{&Invalidate, "2.6.15-seqlock-zap2", "best-effort", string(Dangling)},
		{&Invalidate, "2.4.20", "cached", string(Dangling)},
		{&Truncate, "2.6.16-punch", "hole", string(Dangling)},
		{&Truncate, "2.6.16-pg-truncate-late", "copy", "bad page state (free of a locked page)"},
	} {
		fmt.Fprintf(&b, "%s, kernel %s, boot %s: %s\n\n%s\n", d.c.Name, d.kernel, d.boot, d.bug, racetest.Diagram(t, d.c, d.kernel, d.boot, d.bug))
	}
	racetest.Golden(t, "diagrams.txt", b.String())
}
