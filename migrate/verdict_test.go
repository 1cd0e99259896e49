package migrate

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

var (
	migrateResults = sync.OnceValue(func() racetest.Results { return racetest.Search(&Migrate) })
	waitResults    = sync.OnceValue(func() racetest.Results { return racetest.Search(&Wait) })
)

func TestMigrateVerdicts(t *testing.T) { racetest.Verdicts(t, &Migrate) }
func TestMigrateBugs(t *testing.T)     { racetest.Bugs(t, migrateResults()) }
func TestMigrateDropped(t *testing.T)  { racetest.Dropped(t, &Migrate, racetest.Mutants(&Migrate)) }
func TestWaitVerdicts(t *testing.T)    { racetest.Verdicts(t, &Wait) }
func TestWaitBugs(t *testing.T)        { racetest.Bugs(t, waitResults()) }
func TestWaitDropped(t *testing.T)     { racetest.Dropped(t, &Wait, racetest.Mutants(&Wait)) }

// Fair is a bound of TestStarvation, and no kernel's.
func TestLines(t *testing.T) {
	fair := Wait
	fair.Kernels = append(slices.Clone(Wait.Kernels), vm.Kernel{Name: "4.20-fair", Patches: kernel420.Patches | Fair})
	racetest.Lines(t, &Migrate, &fair)
}

// What makes 4.20 a kernel with a bug takes waiters.
func TestMigrateAloneIsSafeIn420(t *testing.T) {
	assert.Empty(t, racetest.Shown(t, vm.New(&Migrate, kernel420, vm.SMP)))
}

// fewest is the least number of preemptions with which a bug shows; -1 if it
// does not show.
func fewest(rs racetest.Results, id, boot, bug string) int {
	f, ok := rs.Of(id, boot).Find(bug)
	if !ok {
		return -1
	}
	return f.Preemptions
}

const (
	crash = "BUG_ON(page_ref_count(page) == 0)"
	below = "count below zero"
)

// The reported crash, and what it takes.
func TestPrivateWithoutAReference(t *testing.T) {
	assert.Equal(t, 3, fewest(waitResults(), "I1", "wait", crash), "the crash in put_and_wait_on_page_locked")
	assert.Equal(t, 2, fewest(migrateResults(), "I1", "read", crash), "the crash in generic_file_buffered_read")
	assert.Equal(t, 1, fewest(waitResults(), "I1h", "wait", string(Exclusive)), "waiters with a reference: no crash, but the freeze is wrong")
	assert.Equal(t, 3, fewest(waitResults(), "I1n", "wait", "leak (references without an owner)"), "without CONFIG_DEBUG_VM the old page leaks")
	assert.Equal(t, 0, fewest(waitResults(), "I1a", "alone", "livelock (migration fails with nobody in the way)"))
	assert.Equal(t, 0, fewest(waitResults(), "I1a", "alone", "PG_private without a reference"))
}

// A waiter with a reference hides the crash from one pass of migration only: a
// waiter that is late in putting it hits the freeze of the next pass.
func TestHoldingWaitersCrashInTheNextPass(t *testing.T) {
	assert.Equal(t, -1, fewest(waitResults(), "I1h", "wait", below), "one pass")
	assert.Equal(t, 4, fewest(waitResults(), "I1h", "retry", below), "two passes")
}

// Reclaim works on the reference, too: a dirty page whose PG_private has none is
// never written.
func TestReclaimNeedsTheReference(t *testing.T) {
	assert.Equal(t, 0, fewest(migrateResults(), "I1a", "alone", "livelock (reclaim fails with nobody in the way)"))
}

// Waiters without a reference need reclaim to wake them.
func TestQuietReclaimLosesWaiters(t *testing.T) {
	assert.Equal(t, 3, fewest(migrateResults(), "D0", "reclaim", "deadlock"))
}

// The reported crash; and 4.20 with two passes, which contradicts the belief
// that waiters with a reference are harmless.
func TestDiagrams(t *testing.T) {
	racetest.Golden(t, "put_and_wait.txt", racetest.Diagram(t, &Wait, "I1", "wait", crash))
	racetest.Golden(t, "next_pass.txt", racetest.Diagram(t, &Wait, "I1h", "retry", below))
}
