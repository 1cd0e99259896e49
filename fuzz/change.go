package fuzz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vmrace/vmrace/vm"
)

// A Change makes a kernel of one's own out of one that has a name: with more
// patches, without some of its own, and with lines dropped.
type Change struct {
	With, Without []string // names of patches
	Drop          []string // lines, each as "function: text"
}

// Apply returns the changed kernel, whose name tells the change, and the lines
// to drop. It is an error if there is no such patch or line.
func (c Change) Apply(r Race, k vm.Kernel) (vm.Kernel, []vm.At, error) {
	for _, name := range c.With {
		p, err := r.Patch(name)
		if err != nil {
			return k, nil, err
		}
		k.Patches |= p
		k.Name += " with " + name
		k.Fixed = false
	}
	for _, name := range c.Without {
		p, err := r.Patch(name)
		if err != nil {
			return k, nil, err
		}
		k.Patches &^= p
		k.Name += " without " + name
		k.Fixed = false
	}
	var drop []vm.At
	for _, line := range c.Drop {
		function, text, ok := strings.Cut(line, ":")
		if !ok {
			return k, nil, fmt.Errorf("line to drop %q: want \"function: text\"", line)
		}
		at, err := r.LinesOf(function, text)
		if err != nil {
			return k, nil, err
		}
		drop = append(drop, at...)
		k.Name += " without " + strings.TrimSpace(text)
		k.Fixed = false
	}
	return k, drop, nil
}

func (r *race[S, L]) Patch(name string) (vm.Patch, error) {
	i := slices.Index(r.c.Patches, name)
	if i < 0 {
		return 0, fmt.Errorf("race %s has no patch %q: have %s", r.c.Name, name, strings.Join(r.c.Patches, ", "))
	}
	return 1 << i, nil
}

func (r *race[S, L]) LinesOf(function, text string) ([]vm.At, error) {
	text = strings.TrimSpace(text)
	var out []vm.At
	for f, ls := range r.c.Listings {
		for i, line := range ls.Lines {
			if ls.Name == function && strings.TrimSpace(line.Text) == text {
				out = append(out, vm.At{Func: vm.Func(f), Line: uint8(i)})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("race %s has no line %q in a function %q: see vmrace list -race %s -kernel K", r.c.Name, text, function, r.c.Name)
	}
	return out, nil
}

func (r *race[S, L]) Objects() string {
	return vm.Objects[S]()
}
