package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// TestDiagrams draws the headline bugs.
func TestDiagrams(t *testing.T) {
	racetest.Golden(t, "detach.diagram.txt", diagram(t, &VMAList, "2.6.3-mjb2", "use after free (through mmap_cache)"))
	racetest.Golden(t, "replace.diagram.txt", diagram(t, &VMAList, "2.6.3-mjb2", "mlocked page (swapped out)"))
	racetest.Golden(t, "merge.diagram.txt", diagram(t, &VMAList, "2.6.4-mjb1", "use after free (in try_to_unmap_one)"))
	racetest.Golden(t, "swapoff.diagram.txt", diagram(t, &VMAList, "2.6.4-mjb1", string(MissedEntry)))
	racetest.Golden(t, "fork.diagram.txt", diagram(t, &VMAList, "2.6.4-rc2", "use after free (through mmap_cache)"))
	racetest.Golden(t, "fork-2.4.diagram.txt", diagram(t, &VMAList, "2.4.25", "use after free (through mmap_cache)"))
	racetest.Golden(t, "mlock.diagram.txt", diagram(t, &VMAList, "2.6.5-rc2-aa4", "deadlock"))
	racetest.Golden(t, "reserved.diagram.txt", diagram(t, &Reserved, "2.6.3-mjb2-hunk2", "reserved region unmapped (a private copy)"))
	racetest.Golden(t, "stack.diagram.txt", diagram(t, &ExpandStack, "2.6.7", string(Shrunk)))
	racetest.Golden(t, "tables.diagram.txt", diagram(t, &PageTables, "per-vma", "leak (page-table page)"))
}
