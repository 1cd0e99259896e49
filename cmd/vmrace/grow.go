package main

import (
	"fmt"
	"time"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// growStates is the limit of one search unless the flag says otherwise.
const growStates = 2_000_000

// growth searches larger and larger open workloads, and prints each size as
// soon as it is known.
func growth(c *call) (int, error) {
	if c.race == "" {
		return 0, fmt.Errorf("-race is missing: have %s", raceNames())
	}
	if c.ops < 1 {
		return 0, fmt.Errorf("-operations is %d: want at least 1", c.ops)
	}
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	k, err := rs[0].Kernel(c.kernel)
	if err != nil {
		return 0, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return 0, err
	}
	o := c.options()
	if o.MaxStates == 0 {
		o.MaxStates = growStates
	}
	code, all := exitOK, []fuzz.Growth{}
	text := c.format == "text"
	if text {
		fmt.Fprintf(c.out, "%s on %s, %s: any operations of each CPU\n", rs[0].Name(), k.Name, s)
		c.size("boot", "objects", "CPUs", "operations", "states", "verdict", "time", "bug")
	}
	rs[0].Grow(k, s, c.ops, o, func(g fuzz.Growth) {
		if g.Verdict == "racy" {
			code = exitBug
		}
		all = append(all, g)
		if text {
			c.size(g.Boot, g.Objects, g.CPUs, g.Operations, g.States, g.Verdict, g.Time.Round(time.Millisecond), sizeNote(g))
		}
	})
	if !text {
		c.json(all)
		return code, nil
	}
	for i := range all {
		if all[i].Verdict == "racy" {
			t := all[i].Trace()
			fmt.Fprintf(c.out, "\n%s\n%s", t.Diagram(), t.Report(all[i].Bug))
			break
		}
	}
	return code, nil
}

func (c *call) size(columns ...any) {
	fmt.Fprintf(c.out, "%-12v %-7v %-4v %-10v %-9v %-8v %-9v %v\n", columns...)
}

func sizeNote(g fuzz.Growth) string {
	switch g.Verdict {
	case "racy":
		return fmt.Sprintf("%s, %d lines", g.Bug, g.Lines)
	default:
		return g.Limit
	}
}
