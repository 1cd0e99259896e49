package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// corpusDistill keeps of a corpus the crashers, and of the other inputs a small
// set that covers the same: again and again the one that adds most, the shorter
// one of two. That is not always the smallest set; to find that is NP-hard.
func corpusDistill(c *call) (int, error) {
	r, dir, have, err := c.openCorpus()
	if err != nil {
		return 0, err
	}
	k, err := r.Kernel(c.kernel)
	if err != nil {
		return 0, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return 0, err
	}
	inputs := make([]fuzz.Weighed, len(have))
	covers := r.Covers(k, s)
	for i, e := range have {
		inputs[i] = fuzz.Weighed{Coverage: covers(e.Bytes), Bytes: len(e.Bytes), Keep: e.Bug != ""}
	}
	keep := fuzz.Distill(inputs)
	all, kept := fuzz.Coverage{}, 0
	for i, e := range have {
		all.Add(inputs[i].Coverage)
		if keep[i] {
			kept++
			continue
		}
		fmt.Fprintf(c.out, "drop %s: its %d features are covered by what is kept\n", filepath.Base(e.File), len(inputs[i].Coverage))
		if c.write {
			if err := os.Remove(e.File); err != nil {
				return 0, err
			}
		}
	}
	fmt.Fprintf(c.out, "%s on kernel %s: %d of %d inputs cover the same", dir, k.Name, kept, len(have))
	for kind := range fuzz.FeatureKinds {
		fmt.Fprintf(c.out, ", %d %s", all.Count(kind), kind)
	}
	fmt.Fprintln(c.out)
	if kept < len(have) && !c.write {
		fmt.Fprintln(c.out, "Nothing was removed: that takes -w.")
	}
	return exitOK, nil
}
