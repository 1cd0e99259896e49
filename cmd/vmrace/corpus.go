package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// corpus writes, for each racy kernel, one minimal crasher per distinct bug.
func corpus(c *call) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	for _, r := range rs {
		dir := corpusDir(r)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return 0, err
		}
		ks, err := c.kernelsAsked(r)
		if err != nil {
			return 0, err
		}
		for _, k := range ks {
			if err := c.crashers(r, k, dir); err != nil {
				return 0, err
			}
		}
	}
	return exitOK, nil
}

func (c *call) crashers(r fuzz.Race, k vm.Kernel, dir string) error {
	if k.Fixed {
		return nil
	}
	for _, cr := range r.Crashers(k, vm.SMP, c.options()) {
		file := filepath.Join(dir, cr.FileName())
		if err := cr.Write(file); err != nil {
			return err
		}
		fmt.Fprintln(c.out, file)
	}
	return nil
}

// corpusDir is where the corpus of a race is, seen from the root of the module.
func corpusDir(r fuzz.Race) string { return filepath.Join("testdata", "fuzz", fuzz.TargetName(r)) }
