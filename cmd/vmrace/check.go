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
			out = append(out, r.Check(k, s, c.options()))
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
