package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// liveness searches for fair runs that never reach a goal. Of a single kernel
// it also draws the first one.
func liveness(c *call) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return 0, err
	}
	f, err := fuzz.ParseFairness(c.fairness)
	if err != nil {
		return 0, err
	}
	all := []fuzz.Liveness{}
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return 0, err
		}
		for _, k := range ks {
			all = append(all, r.Liveness(k, s, f, c.options())...)
		}
	}
	if c.format == "json" {
		c.json(all)
		return livenessCode(all), nil
	}
	c.goals(all, f)
	if c.kernel != "" {
		c.starved(all)
	}
	return livenessCode(all), nil
}

func livenessCode(all []fuzz.Liveness) int {
	code := exitOK
	for _, l := range all {
		switch l.Verdict {
		case fuzz.Starved, fuzz.Missed:
			return exitBug
		case "unknown":
			code = exitUnknown
		}
	}
	return code
}

func (c *call) goals(all []fuzz.Liveness, f fuzz.Fairness) {
	fmt.Fprintln(c.out, f.Assumes())
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "race\tkernel\tworkload\tgoal\tverdict\tlines\tcircle\tstates")
	for _, l := range all {
		lines, circle := "-", "-"
		if len(l.Prefix)+len(l.Circle) > 0 {
			lines = fmt.Sprint(len(l.Prefix))
		}
		if len(l.Circle) > 0 {
			circle = fmt.Sprint(len(l.Circle))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", l.Race, l.Kernel, l.Boot, l.Goal, l.Verdict, lines, circle, l.States)
	}
	w.Flush()
}

// starved draws the first run that goes round for ever.
func (c *call) starved(all []fuzz.Liveness) {
	for i := range all {
		if l := &all[i]; l.Verdict == fuzz.Starved {
			fmt.Fprintf(c.out, "\n%s\n%s\n", l, l.Trace().Diagram())
			fmt.Fprintf(c.out, "Lines %d to %d go on for ever.\n", len(l.Prefix)+1, len(l.Prefix)+len(l.Circle))
			return
		}
	}
}
