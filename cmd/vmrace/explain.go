package main

import "fmt"

// explain runs a corpus file and prints the run as a diagram and a report.
func explain(c *call) (int, error) {
	o, err := c.open()
	if err != nil {
		return 0, err
	}
	t := o.race.Trace(o.kernel, o.sched, o.crasher.Bytes)
	if c.format == "json" {
		c.json(t)
		return exitOK, nil
	}
	fmt.Fprint(c.out, t.Diagram(), "\n", t.Report(o.bug))
	return exitOK, nil
}

// minimise shrinks a corpus file in place and notes what it shows.
func minimise(c *call) (int, error) {
	o, err := c.open()
	if err != nil {
		return 0, err
	}
	before := len(o.crasher.Bytes)
	cr, err := o.race.Minimise(o.kernel, o.sched, o.crasher.Bytes, o.bug)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", o.file, err)
	}
	if err := cr.Write(o.file); err != nil {
		return 0, err
	}
	p, lines, err := o.race.Measure(cr)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(c.out, "%s: %s, %d bytes (had %d), %d preemptions, %d lines\n", o.file, cr.Bug, len(cr.Bytes), before, p, lines)
	return exitOK, nil
}
