package fuzz

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// unfold turns the moves of a find, which lead from one state that stands for
// others to the next, into a schedule of the workload.
func (g *symmetry[S, L]) unfold(w *vm.Workload, boot *vm.Boot[S], f *Find) {
	x := g.m.Exec(w)
	var s, c S
	g.m.Boot(x, &s, boot)
	c = s
	names := vm.NewRenaming(nil, nil) // from the CPUs of s to those of c
	out := make([]Move, len(f.Moves))
	for i, mv := range f.Moves {
		out[i] = g.origin(mv, names, w, &c)
		g.m.Step(x, &c, int(mv.CPU), int(mv.Choice))
		g.m.Step(x, &s, int(out[i].CPU), int(out[i].Choice))
		if i == len(out)-1 {
			break
		}
		g.canonical(&c)
		names = g.between(&s, &c)
	}
	f.Moves = out
	if !f.sighted(x.Bugs()) && f.Bug.CPU < 0 {
		g.m.Rest(x, &s)
		f.sighted(x.Bugs())
	}
}

// origin returns the move whose renaming is the one given, in a renamed state.
func (g *symmetry[S, L]) origin(mv Move, names *vm.Renaming, w *vm.Workload, c *S) Move {
	out := mv
	for cpu := range w.Programs {
		if names.CPU(cpu) == int(mv.CPU) {
			out.CPU = uint8(cpu)
		}
	}
	if w.Any == 0 || !g.m.CPU(c, int(mv.CPU)).Idle() {
		return out
	}
	for op := range g.m.Class.Ops { // the choice is which operation begins
		if image, _ := g.image(uint8(op), names); image == mv.Choice {
			out.Choice = uint8(op)
		}
	}
	return out
}

// sighted takes the bug, with its CPU and object, from those of a line.
func (f *Find) sighted(bugs []vm.Bug) bool {
	for _, b := range bugs {
		if b.Name() == f.Bug.Name() {
			f.Bug = b
			return true
		}
	}
	return false
}

// between returns how one state is renamed to become another one.
func (g *symmetry[S, L]) between(s, c *S) *vm.Renaming {
	if *s == *c {
		return vm.NewRenaming(nil, nil)
	}
	for i := range g.all {
		var t S
		if g.all[i].mapping.Apply(unsafe.Pointer(&t), unsafe.Pointer(s)); t == *c {
			return g.all[i].r
		}
	}
	panic(fmt.Sprintf("fuzz: class %s is not as symmetric as it says: does a line depend on the number of a CPU or object?", g.m.Class.Name))
}
