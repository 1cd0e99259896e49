package main

import (
	"fmt"
	"math"
	"text/tabwriter"

	"github.com/vmrace/vmrace/vm"
)

// chance runs random schedules under each scheduling model. The margin is two
// standard errors.
func chance(c *call) (int, error) {
	if c.runs < 1 {
		return 0, fmt.Errorf("-runs is %d: want at least 1", c.runs)
	}
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "race\tkernel\tworkload\tmodel\truns\tbugs\tshare")
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return 0, err
		}
		for _, k := range ks {
			for _, s := range vm.Scheds {
				for _, h := range r.Chance(k, s, c.bug, c.runs, c.seed) {
					p := float64(h.Hits) / float64(h.Runs)
					margin := 2 * math.Sqrt(p*(1-p)/float64(h.Runs))
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%.5f ± %.5f\n", r.Name(), k.Name, h.Boot, s, h.Runs, h.Hits, p, margin)
				}
			}
		}
	}
	w.Flush()
	return exitOK, nil
}
