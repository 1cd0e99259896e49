package objrmap

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// structural are the workloads in which a writer of list and tree meets a reader
// who comes without mmap_sem. The others are about fork and about a lock order.
var structural = []string{"detach", "replace", "rotate", "merge", "link", "swapoff"}

// TestLaws asks the contract of every kernel of vma-list whether it is sound,
// before any run, and the search whether anything breaks: the answers must be the
// same. The golden file is the table of Dickins' mail.
func TestLaws(t *testing.T) {
	var out strings.Builder
	for _, k := range VMAList.Kernels {
		law := &laws[lawOf(k.Patches)]
		bugs, other := []string{}, []string{}
		for i := range VMAList.Boots {
			b := &VMAList.Boots[i]
			v := fuzz.Explore(vm.New(&VMAList, k, vm.SMP), b, racetest.Work(b), fuzz.Options{})
			if v.Outcome == fuzz.NoBug {
				continue
			}
			if contains(structural, b.Name) {
				bugs = append(bugs, b.Name)
			} else {
				other = append(other, b.Name)
			}
		}
		clashes := law.Clashes()
		require.Equal(t, len(clashes) == 0, len(bugs) == 0, "%s: contract and search disagree", k.Name)
		fmt.Fprintf(&out, "%s\n", k.Name)
		for _, c := range clashes {
			fmt.Fprintf(&out, "    unsound: %s\n", c.Text(law.Locks))
		}
		if len(clashes) == 0 {
			fmt.Fprintf(&out, "    sound\n")
		}
		fmt.Fprintf(&out, "    search of list and tree: %s\n", orNone(bugs))
		fmt.Fprintf(&out, "    search of the rest: %s\n", orNone(other))
	}
	racetest.Golden(t, "vma-list.contracts.txt", out.String())
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "no bug"
	}
	return "bugs in " + strings.Join(names, ", ")
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// TestBothLocks is Arcangeli's rule: if every writer has both locks, a reader may
// choose either, and a writer who lacks one is caught by one of the two readers.
func TestBothLocks(t *testing.T) {
	readers := laws[lawLinus].Structures[vmaTree].Readers
	require.Len(t, readers, 2)
	for hold, clashes := range map[vm.LockSet]int{writes | table: 0, writes: 1, table: 1, reads | table: 1, 0: 3} {
		c := vm.Contracts{Locks: lockNames, Structures: []vm.Contract{{Name: "tree", Readers: readers, Writers: []vm.Party{{Who: "writer", Hold: hold}}}}}
		require.Len(t, c.Clashes(), clashes, hold.Text(lockNames))
	}
}

// TestStackLaws: a sound contract is not enough. With page_table_lock every
// access to a stack's range excludes every other one, and still the decision to
// grow is older than the lock.
func TestStackLaws(t *testing.T) {
	for _, k := range ExpandStack.Kernels {
		clashes := stackLaws[stackLawOf(k.Patches)].Clashes()
		require.Equal(t, k.Name == "2.5.70-nolock", len(clashes) > 0, k.Name)
	}
	require.Contains(t, bugsOf(t, &ExpandStack, "2.6.5-rc2", "growers"), string(Shrunk))
}

// TestTableLaws: the contract alone refuses a page_table_lock for each vma, as
// long as two vmas share pmd entries and rss.
func TestTableLaws(t *testing.T) {
	for _, k := range PageTables.Kernels {
		clashes := tableLaws[tableLawOf(k.Patches)].Clashes()
		require.Equal(t, k.Fixed, len(clashes) == 0, k.Name)
	}
}
