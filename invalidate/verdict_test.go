package invalidate

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

type class = vm.Class[State, locals]

var classes = []*class{&Invalidate, &Truncate}

// A result is what the search says of a kernel in one boot state, once by the
// number of lines and once by the number of preemptions.
type result struct {
	race, boot  string
	kernel      vm.Kernel
	short, calm *fuzz.Verdict
}

func search(c *class, k vm.Kernel, b *vm.Boot[State]) result {
	m := vm.New(c, k, vm.SMP)
	w := &vm.Workload{Programs: b.Programs}
	return result{
		race: c.Name, boot: b.Name, kernel: k,
		short: fuzz.Explore(m, b, w, fuzz.Options{All: true}),
		calm:  fuzz.Explore(m, b, w, fuzz.Options{All: true, Preemptions: true}),
	}
}

// results are those of every kernel in every boot state.
var results = sync.OnceValue(func() []result {
	var out []result
	for _, c := range classes {
		for _, k := range c.Kernels {
			for i := range c.Boots {
				out = append(out, search(c, k, &c.Boots[i]))
			}
		}
	}
	return out
})

// bugs returns the names of the bugs of a kernel in the boot states named, or in all.
func bugs(t *testing.T, race, id string, boots ...string) []string {
	t.Helper()
	var out []string
	met := false
	for _, r := range results() {
		if r.race != race || r.kernel.ID != id || len(boots) > 0 && !slices.Contains(boots, r.boot) {
			continue
		}
		met = true
		for _, f := range r.short.Finds {
			if !slices.Contains(out, f.Bug.Name()) {
				out = append(out, f.Bug.Name())
			}
		}
	}
	require.True(t, met, "race %s has no kernel %s with boot %v", race, id, boots)
	return out
}

func TestVerdicts(t *testing.T) {
	var b strings.Builder
	last := ""
	for _, r := range results() {
		require.Empty(t, r.short.Limit)
		require.Empty(t, r.calm.Limit)
		require.Len(t, r.calm.Finds, len(r.short.Finds), "the two searches find different bugs")
		if head := fmt.Sprintf("%s: %s (%s)  %s\n", r.race, r.kernel.Name, r.kernel.ID, r.kernel.About); head != last {
			b.WriteString(head)
			last = head
		}
		if len(r.short.Finds) == 0 {
			fmt.Fprintf(&b, "    %-12s %7d states  no bug\n", r.boot, r.short.States)
		}
		for i, f := range r.short.Finds {
			calm, ok := r.calm.Find(f.Bug.Name())
			require.True(t, ok, "the search by preemptions misses %s", f.Bug.Name())
			boot, states := "", "              "
			if i == 0 {
				boot, states = r.boot, fmt.Sprintf("%7d states", r.short.States)
			}
			fmt.Fprintf(&b, "    %-12s %s  %3d lines  %d preemptions  %s\n", boot, states, len(f.Moves), calm.Preemptions, f.Bug.Name())
		}
	}
	racetest.Golden(t, "verdicts.txt", b.String())
}

func TestRacyKernelsAreCaughtAndFixedOnesAreNot(t *testing.T) {
	for _, c := range classes {
		for _, k := range c.Kernels {
			assert.Equal(t, k.Fixed, len(bugs(t, c.Name, k.ID)) == 0, "%s: %s", c.Name, k.Name)
		}
	}
}

// A fixed kernel has no bug on one CPU either, with preemption and without; what
// a racy one shows there is in the golden file.
func TestSchedulingModels(t *testing.T) {
	for _, c := range classes {
		racetest.Models(t, c.Name+".models.txt", c)
	}
}
