package invalidate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

const leaked = "leak (reclaim skips a mapped page without mapping)"

// Arcangeli's race, and that its pages are not freeable; the stricter kernel stops.
func TestMappedPageOutsideThePageCache(t *testing.T) {
	for _, boot := range []string{"cached", "mapped", "best-effort"} {
		assert.Contains(t, bugs(t, "invalidate", "A-V0", boot), string(Dangling), boot)
		assert.Contains(t, bugs(t, "invalidate", "A-V0", boot), string(NotUptodate), boot)
	}
	assert.Contains(t, bugs(t, "invalidate", "A-V0", "mapped"), leaked)
	assert.Contains(t, bugs(t, "invalidate", "A-V0s", "cached"), "BUG_ON(!page->mapping in page_add_file_rmap)")
	assert.Contains(t, bugs(t, "invalidate", "A-V4n", "special"), "BUG_ON(page_mapped(page) in __remove_from_page_cache)")
}

// PG_truncate closes the race for linear mappings; page->mapping does so, too,
// but a driver's page has none.
func TestPageFlagAndPageLock(t *testing.T) {
	assert.Empty(t, bugs(t, "invalidate", "A-V3"))
	assert.Contains(t, bugs(t, "invalidate", "A-V3n"), string(Dangling))
	assert.Equal(t, []string{"livelock"}, bugs(t, "invalidate", "A-V3x", "special"))
	assert.Empty(t, bugs(t, "invalidate", "A-V3'"))
	assert.Contains(t, bugs(t, "truncate", "A-V3h", "hole"), string(Dangling))
}

// Morton's question: page_mapped does not help, page_count does, both are no
// better than page_count; the price is an invalidation that fails.
func TestChecksUnderTreeLock(t *testing.T) {
	assert.Contains(t, bugs(t, "invalidate", "A-V1a"), string(Dangling))
	assert.Empty(t, bugs(t, "invalidate", "A-V1b"))
	assert.Empty(t, bugs(t, "invalidate", "A-V1ab"))
	for _, boot := range []string{"cached", "mapped", "pagevec"} {
		assert.Equal(t, []string{string(Spurious)}, bugs(t, "invalidate", "A-V1b-EIO", boot), boot)
	}
	assert.Contains(t, bugs(t, "invalidate", "A-V1c", "cached"), string(Dangling))
	assert.Empty(t, bugs(t, "invalidate", "A-V1c", "best-effort"))
	assert.Contains(t, bugs(t, "invalidate", "A-V1d", "best-effort"), string(NotUptodate))
	assert.NotContains(t, bugs(t, "invalidate", "A-V1d", "best-effort"), string(Dangling))
}

// shrink_list is safe in every kernel, for it tests the count under the
// tree_lock; without the test it is not.
func TestReclaimIsSafe(t *testing.T) {
	for _, k := range Invalidate.Kernels {
		assert.NotContains(t, bugs(t, "invalidate", k.ID, "reclaim"), string(Dangling), k.Name)
	}
	i := slices.IndexFunc(Invalidate.Boots, func(b vm.Boot[State]) bool { return b.Name == "reclaim" })
	b := &Invalidate.Boots[i]
	k, _ := Invalidate.Kernel("A-V0")
	m := vm.New(&Invalidate, k, vm.SMP, vm.At{Func: fnShrinkList, Line: shrCount})
	v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
	_, found := v.Find(string(Dangling))
	assert.True(t, found)
}

// The 2.4 way keeps a page that is mapped in the page cache, at the price of old
// data and lost stores; but not a page that a fault has found and not yet mapped.
func TestThe24Way(t *testing.T) {
	assert.Equal(t, []string{string(Stale) + " (load)"}, bugs(t, "invalidate", "A-V5", "mapped"))
	assert.Contains(t, bugs(t, "invalidate", "A-V5", "dirty"), string(LostStore)+" (overwritten by readpage)")
	assert.Contains(t, bugs(t, "invalidate", "A-V5", "cached"), string(Dangling))
	assert.NotContains(t, bugs(t, "invalidate", "A-V5h"), string(Dangling))
}

// headlines are the schedules that the mails tell of, each by its kernel, boot
// state and bug, with the fewest preemptions.
func TestDiagrams(t *testing.T) {
	var b strings.Builder
	for _, d := range []struct{ race, kernel, boot, bug string }{
		{"invalidate", "2.6.16", "mapped", string(Dangling)},
		{"invalidate", "2.6.16-page-mapped", "cached", string(Dangling)},
		{"invalidate", "2.6.18-directory", "cached", string(Spurious)},
		{"invalidate", "2.6.15-seqlock", "cached", string(Dangling)},
		{"invalidate", "2.6.15-seqlock-zap2", "best-effort", string(Dangling)},
		{"invalidate", "2.4.20", "cached", string(Dangling)},
		{"truncate", "2.6.16-punch", "hole", string(Dangling)},
		{"truncate", "2.6.16-pg-truncate-late", "copy", "bad page state (free of a locked page)"},
	} {
		fmt.Fprintf(&b, "%s, kernel %s, boot %s: %s\n\n%s\n", d.race, d.kernel, d.boot, d.bug, diagram(t, d.race, d.kernel, d.boot, d.bug))
	}
	racetest.Golden(t, "diagrams.txt", b.String())
}

func diagram(t *testing.T, race, kernel, boot, bug string) string {
	t.Helper()
	c := classes[slices.IndexFunc(classes, func(c *class) bool { return c.Name == race })]
	i := slices.IndexFunc(c.Boots, func(b vm.Boot[State]) bool { return b.Name == boot })
	k, ok := c.Kernel(kernel)
	require.True(t, ok, kernel)
	m := vm.New(c, k, vm.SMP)
	w := &vm.Workload{Programs: c.Boots[i].Programs}
	v := fuzz.Explore(m, &c.Boots[i], w, fuzz.Options{Preemptions: true, Bug: bug})
	require.Equal(t, fuzz.Found, v.Outcome, "%s: %v", kernel, v)
	return fuzz.Replay(m, &c.Boots[i], w, v.Finds[0].Moves).Diagram()
}
