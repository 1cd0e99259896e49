package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

// TestDiagrams draws the headline bugs.
func TestDiagrams(t *testing.T) {
	racetest.Golden(t, "detach.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.3-mjb2", "detach", "use after free (through mmap_cache)"))
	racetest.Golden(t, "replace.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.3-mjb2", "replace", "mlocked page (swapped out)"))
	racetest.Golden(t, "merge.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.4-mjb1", "merge", "use after free (in try_to_unmap_one)"))
	racetest.Golden(t, "swapoff.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.4-mjb1", "swapoff", string(MissedEntry)))
	racetest.Golden(t, "fork.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.4-rc2", "fork", "use after free (through mmap_cache)"))
	racetest.Golden(t, "fork-2.4.diagram.txt", racetest.Diagram(t, &VMAList, "2.4.25", "fork", "use after free (through mmap_cache)"))
	racetest.Golden(t, "mlock.diagram.txt", racetest.Diagram(t, &VMAList, "2.6.5-rc2-aa4", "mlock", "deadlock"))
	racetest.Golden(t, "reserved.diagram.txt", racetest.Diagram(t, &Reserved, "2.6.3-mjb2-hunk2", "private", "reserved region unmapped (a private copy)"))
	racetest.Golden(t, "stack.diagram.txt", racetest.Diagram(t, &ExpandStack, "2.6.7", "growers", string(Shrunk)))
	racetest.Golden(t, "tables.diagram.txt", racetest.Diagram(t, &PageTables, "per-vma", "faults", "leak (page-table page)"))
}
