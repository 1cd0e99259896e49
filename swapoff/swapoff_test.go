package swapoff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// table writes lines with tabs as a table.
func table(lines []string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	w.Flush()
	return b.String()
}

// TestVerdicts searches every kernel of every race. A kernel is Fixed if and
// only if no schedule of any workload shows a bug.
func TestVerdicts(t *testing.T) {
	lines := []string{"race\tkernel\tworkload\tverdict\tpreemptions\tlines\tstates\tbug"}
	for _, c := range Races {
		for _, k := range c.Kernels {
			check := fuzz.Of(c).Check(k, vm.SMP, fuzz.Options{})
			require.Equal(t, k.Fixed, check.Bug == "", "%s %s: %s", c.Name, k.Name, check.Bug)
			for _, r := range check.Rows {
				require.Empty(t, r.Limit)
				pre, n := "-", "-"
				if r.Bug != "" {
					pre, n = fmt.Sprint(r.Preemptions), fmt.Sprint(r.Steps)
				}
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s", c.Name, k.Name, r.Boot, r.Verdict, pre, n, r.States, r.Bug))
			}
		}
	}
	racetest.Golden(t, "verdicts.txt", table(lines))
}

// TestHunks drops each hunk of Sarcar's patch in turn. A hunk is needed for what
// the rest of the patch shows and the whole does not. Of that, the table has the
// bug with the shortest schedule.
func TestHunks(t *testing.T) {
	lines := []string{"without\trace\tworkload\tbug that the whole patch does not have"}
	for h := range 14 {
		hunk := vm.Patch(1) << h
		without := vm.Kernel{Patches: kanoj &^ hunk}
		if hunk == H7 {
			without.Patches &^= H5 // hold_mm has no caller but the walk of mmlist
		}
		needed := false
		for _, c := range small {
			for i := range c.Boots {
				if !c.Boots[i].Fits(kanoj) || !c.Boots[i].Fits(without.Patches) {
					continue
				}
				old := bugsOf(c, vm.Kernel{Patches: kanoj}, &c.Boots[i], vm.SMP)
				for _, n := range bugsOf(c, without, &c.Boots[i], vm.SMP) {
					if !slices.Contains(old, n) {
						needed = true
						lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s", strings.ToUpper(patchNames[h]), c.Name, c.Boots[i].Name, n))
						break
					}
				}
			}
		}
		if !needed {
			lines = append(lines, strings.ToUpper(patchNames[h])+"\t-\t-\tnone: no workload tells the difference")
		}
	}
	racetest.Golden(t, "hunks.txt", table(lines))
}

// TestOracles shows that each oracle fires somewhere.
func TestOracles(t *testing.T) {
	fired := map[string]bool{}
	note := func(c *vm.Class[State, locals], k vm.Kernel, b *vm.Boot[State]) {
		for _, n := range bugsOf(c, k, b, vm.SMP) {
			fired[n] = true
		}
	}
	for _, c := range small {
		for _, k := range append(slices.Clone(c.Kernels), vm.Kernel{Patches: kanoj &^ (H5 | H7)}, vm.Kernel{Patches: kanoj &^ H1}, vm.Kernel{Patches: kanoj &^ H2},
			vm.Kernel{Patches: Retest}, vm.Kernel{Patches: dickins | H3}, vm.Kernel{Patches: SwapOutFree}) {
			for i := range c.Boots {
				if c.Boots[i].Fits(k.Patches) {
					note(c, k, &c.Boots[i])
				}
			}
		}
	}
	for i := range rows {
		if r := &rows[i]; r.own != nil {
			for _, k := range r.class.Kernels {
				note(r.class, k, r.own)
			}
		}
	}
	for _, n := range []string{
		// O1
		"stale swap handle (page table entry)", "stale swap handle (shm entry)", "stale swap handle (page in the swap cache)",
		// O2, O13
		"reference forced to 0 (child of a fork)", "reference forced to 0 (exiting mm)", "reference forced to 0 (unlinked vma)",
		"reference forced to 0 (mremap)", "reference forced to 0 (kswapd)", "reference forced to 0 (mm off the list)",
		"reference forced to 0 (dying segment)", "reference forced to 0 (shm_swap)", "reference forced to 0 (shrink_mmap)",
		"reference forced to 0 (free_page_and_swap_cache)", "reference forced to 0 (readahead)",
		"reference forced to 0 (do_swap_page)", "reference forced to 0 (shm_nopage)",
		"reference forced to 0 (shmem_nopage)", "reference forced to 0 (shmem_writepage)",
		"count without owner (swap handle)", "count without owner (page)", "leak (page)",
		"wrong accounting (shm_rss, shm_swp)", "wrong accounting (info->swapped)", "leak (entry of a dead segment)", "wrong accounting (nr_swap_pages)", "leak (page table of a freed mm)",
		// O3
		"swap handle freed twice", "swap handle freed twice (unused swap-device)", "swap handle freed twice (do_swap_page)",
		"swap handle freed twice (shm_nopage)", "count raised from zero", "count raised from zero (swap handle)", "double free",
		// O4
		"use after free (mm_struct)", "use after free (vm_area_struct)", "use after free (swap_map)", "NULL pointer dereference (swap_map)",
		"use after free (page table)", "use after free (inode)", "index out of range (swap_info[-1])", "list corruption (freed mm on mmlist)", "read of a free handle (do_swap_page)", "read of a free handle (readahead)",
		// O5
		"lost data", "lost data (shm)", "lost data (garbage)", "lost data (read error)", "two pages for one handle",
		"lost data (shm page taken for a hole)", "two pages for one index",
		// O6
		"innocent task killed (entry replaced)", "innocent task killed (stale entry)",
		// O7
		"BUG_ON(page->mapping != &swapper_space in do_wp_page)", "BUG_ON(page->mapping != &swapper_space in free_page_and_swap_cache)",
		"BUG_ON(page->mapping != &swapper_space in shm_nopage)", "BUG_ON(page->mapping != &swapper_space in try_to_unuse)",
		"BUG_ON(page->mapping != &swapper_space in try_to_unuse of a shm page)",
		"bad page state (free of a mapped page)", "bad page state (add_to_swap_cache of a locked page)",
		"BUG_ON(page->mapping != &swapper_space in shmem_truncate)", "BUG_ON(PageLocked(page) in add_to_page_cache)",
		"BUG_ON(inode->i_data.nrpages)", "BUG_ON((swcount > 0) != PageSwapCache(page))",
		"unlock by a non-owner (page lock)", "handle of a device off the list",
		// O8, O9
		"sleep in atomic context", "lock order inversion (bkl > mm_lock > bkl)",
		// O10
		"deadlock",
		// O11
		"list corruption (freed inode on the list)", "list corruption (inode with swap off the list)",
		"list corruption (walk from an unlinked entry)", "list corruption (list_del of an unlinked page)",
		// O12, of which lockset_test.go has the rest
		"entry overwritten (unuse_pte)",
	} {
		require.True(t, fired[n], "never fired: %s", n)
	}
}

