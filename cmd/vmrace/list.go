package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

type listed struct {
	Race    string      `json:"race"`
	About   string      `json:"about"`
	Target  string      `json:"target"`
	Kernels []vm.Kernel `json:"kernels"`
}

// list prints the races and kernels, or the listings of one kernel.
func list(c *call) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	if c.targets {
		return listTargets(c, rs)
	}
	all := []listed{}
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return 0, err
		}
		if c.kernel != "" && c.format == "text" {
			fmt.Fprint(c.out, r.Listings(ks[0]))
			continue
		}
		all = append(all, listed{r.Name(), r.About(), fuzz.TargetName(r), ks})
	}
	if c.format == "json" {
		c.json(all)
		return exitOK, nil
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	for _, l := range all {
		fmt.Fprintf(w, "%s (%s): %s\n", l.Race, l.Target, l.About)
		for _, k := range l.Kernels {
			fmt.Fprintf(w, "  %s\t%s\t%d\t%s\n", k.Name, k.ID, k.Year, k.About)
		}
	}
	w.Flush()
	return exitOK, nil
}

// listTargets prints a line "TARGET KERNEL fixed" or "TARGET KERNEL racy" for
// the newest fixed and each racy kernel of each race, for scripts.
func listTargets(c *call, rs []fuzz.Race) (int, error) {
	for _, r := range rs {
		newest, err := r.Kernel("")
		if err != nil {
			return 0, err
		}
		fmt.Fprintln(c.out, fuzz.TargetName(r), newest.Name, "fixed")
		for _, k := range r.Kernels() {
			if !k.Fixed {
				fmt.Fprintln(c.out, fuzz.TargetName(r), k.Name, "racy")
			}
		}
	}
	return exitOK, nil
}
