package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
)

// mutants drops each line of each fixed kernel in turn. A line whose loss shows
// no bug must stand in the class's table with its reason, and only such a line.
func mutants(c *call) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	all := []fuzz.Mutant{}
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return 0, err
		}
		for _, k := range ks {
			if k.Fixed {
				all = append(all, r.Mutants(k, c.options())...)
			}
		}
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("kernel %q is racy: mutants are made of fixed kernels", c.kernel)
	}
	if c.format == "json" {
		c.json(all)
		return exitOK, nil
	}
	code := exitOK
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kernel\tfunction\tline\ttext\twithout it")
	for _, m := range all {
		fate := m.Bug
		switch {
		case m.Bug == "" && m.Spare:
			fate = m.Verdict + ": " + m.Reason
		case m.Bug == "":
			fate = m.Verdict + ", unexplained"
			code = exitBug
		case m.Spare:
			fate += ", though it is said to be spare: " + m.Reason
			code = exitBug
		case m.Where != "":
			fate += ", in " + m.Where
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", m.Kernel, m.Function, m.Line, m.Text, fate)
	}
	w.Flush()
	return code, nil
}
