package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// probability computes how likely a single schedule is to show a bug.
func probability(c *call) (int, error) {
	spec, err := sched.Parse(c.scheduler)
	if err != nil {
		return 0, err
	}
	all := []fuzz.Probability{}
	err = c.each(func(r fuzz.Race, k vm.Kernel, s vm.Sched) error {
		rows, err := r.Probability(k, s, spec, c.bug, c.workload, c.options())
		all = append(all, rows...)
		return err
	})
	if err != nil {
		return 0, err
	}
	code := exitOK
	for _, p := range all {
		if p.Limit != "" {
			code = exitUnknown
		}
	}
	if c.format == "json" {
		c.json(all)
		return code, nil
	}
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "race\tkernel\tworkload\tmodel\tscheduler\tprobability\tone in\tcomputed from")
	for _, p := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Race, p.Kernel, p.Boot, p.Sched, p.Scheduler, chances(&p))
	}
	w.Flush()
	return code, nil
}

// chances prints a probability with the digits that are known.
func chances(p *fuzz.Probability) string {
	from := fmt.Sprintf("%d states", p.States)
	if p.Schedules > 0 {
		from = fmt.Sprintf("%d schedules", p.Schedules)
	}
	switch {
	case p.Limit != "":
		return fmt.Sprintf("%.3g to %.3g\t-\t%s", p.Low, p.High, p.Limit)
	case p.High-p.Low > fuzz.MaxError*p.High:
		return fmt.Sprintf("%.6g to %.6g\t-\t%s", p.Low, p.High, from)
	case p.High == 0:
		return "0\t-\t" + from
	}
	return fmt.Sprintf("%.6g\t%.4g\t%s", p.Low, 1/p.Low, from)
}
