package racetest

import (
	"fmt"
	"slices"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A Result is what the search says of a kernel in one workload: by the number
// of lines, and by the number of preemptions.
type Result struct {
	Race        string
	Kernel      vm.Kernel
	Boot        string
	Short, Calm *fuzz.Verdict
}

// Results are those of a class, in the order of its kernels and workloads.
type Results []Result

// Search searches every workload of every kernel for all bugs. The two searches
// must find the same ones.
func Search[S, L comparable](c *vm.Class[S, L]) (rs Results) {
	Each(c, func(m *vm.Machine[S, L], b *vm.Boot[S]) {
		r := Result{
			Race: c.Name, Kernel: m.Kernel, Boot: b.Name,
			Short: fuzz.Explore(m, b, Work(b), fuzz.Options{All: true}),
			Calm:  fuzz.Explore(m, b, Work(b), fuzz.Options{All: true, Preemptions: true}),
		}
		if !r.sound() {
			panic(fmt.Sprintf("racetest: %s, kernel %s, workload %s: the two searches do not agree, or hit a limit", c.Name, m.Kernel.Name, b.Name))
		}
		rs = append(rs, r)
	})
	return rs
}

func (r *Result) sound() bool {
	for i := range r.Short.Finds {
		if _, ok := r.Calm.Find(r.Short.Finds[i].Bug.Name()); !ok {
			return false
		}
	}
	return len(r.Short.Finds) == len(r.Calm.Finds) && r.Short.Limit == "" && r.Calm.Limit == ""
}

// Of returns the results of the kernel with that id, in these workloads or in all.
func (rs Results) Of(id string, boots ...string) (of Results) {
	for _, r := range rs {
		if r.Kernel.ID == id && (len(boots) == 0 || slices.Contains(boots, r.Boot)) {
			of = append(of, r)
		}
	}
	if len(of) == 0 {
		panic(fmt.Sprintf("racetest: no kernel %s with workloads %v: is its id spelt so?", id, boots))
	}
	return of
}

// Bugs returns the names of all bugs that were found, each once.
func (rs Results) Bugs() []string {
	var names []string
	for _, r := range rs {
		for _, f := range r.Short.Finds {
			if !slices.Contains(names, f.Bug.Name()) {
				names = append(names, f.Bug.Name())
			}
		}
	}
	return names
}

// Find returns the find of a bug with the fewest preemptions.
func (rs Results) Find(bug string) (best *fuzz.Find, ok bool) {
	for _, r := range rs {
		if f, found := r.Calm.Find(bug); found && (!ok || f.Preemptions < best.Preemptions) {
			best, ok = f, true
		}
	}
	return best, ok
}
