package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// sample counts the schedules that schedulers need to show a bug.
func sample(c *call) (int, error) {
	if c.trials < 1 || c.budget < 1 {
		return 0, fmt.Errorf("-trials is %d and -budget %d: want at least 1", c.trials, c.budget)
	}
	specs := sched.All()
	if c.scheduler != "all" {
		spec, err := sched.Parse(c.scheduler)
		if err != nil {
			return 0, err
		}
		specs = []sched.Spec{spec}
	}
	o := fuzz.SampleOptions{Bug: c.bug, Workload: c.workload, Trials: c.trials, Budget: c.budget, Seed: c.seed}
	all := []fuzz.Sampled{}
	err := c.each(func(r fuzz.Race, k vm.Kernel, s vm.Sched) error {
		for _, spec := range specs {
			rows, err := r.Sample(k, s, spec, o)
			if err != nil {
				return err
			}
			all = append(all, rows...)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if c.format == "json" {
		c.json(all)
		return exitOK, nil
	}
	c.samples(all)
	return exitOK, nil
}

// each calls f for the kernels that are asked for.
func (c *call) each(f func(fuzz.Race, vm.Kernel, vm.Sched) error) error {
	rs, err := c.racesAsked()
	if err != nil {
		return err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return err
	}
	for _, r := range rs {
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return err
		}
		for _, k := range ks {
			if err := f(r, k, s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *call) samples(all []fuzz.Sampled) {
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "race\tkernel\tworkload\tmodel\tscheduler\tfound\tmean ± deviation\trange\tspent in vain")
	if c.timing {
		fmt.Fprint(w, "\tschedules/s")
	}
	fmt.Fprintln(w)
	for i := range all {
		s := &all[i]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d of %d\t%s\t%s", s.Race, s.Kernel, s.Boot, s.Sched, s.Scheduler, s.Found(), s.Trials, firsts(s), vain(s))
		if c.timing {
			fmt.Fprintf(w, "\t%.0f", float64(s.Schedules)/s.Seconds)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// firsts prints how many schedules led to the bug.
func firsts(s *fuzz.Sampled) string {
	fewest, most := s.Range()
	mean, deviation := s.Mean()
	switch s.Found() {
	case 0:
		return "-\t-"
	case 1:
		return fmt.Sprintf("%d\t-", fewest)
	}
	return fmt.Sprintf("%.1f ± %.1f\t%d to %d", mean, deviation, fewest, most)
}

// vain prints what the trials that did not find the bug have spent.
func vain(s *fuzz.Sampled) string {
	spent := s.Schedules
	for _, n := range s.First {
		spent -= n
	}
	text := fmt.Sprintf("%d × %d", s.Trials-s.Found(), s.Budget)
	switch {
	case spent == 0:
		text = "-"
	case s.Exhausted:
		text = fmt.Sprintf("%d, all there are", spent)
	}
	if s.GivenUp > 0 {
		text += fmt.Sprintf(", %d too long", s.GivenUp)
	}
	return text
}