// TestLines shows by a naive search that every line of every listing runs in
// some kernel of some race, and that the search of package fuzz visits the same
// number of states.
func TestLines(t *testing.T) {
	var ran trail
	for _, c := range Races {
		for _, k := range c.Kernels {
			for i := range c.Boots {
				if b := &c.Boots[i]; b.Fits(k.Patches) {
					m := vm.New(c, k, vm.SMP)
					v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, fuzz.Options{All: true})
					require.Equal(t, v.States, racetest.Walk(m, b, ran.note), "%s %s %s", c.Name, k.Name, b.Name)
				}
			}
		}
	}
	for i := range rows {
		r := &rows[i]
		for _, id := range eras {
			if r.with == 0 {
				continue
			}
			if k, ok := r.kernel(r.class, id); ok {
				k.Patches |= r.with
				b, _ := r.workload(r.class, k)
				racetest.Walk(vm.New(r.class, k, vm.SMP), b, ran.note)
			}
		}
	}
	for f, ls := range all() {
		for i, l := range ls.Lines {
			require.True(t, ran[f][i], "%s never runs: %s", ls.Name, l.Text)
		}
	}
}

// A trail is the set of lines that have run.
type trail [functions][256]bool

func (t *trail) note(s step) { t[s.At.Func][s.At.Line] = t[s.At.Func][s.At.Line] || s.Ran }

type step = racetest.Step[State]

// TestDiagram keeps the diagram of the fork that swapoff misses.
func TestDiagram(t *testing.T) {
	k, _ := Fork.Kernel("V0")
	r := fuzz.Of(&Fork)
	check := r.Check(k, vm.SMP, fuzz.Options{})
	trace := r.Trace(k, vm.SMP, check.Rows[0].Input)
	racetest.Golden(t, "fork.txt", trace.Diagram()+"\n"+trace.Report(check.Bug))
}

// TestDropLine drops each line of each fixed kernel. Some race then shows a bug,
// or the line stands in the table of spare lines with the reason why none does.
// The spare lines are searched in full with -update only, else for a while.
func TestDropLine(t *testing.T) {
	lines := []string{"function\tdropped line\trace\tkernel\tbug"}
	for f, ls := range all() {
		for i, line := range ls.Lines {
			at := vm.At{Func: vm.Func(f), Line: uint8(i)}
			o := fuzz.Options{MaxStates: 50_000}
			why, isSpare := reason(at)
			if isSpare && !racetest.Updating() {
				o.MaxStates = 500
			}
			race, kernel, bug, any := dropLine(at, o)
			if !any {
				continue
			}
			if isSpare != (bug == "") {
				t.Errorf("%s:%d %s: spare %v, but dropped it shows %q on %s", ls.Name, i, line.Text, isSpare, bug, kernel)
			}
			if isSpare {
				race, kernel, bug = "-", "-", "none: "+why
			}
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%s\t%s", ls.Name, strings.TrimSpace(line.Text), race, kernel, bug))
		}
	}
	racetest.Golden(t, "mutants.txt", table(lines))
}

// reason returns why a line can be dropped.
func reason(at vm.At) (why string, ok bool) {
	for _, sp := range spare {
		if sp.At == at {
			return sp.Why, true
		}
	}
	return "", false
}

// dropLine drops a line from the fixed kernels of every race until one shows a
// bug. It reports whether any of them has the line.
func dropLine(at vm.At, o fuzz.Options) (race, kernel, bug string, any bool) {
	for _, c := range small {
		for _, k := range c.Kernels {
			if ls := c.Listings[at.Func].Lines; !k.Fixed || len(ls) == 0 || !ls[at.Line].In(k.Patches) {
				continue
			}
			any = true
			m := vm.New(c, k, vm.SMP, at)
			for i := range c.Boots {
				b := &c.Boots[i]
				if !b.Fits(k.Patches) {
					continue
				}
				if v := fuzz.Explore(m, b, &vm.Workload{Programs: b.Programs}, o); v.Outcome == fuzz.Found {
					return c.Name, k.Name, v.Finds[0].Bug.Name(), true
				}
			}
		}
	}
	return "", "", "", any
}
