package fuzz

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// A Reduction is what the reductions of a search come to on one workload.
type Reduction struct {
	Kernel string
	Boot   string
	Bugs   []string // their names, in alphabetical order, and the limit that was hit, if one was
	States int      // of the full search
	// By are the reduced searches: by partial order, by symmetry, by both.
	By [3]struct {
		Bugs   []string
		States int
	}
}

// Reductions searches each workload of a kernel that fits for all its bugs,
// without and with the reductions.
func (r *race[S, L]) Reductions(k vm.Kernel) []Reduction {
	m := vm.New(r.c, k, vm.SMP)
	var out []Reduction
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		w := &vm.Workload{Programs: b.Programs}
		red := Reduction{Kernel: k.Name, Boot: b.Name}
		v := Explore(m, b, w, Options{All: true})
		red.Bugs, red.States = v.names(), v.States
		for j, o := range []Options{{POR: true}, {Symmetry: true}, {POR: true, Symmetry: true}} {
			o.All = true
			if o.Symmetry && newSymmetry(m, b, w) == nil {
				// Nothing is alike: the search would be the one without.
				red.By[j].Bugs, red.By[j].States = red.Bugs, red.States
				if o.POR {
					red.By[j] = red.By[0]
				}
				continue
			}
			v := Explore(m, b, w, o)
			red.By[j].Bugs, red.By[j].States = v.names(), v.States
		}
		out = append(out, red)
	}
	return out
}

// names returns the names of the bugs found, and the limit.
func (v *Verdict) names() []string {
	var names []string
	for i := range v.Finds {
		names = append(names, v.Finds[i].Bug.Name())
	}
	slices.Sort(names)
	if v.Limit != "" {
		names = append(names, v.Limit)
	}
	return names
}
