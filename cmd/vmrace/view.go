package main

import (
	"bytes"
	"os"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/picture"
	"github.com/vmrace/vmrace/vm"
)

// view writes a page that steps through the run of a corpus file.
func view(c *call) (int, error) {
	o, err := c.open()
	if err != nil {
		return 0, err
	}
	var page bytes.Buffer
	if err := picture.Race(&page, o.race, o.kernel, o.sched, o.crasher.Bytes, o.bug); err != nil {
		return 0, err
	}
	return exitOK, c.save(page.Bytes())
}

// save writes a result to the file of -o, or prints it.
func (c *call) save(text []byte) error {
	if c.output == "" {
		_, err := c.out.Write(text)
		return err
	}
	return os.WriteFile(c.output, text, 0o644)
}

// matrixPage writes the verdicts as a page.
func (c *call) matrixPage(checks []*fuzz.Check) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return 0, err
	}
	var page bytes.Buffer
	if err := picture.Matrix(&page, rs, checks, s); err != nil {
		return 0, err
	}
	return exitOK, c.save(page.Bytes())
}
