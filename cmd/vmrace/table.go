package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
	"github.com/vmrace/vmrace/lrulock"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/objrmap"
	"github.com/vmrace/vmrace/swapoff"
)

// tables are the measurements of single classes, each with what it answers.
var tables = []struct {
	name, about string
	print       func(c *call)
}{
	{"scan-cost", "lines that reclaim spends on mlocked pages for each page it reclaims, per design of mlock",
		func(c *call) { lrulock.WriteScanCosts(c.out) }},
	{"lock-waits", "lock waits of each fault when 1 to 8 CPUs fault on one page, per kernel",
		func(c *call) { fmt.Fprint(c.out, invalidate.ContentionTable()) }},
	{"swapoff-races", "which kernel has which race of swapoff, and the names of the bugs that stand for it",
		func(c *call) { fmt.Fprint(c.out, swapoff.RaceTable()) }},
	{"guards", "whether page_ref_freeze can be fooled, for each set of guards of migration",
		func(c *call) { fmt.Fprint(c.out, migrate.GuardText(migrate.GuardTable(c.options()))) }},
	{"contracts", "whether the locking rules of each tree for its vmas are sound, without a run",
		func(c *call) { objrmap.WriteContracts(c.out) }},
	{"reductions", "states of the full search, and with the reductions, over all kernels and workloads of each race", reductions},
}

// reductions prints what the reductions leave of the states of each race.
func reductions(c *call) { writeReductions(c.out, func(string, fuzz.Reduction) {}) }

// writeReductions prints the table and shows what it is made of.
func writeReductions(out io.Writer, each func(race string, red fuzz.Reduction)) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "race\tfull\tpartial order\tsymmetry\tboth\t")
	for _, r := range races.All {
		full, by := 0, [3]int{}
		for _, k := range r.Kernels() {
			for _, red := range r.Reductions(k) {
				each(r.Name(), red)
				full += red.States
				for i := range by {
					by[i] += red.By[i].States
				}
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", r.Name(), full, by[0], by[1], by[2])
	}
	w.Flush()
}

// table prints one of the tables.
func table(c *call) (int, error) {
	var names []string
	for _, t := range tables {
		if t.name == c.args[0] {
			t.print(c)
			return exitOK, nil
		}
		names = append(names, t.name)
	}
	return 0, fmt.Errorf("unknown table %q: have %s", c.args[0], strings.Join(names, ", "))
}
