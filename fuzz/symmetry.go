package fuzz

import (
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// symmetry replaces each state of a search by one of those that differ from it
// only in which CPU and which object is which: the one whose bytes are the
// smallest, in an order of their own. Each of these can do what the others can,
// so that one stands for all of them (Ip and Dill, Better verification through
// symmetry, 1996; Clarke, Enders, Filkorn and Jha, Exploiting symmetry in temporal
// logic model checking, 1996).
//
// What may be renamed is what the class declares, and of that only what leaves
// the workload as it is: CPUs with the same program, objects that the programs
// treat alike, an initial state that looks the same before and after.
//
// A schedule that was found among such states changes CPUs on its way. unfold
// turns it into one of the workload.
type symmetry[S, L comparable] struct {
	m   *vm.Machine[S, L]
	all []element // but the identity
	canon
}

// An element is one way to rename a state.
type element struct {
	r       *vm.Renaming
	mapping vm.Mapping
}

// maxElements is how many ways to rename a state are tried: more, for eight CPUs
// say, would cost more than they save.
const maxElements = 5040

// newSymmetry returns the symmetry of a workload, nil if there is none or it is
// too large.
func newSymmetry[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload) *symmetry[S, L] {
	sym := m.Class.Symmetry
	if sym == nil || factorial(len(w.Programs))*factorial(sym.Objects) > maxElements {
		return nil
	}
	g := &symmetry[S, L]{m: m}
	var s, t S
	m.Boot(m.Exec(w), &s, boot)
	for _, cpus := range permutations(len(w.Programs)) {
		for _, objects := range permutations(sym.Objects) {
			r := vm.NewRenaming(cpus, objects)
			if identity(cpus) && identity(objects) || !g.keeps(r, w) {
				continue
			}
			mapping := m.Mapping(r)
			if mapping.Apply(unsafe.Pointer(&t), unsafe.Pointer(&s)); s == t {
				g.all = append(g.all, element{r: r, mapping: mapping})
			}
		}
	}
	if len(g.all) == 0 {
		return nil
	}
	g.canon = newCanon(m, g.all)
	return g
}

// keeps reports whether the programs are the same after renaming.
func (g *symmetry[S, L]) keeps(r *vm.Renaming, w *vm.Workload) bool {
	for op := range g.m.Class.Ops {
		if _, ok := g.image(uint8(op), r); !ok && w.Any > 0 {
			return false
		}
	}
	for cpu, program := range w.Programs {
		image := w.Programs[r.CPU(cpu)]
		if len(image) != len(program) {
			return false
		}
		for i, op := range program {
			if op, ok := g.image(op, r); !ok || image[i] != op {
				return false
			}
		}
	}
	return true
}

// image returns what a renaming makes of an operation.
func (g *symmetry[S, L]) image(op uint8, r *vm.Renaming) (image uint8, ok bool) {
	if sym := g.m.Class.Symmetry; sym.Op != nil {
		return sym.Op(op, r)
	}
	return op, true
}

// images calls add with what a renaming makes of what a line has done, for each
// renaming.
func (g *symmetry[S, L]) images(from, to *vm.CPU[L], cpu int, t *vm.Touch, lock int32, add func(from, to *S, cpu int, t *vm.Touch, lock int32)) {
	for i := range g.all {
		e := &g.all[i]
		u := vm.Touch{Reads: e.mapping.Words(&t.Reads), Writes: e.mapping.Words(&t.Writes), Wide: t.Wide}
		where := lock
		if lock >= 0 {
			where = int32(e.mapping.Offset(uint16(lock)))
		}
		add(g.cpu(e, from, cpu), g.cpu(e, to, cpu), e.r.CPU(cpu), &u, where)
	}
}

// cpu returns a renamed state in which nothing but a CPU matters.
func (g *symmetry[S, L]) cpu(e *element, c *vm.CPU[L], cpu int) *S {
	var s, t S
	*g.m.CPU(&s, cpu) = *c
	e.mapping.Apply(unsafe.Pointer(&t), unsafe.Pointer(&s))
	return &t
}

// permutations returns all orders of the numbers below n; the empty one for 0.
func permutations(n int) [][]uint8 {
	out := [][]uint8{{}}
	for i := range uint8(n) {
		var next [][]uint8
		for _, p := range out {
			for at := range len(p) + 1 {
				next = append(next, slices.Insert(slices.Clone(p), at, i))
			}
		}
		out = next
	}
	return out
}

func factorial(n int) int {
	f := 1
	for i := 2; i <= n; i++ {
		f *= i
	}
	return f
}

func identity(p []uint8) bool { return slices.IsSorted(p) }
