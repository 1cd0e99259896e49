package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// check searches the kernels that are asked for and says how each fares.
func check(c *call) (int, error) {
	checks, err := c.checks()
	if err != nil {
		return 0, err
	}
	if c.format == "json" {
		c.json(checks)
	} else {
		c.table(checks)
		if c.kernel != "" {
			c.workloads(checks)
		}
	}
	return exitCode(checks), nil
}

// matrix prints the same table, or writes it as a page, and is content with
// every verdict.
func matrix(c *call) (int, error) {
	checks, err := c.checks()
	if err != nil {
		return 0, err
	}
	if c.output != "" {
		return c.matrixPage(checks)
	}
	if c.format == "json" {
		c.json(checks)
		return exitOK, nil
	}
	if c.short {
		c.summary(checks)
		return exitOK, nil
	}
	c.table(checks)
	return exitOK, nil
}

func (c *call) checks() ([]*fuzz.Check, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return nil, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return nil, err
	}
	out := []*fuzz.Check{}
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return nil, err
		}
		for _, k := range ks {
			k, drop, err := c.change.Apply(r, k)
			if err != nil {
				return nil, err
			}
			o := c.options()
			o.Bug = c.bug
			out = append(out, r.Check(k, s, o, drop...))
		}
	}
	return out, nil
}

func exitCode(checks []*fuzz.Check) int {
	code := exitOK
	for _, k := range checks {
		switch {
		case k.Bug != "":
			return exitBug
		case k.Verdict == "unknown":
			code = exitUnknown
		}
	}
	return code
}

func (c *call) table(checks []*fuzz.Check) {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "race\tkernel\tid\tyear\tverdict\tpreemptions\tlines\tstates\tbug")
	for _, k := range checks {
		pre, lines := "-", "-"
		if k.Bug != "" {
			pre, lines = fmt.Sprint(k.Preemptions), fmt.Sprint(k.Steps)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%d\t%s\n", k.Race, k.Kernel, k.ID, k.Year, k.Verdict, pre, lines, k.States, k.Bug)
	}
	w.Flush()
}

// summary prints a line for each race: how many of its kernels have a bug, how
// many have none, and the states that were searched for it.
func (c *call) summary(checks []*fuzz.Check) {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "race\tkernels\twith a bug\twithout\tstates\tworkloads")
	for len(checks) > 0 {
		race, kernels, bugs, safe, states, workloads := checks[0].Race, 0, 0, 0, 0, 0
		for ; len(checks) > 0 && checks[0].Race == race; checks = checks[1:] {
			k := checks[0]
			kernels++
			states += k.States
			workloads = max(workloads, len(k.Rows))
			switch {
			case k.Bug != "":
				bugs++
			case k.Verdict == "safe":
				safe++
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", race, kernels, bugs, safe, states, workloads)
	}
	w.Flush()
}

// workloads prints what the search says of each workload.
func (c *call) workloads(checks []*fuzz.Check) {
	for _, k := range checks {
		fmt.Fprintf(c.out, "\n%s: %s\n", k.Kernel, k.Bound)
		w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		for _, r := range k.Rows {
			answer := r.Bug
			if r.Bug != "" {
				answer = fmt.Sprintf("%s: %d preemptions, %d lines", r.Bug, r.Preemptions, r.Steps)
			}
			fmt.Fprintf(w, "  %s\t%v\t%s\t%d states\t%s%s\n", r.Boot, r.Programs, r.Verdict, r.States, answer, r.Limit)
		}
		w.Flush()
	}
}
