package invalidate

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

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
	golden(t, "verdicts.txt", b.String())
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
	var b strings.Builder
	for _, c := range classes {
		for _, k := range c.Kernels {
			fmt.Fprintf(&b, "%s: %s (%s)\n", c.Name, k.Name, k.ID)
			for _, sched := range vm.Scheds {
				var names []string
				m := vm.New(c, k, sched)
				for i := range c.Boots {
					v := fuzz.Explore(m, &c.Boots[i], &vm.Workload{Programs: c.Boots[i].Programs}, fuzz.Options{All: true})
					for _, f := range v.Finds {
						if !slices.Contains(names, f.Bug.Name()) {
							names = append(names, f.Bug.Name())
						}
					}
				}
				fmt.Fprintf(&b, "    %-8s %s\n", sched, strings.Join(names, "; "))
				if k.Fixed {
					assert.Empty(t, names, "%s, %s", k.Name, sched)
				}
			}
		}
	}
	golden(t, "models.txt", b.String())
}

// golden compares a text with a file in testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	got = strings.Join(lines, "\n")
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o666))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "%s is out of date: read what changed, then run with -update", file)
}
