package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// corpusReplay runs each crasher on each kernel. It must bite on its own kernel,
// with its bug, and on no fixed one.
func corpusReplay(c *call) (int, error) {
	rs, err := c.racesAsked()
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(c.out, "B: shows its bug, b: another one, .: none; an exclamation mark behind it: that is wrong. Fixed kernels stand behind the bar.")
	crashers, wrong := 0, 0
	for _, r := range rs {
		entries, err := fuzz.ReadCorpus(corpusDir(r))
		if err != nil && !os.IsNotExist(err) {
			return 0, err
		}
		n, err := c.replay(r, entries)
		if err != nil {
			return 0, err
		}
		crashers += len(entries)
		wrong += n
	}
	fmt.Fprintf(c.out, "\n%d files, %d cells wrong\n", crashers, wrong)
	if wrong > 0 {
		return exitBug, nil
	}
	return exitOK, nil
}

// replay prints the table of a race and returns how many of its cells are wrong.
func (c *call) replay(r fuzz.Race, entries []fuzz.Entry) (wrong int, err error) {
	racy, fixed := split(r.Kernels())
	w := tabwriter.NewWriter(c.out, 0, 0, 1, ' ', 0)
	fmt.Fprintf(w, "\n%s\t%s|\t%s\n", r.Name(), ids(racy), ids(fixed))
	for _, e := range entries {
		if e.Bug == "" {
			continue
		}
		s, err := vm.ParseSched(e.Sched)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", e.File, err)
		}
		fmt.Fprintf(w, "%s\t", filepath.Base(e.File))
		for _, k := range racy {
			wrong += cell(w, bite(r, k, s, e), k.Name == e.Kernel, "B")
		}
		fmt.Fprint(w, "|\t")
		for _, k := range fixed {
			wrong += cell(w, bite(r, k, s, e), true, ".")
		}
		fmt.Fprintln(w)
	}
	return wrong, w.Flush()
}

// cell prints what a crasher does on a kernel and returns 1 if it must do
// something else.
func cell(w *tabwriter.Writer, got string, bound bool, want string) (wrong int) {
	if bound && got != want {
		fmt.Fprintf(w, "%s!\t", got)
		return 1
	}
	fmt.Fprintf(w, "%s\t", got)
	return 0
}

func bite(r fuzz.Race, k vm.Kernel, s vm.Sched, e fuzz.Entry) string {
	t := r.Trace(k, s, e.Bytes)
	for _, b := range t.Sightings {
		if b.Name == e.Bug {
			return "B"
		}
	}
	if len(t.Sightings) > 0 {
		return "b"
	}
	return "."
}

func split(ks []vm.Kernel) (racy, fixed []vm.Kernel) {
	for _, k := range ks {
		if k.Fixed {
			fixed = append(fixed, k)
		} else {
			racy = append(racy, k)
		}
	}
	return racy, fixed
}

func ids(ks []vm.Kernel) (cells string) {
	for _, k := range ks {
		cells += k.ID + "\t"
	}
	return cells
}
