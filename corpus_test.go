package vmrace

import (
	"path/filepath"
	"testing"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// TestCorpus shows of each crasher that it bites on its kernel with its bug,
// that it is minimal, and that every fixed kernel survives it.
func TestCorpus(t *testing.T) {
	for _, r := range races.All {
		for _, e := range corpus(t, r) {
			t.Run(filepath.Base(e.File), func(t *testing.T) { testCrasher(t, r, e.Crasher) })
		}
	}
}

// corpus reads the corpus of a race.
func corpus(t *testing.T, r fuzz.Race) []fuzz.Entry {
	entries, err := fuzz.ReadCorpus(filepath.Join("testdata", "fuzz", fuzz.TargetName(r)))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func testCrasher(t *testing.T, r fuzz.Race, c *fuzz.Crasher) {
	if c.Bug == "" {
		t.Skip("not shrunk yet: no bug is recorded")
	}
	p, lines, err := r.Measure(c)
	if err != nil {
		t.Fatal(err)
	}
	wantP, wantLines, err := r.Optimum(c, fuzz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p != wantP || lines != wantLines {
		t.Errorf("%d preemptions and %d lines, but %d and %d do: run vmrace minimise", p, lines, wantP, wantLines)
	}
	for _, k := range r.Kernels() {
		if !k.Fixed {
			continue
		}
		if tr := r.Trace(k, vm.SMP, c.Bytes); len(tr.Sightings) > 0 {
			t.Errorf("fixed kernel %s:\n%s", k.Name, tr.Diagram())
		}
	}
}

// TestCorpusComplete shows that each racy kernel has a crasher in the corpus.
func TestCorpusComplete(t *testing.T) {
	for _, r := range races.All {
		have := map[string]bool{}
		for _, e := range corpus(t, r) {
			have[e.Kernel] = true
		}
		for _, k := range r.Kernels() {
			if !k.Fixed && !have[k.Name] {
				t.Errorf("race %s: racy kernel %s has no crasher: run vmrace corpus make", r.Name(), k.Name)
			}
		}
	}
}
