package migrate

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// A result is what the search by preemptions says of a kernel in one boot state.
type result struct {
	class  *class
	kernel vm.Kernel
	boot   string
	v      *fuzz.Verdict
}

// results are those of every kernel of both classes in every boot state that
// fits it. 4.20 is added to the first class: what makes it a kernel with a bug
// is found by the second one only.
var results = sync.OnceValue(func() []result {
	var out []result
	for _, c := range classes {
		kernels := c.Kernels
		if c == &Migrate {
			kernels = append([]vm.Kernel{kernel420}, kernels...)
		}
		for _, k := range kernels {
			for i := range c.Boots {
				if b := &c.Boots[i]; b.Fits(k.Patches) {
					out = append(out, result{c, k, b.Name, explore(c, k, b, fuzz.Options{All: true, Preemptions: true})})
				}
			}
		}
	}
	return out
})

func resultOf(t *testing.T, c *class, id, boot string) *fuzz.Verdict {
	t.Helper()
	for _, r := range results() {
		if r.class == c && r.kernel.ID == id && r.boot == boot {
			return r.v
		}
	}
	require.Fail(t, "no such result", "%s %s %s", c.Name, id, boot)
	return nil
}

// fewest is the least number of preemptions with which a bug shows, and the
// number of lines then; -1 if it does not show.
func fewest(t *testing.T, c *class, id, boot, bug string) (preemptions, lines int) {
	t.Helper()
	f, ok := resultOf(t, c, id, boot).Find(bug)
	if !ok {
		return -1, -1
	}
	return f.Preemptions, len(f.Moves)
}

func TestVerdicts(t *testing.T) {
	var b strings.Builder
	last := ""
	for _, r := range results() {
		require.Empty(t, r.v.Limit)
		if name := r.class.Name + " " + r.kernel.Name; name != last {
			last = name
			fmt.Fprintf(&b, "%s: %s (%s)  %s\n", r.class.Name, r.kernel.Name, r.kernel.ID, r.kernel.About)
		}
		if len(r.v.Finds) == 0 {
			fmt.Fprintf(&b, "    %-9s %7d states  no bug\n", r.boot, r.v.States)
		}
		for i, f := range r.v.Finds {
			boot, states := "", "              "
			if i == 0 {
				boot, states = r.boot, fmt.Sprintf("%7d states", r.v.States)
			}
			fmt.Fprintf(&b, "    %-9s %s  %3d lines  %d preemptions  %s\n", boot, states, len(f.Moves), f.Preemptions, f.Bug.Name())
		}
	}
	racetest.Golden(t, "verdicts.txt", b.String())
}

func TestRacyKernelsAreCaughtAndFixedOnesAreNot(t *testing.T) {
	for _, c := range classes {
		for _, k := range c.Kernels {
			found := false
			for _, r := range results() {
				found = found || r.class == c && r.kernel.Name == k.Name && r.v.Outcome == fuzz.Found
			}
			assert.Equal(t, !k.Fixed, found, "%s %s", c.Name, k.Name)
		}
	}
}

const (
	crash = "BUG_ON(page_ref_count(page) == 0)"
	below = "count below zero"
)

// The reported crash, and what it takes.
func TestPrivateWithoutAReference(t *testing.T) {
	p, _ := fewest(t, &Wait, "I1", "wait", crash)
	assert.Equal(t, 3, p, "the crash in put_and_wait_on_page_locked")
	p, _ = fewest(t, &Migrate, "I1", "read", crash)
	assert.Equal(t, 2, p, "the crash in generic_file_buffered_read")
	p, _ = fewest(t, &Wait, "I1h", "wait", string(Exclusive))
	assert.Equal(t, 1, p, "waiters with a reference: no crash, but the freeze is wrong")
	p, _ = fewest(t, &Wait, "I1n", "wait", "leak (references without an owner)")
	assert.Equal(t, 3, p, "without CONFIG_DEBUG_VM the old page leaks")
	p, _ = fewest(t, &Wait, "I1a", "alone", "livelock (migration fails with nobody in the way)")
	assert.Equal(t, 0, p)
	p, _ = fewest(t, &Wait, "I1a", "alone", "PG_private without a reference")
	assert.Equal(t, 0, p)
}

// A waiter with a reference hides the crash from one pass of migration only: a
// waiter that is late in putting it hits the freeze of the next pass.
func TestHoldingWaitersCrashInTheNextPass(t *testing.T) {
	p, _ := fewest(t, &Wait, "I1h", "wait", below)
	assert.Equal(t, -1, p, "one pass")
	p, _ = fewest(t, &Wait, "I1h", "retry", below)
	assert.Equal(t, 4, p, "two passes")
}

// Reclaim works on the reference, too: a dirty page whose PG_private has none is
// never written.
func TestReclaimNeedsTheReference(t *testing.T) {
	p, _ := fewest(t, &Migrate, "I1a", "alone", "livelock (reclaim fails with nobody in the way)")
	assert.Equal(t, 0, p)
}

// Waiters without a reference need reclaim to wake them.
func TestQuietReclaimLosesWaiters(t *testing.T) {
	p, _ := fewest(t, &Migrate, "D0", "reclaim", "deadlock")
	assert.Equal(t, 3, p)
}

// The reported crash as a diagram.
func TestDiagram(t *testing.T) {
	k, b := kernelOf(t, &Wait, "I1"), bootOf(t, &Wait, "wait")
	f, ok := resultOf(t, &Wait, "I1", "wait").Find(crash)
	require.True(t, ok)
	tr := fuzz.Replay(vm.New(&Wait, k, vm.SMP), b, &vm.Workload{Programs: b.Programs}, f.Moves)
	racetest.Golden(t, "put_and_wait.txt", tr.Diagram()+"\n"+tr.Report(crash))
}

// 4.20 with two passes, as a diagram: what contradicts the belief that waiters
// with a reference are harmless.
func TestNextPassDiagram(t *testing.T) {
	k, b := kernelOf(t, &Wait, "I1h"), bootOf(t, &Wait, "retry")
	f, ok := resultOf(t, &Wait, "I1h", "retry").Find(below)
	require.True(t, ok)
	tr := fuzz.Replay(vm.New(&Wait, k, vm.SMP), b, &vm.Workload{Programs: b.Programs}, f.Moves)
	racetest.Golden(t, "next_pass.txt", tr.Diagram())
}
