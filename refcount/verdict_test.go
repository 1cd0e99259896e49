package refcount

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

// A finding is a distinct bug of a kernel in one boot state: the length of a
// shortest schedule to it, and the fewest preemptions with which it shows.
type finding struct {
	bug         vm.Bug
	lines       int
	preemptions int
}

// A result is what the search says of a kernel in one boot state. Findings are
// in the order in which shortest schedules meet them.
type result struct {
	kernel   vm.Kernel
	boot     string
	states   int
	findings []finding
}

// search explores every schedule of the kernel's workload in a boot state,
// once for the shortest and once for the least preempted ones.
func search(t *testing.T, k vm.Kernel, b *vm.Boot[State]) result {
	t.Helper()
	m := vm.New(&PageRelease, k, vm.SMP)
	w := &vm.Workload{Programs: b.Programs}
	short := fuzz.Explore(m, b, w, fuzz.Options{All: true})
	calm := fuzz.Explore(m, b, w, fuzz.Options{All: true, Preemptions: true})
	require.Empty(t, short.Limit)
	require.Empty(t, calm.Limit)
	r := result{kernel: k, boot: b.Name, states: short.States}
	for i := range short.Finds {
		f := &short.Finds[i]
		c, ok := calm.Find(f.Bug.Name())
		require.True(t, ok, "the search by preemptions misses %s", f.Bug.Name())
		r.findings = append(r.findings, finding{f.Bug, len(f.Moves), c.Preemptions})
	}
	require.Equal(t, len(short.Finds), len(calm.Finds), "the two searches find different bugs")
	return r
}

// results are those of every kernel in every boot state that fits it.
var results = sync.OnceValue(func() []result {
	var out []result
	t := &testing.T{}
	for _, k := range PageRelease.Kernels {
		for i := range PageRelease.Boots {
			if b := &PageRelease.Boots[i]; b.Fits(k.Patches) {
				out = append(out, search(t, k, b))
			}
		}
	}
	if t.Failed() {
		panic("refcount: the searches of the tests do not agree: run TestVerdicts alone")
	}
	return out
})

// of returns the results of one kernel.
func of(t *testing.T, id string) []result {
	t.Helper()
	var out []result
	for _, r := range results() {
		if r.kernel.ID == id {
			out = append(out, r)
		}
	}
	require.NotEmpty(t, out, "no kernel %s", id)
	return out
}

// fewest returns the least number of preemptions with which a kernel shows a
// bug in any boot state.
func fewest(rs []result, name string) (n int, ok bool) {
	for _, r := range rs {
		for _, f := range r.findings {
			if f.bug.Name() == name && (!ok || f.preemptions < n) {
				n, ok = f.preemptions, true
			}
		}
	}
	return n, ok
}

func TestVerdicts(t *testing.T) {
	var b strings.Builder
	last := ""
	for _, r := range results() {
		if r.kernel.Name != last {
			last = r.kernel.Name
			fmt.Fprintf(&b, "%s (%s)  %s\n", r.kernel.Name, r.kernel.ID, r.kernel.About)
		}
		if len(r.findings) == 0 {
			fmt.Fprintf(&b, "    %-12s %7d states  no bug\n", r.boot, r.states)
		}
		for i, f := range r.findings {
			boot, states := "", "              "
			if i == 0 {
				boot, states = r.boot, fmt.Sprintf("%7d states", r.states)
			}
			fmt.Fprintf(&b, "    %-12s %s  %3d lines  %d preemptions  %s\n", boot, states, f.lines, f.preemptions, f.bug.Name())
		}
	}
	racetest.Golden(t, "verdicts.txt", b.String())
}

// The scheduling models: another CPU, one CPU with preemption, one without.
// Fixed kernels have no bug in any of them.
func TestSchedulingModels(t *testing.T) { racetest.Models(t, "models.txt", &PageRelease) }

func TestRacyKernelsAreCaughtAndFixedOnesAreNot(t *testing.T) {
	for _, k := range PageRelease.Kernels {
		found := false
		for _, r := range of(t, k.ID) {
			found = found || len(r.findings) > 0
		}
		assert.Equal(t, !k.Fixed, found, "%s", k.Name)
	}
}
