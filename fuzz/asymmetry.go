package fuzz

import (
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// Asymmetries returns where a class is not as symmetric as it says, in up to
// limit reachable states of a workload: a line of a CPU does something else than
// the line of its image in the renamed state.
func Asymmetries[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, limit int) (lines []string, elements int) {
	g := newSymmetry(m, boot, w)
	if g == nil {
		return nil, 1
	}
	e := newExplorer(m, w, Options{All: true, MaxStates: limit})
	e.boot(boot)
	e.search()
	p := &prober[S, L]{m: m, x: m.Exec(w)}
	found := map[string]bool{}
	var s S
	for id := range uint32(e.t.n) {
		e.state(&s, id)
		for cpu := range w.Programs {
			if e.workers[0].idle(&s, cpu) {
				continue
			}
			el := &g.all[(int(id)+cpu)%len(g.all)]
			if !g.equivariant(p, &s, cpu, el) {
				found[lineOf(m, m.CPU(&s, cpu))] = true
			}
		}
	}
	for line := range found {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines, len(g.all) + 1
}

// lineOf names the line that a CPU executes next, in an open workload perhaps the
// begin of an operation.
func lineOf[S, L comparable](m *vm.Machine[S, L], c *vm.CPU[L]) string {
	if c.Idle() {
		return "begin"
	}
	at := c.PC()
	return m.Class.Listings[at.Func].Name + ": " + m.Text(at)
}

// choice returns the outcome of the renamed line that another outcome of the line
// stands for: of an idle CPU it is which operation begins.
func (g *symmetry[S, L]) choice(choice int, c *vm.CPU[L], r *vm.Renaming) int {
	if !c.Idle() || choice >= len(g.m.Class.Ops) {
		return choice
	}
	image, _ := g.image(uint8(choice), r)
	return int(image)
}

// equivariant reports whether a line has the same effect before and after a
// renaming.
func (g *symmetry[S, L]) equivariant(p *prober[S, L], s *S, cpu int, el *element) bool {
	var t S
	el.mapping.Apply(unsafe.Pointer(&t), unsafe.Pointer(s))
	for choice, choices := 0, 1; choice < choices; choice++ {
		a, e := p.step(s, cpu, choice)
		b, f := p.step(&t, el.r.CPU(cpu), g.choice(choice, p.m.CPU(s, cpu), el.r))
		choices = e.choices
		g.canonical(&a)
		g.canonical(&b)
		if a != b || e.status != f.status || e.choices != f.choices || len(e.bugs) != len(f.bugs) {
			return false
		}
		for i := range e.bugs {
			if e.bugs[i].Name() != f.bugs[i].Name() {
				return false
			}
		}
	}
	return true
}
