package vmrace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
	"github.com/vmrace/vmrace/lrulock"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/objrmap"
	"github.com/vmrace/vmrace/refcount"
	"github.com/vmrace/vmrace/swapoff"
	"github.com/vmrace/vmrace/vm"
)

var races = []fuzz.Race{
	fuzz.Of(&refcount.PageRelease),
	fuzz.Of(&lrulock.Pagevec),
	fuzz.Of(&lrulock.Mlock),
	fuzz.Of(&swapoff.Fork),
	fuzz.Of(&swapoff.Exit),
	fuzz.Of(&swapoff.Fault),
	fuzz.Of(&swapoff.Shm),
	fuzz.Of(&swapoff.COW),
	fuzz.Of(&swapoff.Readahead),
	fuzz.Of(&swapoff.Reestablish),
	fuzz.Of(&swapoff.Teardown),
	fuzz.Of(&swapoff.Hold),
	fuzz.Of(&swapoff.Shared),
	fuzz.Of(&swapoff.All),
	fuzz.Of(&migrate.Migrate),
	fuzz.Of(&migrate.Wait),
	fuzz.Of(&invalidate.Invalidate),
	fuzz.Of(&invalidate.Truncate),
	fuzz.Of(&objrmap.VMAList),
	fuzz.Of(&objrmap.Reserved),
	fuzz.Of(&objrmap.ExpandStack),
	fuzz.Of(&objrmap.PageTables),
}

// TestCorpus shows of each crasher that it bites on its kernel with its bug,
// that it is minimal, and that every fixed kernel survives it.
func TestCorpus(t *testing.T) {
	for _, r := range races {
		dir := filepath.Join("testdata", "fuzz", fuzz.TargetName(r))
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			t.Run(f.Name(), func(t *testing.T) { testCrasher(t, r, filepath.Join(dir, f.Name())) })
		}
	}
}

func testCrasher(t *testing.T, r fuzz.Race, file string) {
	c, err := fuzz.ReadCrasher(file)
	if err != nil {
		t.Fatal(err)
	}
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
	for _, r := range races {
		have := map[string]bool{}
		dir := filepath.Join("testdata", "fuzz", fuzz.TargetName(r))
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			c, err := fuzz.ReadCrasher(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			have[c.Kernel] = true
		}
		for _, k := range r.Kernels() {
			if !k.Fixed && !have[k.Name] {
				t.Errorf("race %s: racy kernel %s has no crasher: run vmrace corpus make", r.Name(), k.Name)
			}
		}
	}
}
