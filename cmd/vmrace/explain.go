package main

import (
	"fmt"

	"github.com/vmrace/vmrace/fuzz/picture"
)

// explain runs a corpus file and prints the run, as a diagram and a report or in
// the language of another tool.
func explain(c *call) (int, error) {
	o, err := c.open()
	if err != nil {
		return 0, err
	}
	if c.format == "dot" {
		return c.dot(o)
	}
	t := o.race.Trace(o.kernel, o.sched, o.crasher.Bytes)
	switch c.format {
	case "json":
		c.json(t)
	case "mail":
		fmt.Fprint(c.out, picture.Mail(t, o.bug))
	case "mermaid":
		fmt.Fprint(c.out, picture.Mermaid(t))
	case "perfetto":
		fmt.Fprintf(c.out, "%s\n", picture.Perfetto(t))
	default:
		fmt.Fprint(c.out, t.Diagram(), "\n", t.Report(o.bug))
	}
	return exitOK, nil
}

// dotStates is the number of states that a picture has room for.
const dotStates = 300

// dot prints the states that the operations of a corpus file can lead to.
func (c *call) dot(o *opened) (int, error) {
	most := c.states
	if most == 0 {
		most = dotStates
	}
	g, err := o.race.States(o.kernel, o.sched, o.crasher.Bytes, most)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", o.file, err)
	}
	fmt.Fprint(c.out, picture.Dot(g, fmt.Sprintf("%s, kernel %s, %v: %d states", o.race.Name(), o.kernel.Name, o.sched, len(g.States))))
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
