package objrmap

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
)

func TestTableVerdicts(t *testing.T) { racetest.Verdicts(t, &PageTables) }
func TestTableBugs(t *testing.T)     { racetest.Bugs(t, racetest.Search(&PageTables)) }
func TestTableDropped(t *testing.T)  { racetest.Dropped(t, &PageTables, racetest.Mutants(&PageTables)) }
func TestTableLines(t *testing.T)    { racetest.Lines(t, &PageTables) }

// TestTableQuiet has what looks wrong and is right with a lock for each vma, as
// long as pmd entries keep the lock of the mm and rss is atomic.
func TestTableQuiet(t *testing.T) {
	const kernel = "per-vma-pmd-rss"
	t.Run("two CPUs are in one page-table page, each under the lock of its vma", func(t *testing.T) {
		require.True(t, reaches(t, &PageTables, kernel, "munmap", func(s *TableState) bool {
			return s.Lock[0].HeldBy(0) && s.Lock[1].HeldBy(1) && s.PMD != 0
		}))
	})
	t.Run("two faults allocate, and one of them for nothing", func(t *testing.T) {
		require.True(t, reaches(t, &PageTables, kernel, "faults", func(s *TableState) bool {
			return at(&s.CPU[0], fnPteAlloc, paFree) && s.PMD != 0
		}))
	})
	t.Run("a vma that has grown covers the other one's pte with its lock", func(t *testing.T) {
		require.True(t, reaches(t, &PageTables, kernel, "merge", func(s *TableState) bool {
			return at(&s.CPU[1], fnTableReclaim, trClear) && s.CPU[1].Locals(0).vma == 1 && s.Lock[0].HeldBy(1) && !s.Lock[1].HeldBy(1)
		}))
	})
}
