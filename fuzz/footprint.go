package fuzz

import (
	"fmt"
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// Lies returns where the footprints of lines are wrong, in the reachable states
// of a workload: a line changed a word of which its footprint says nothing, or
// did something else in a state that differs only in words that it claims not to
// touch. Each entry names a line and a word; none are what a reduced search
// stands on.
//
// Of the states up to limit are visited. Two of them make a test of a line if a
// CPU stands before it with the same locals in both: the line must do in the
// first state what it does in the second one with its words of the first.
func Lies[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, limit int) []string {
	e := newExplorer(m, w, Options{All: true, MaxStates: limit})
	e.boot(boot)
	e.search()
	p := &prober[S, L]{m: m, x: m.Exec(w), found: map[string]bool{}}
	for cpu := range w.Programs {
		alike := map[vm.CPU[L]][]S{}
		var s S
		for id := range uint32(e.t.n) {
			e.state(&s, id)
			if c := m.CPU(&s, cpu); !e.workers[0].idle(&s, cpu) && len(alike[*c]) < maxAlike {
				alike[*c] = append(alike[*c], s)
			}
		}
		for _, states := range alike {
			for i := range states {
				for j := range min(len(states), partners) {
					p.compare(&states[i], &states[(i+1+j*j)%len(states)], cpu)
				}
			}
		}
	}
	var out []string
	for lie := range p.found {
		out = append(out, lie)
	}
	slices.Sort(out)
	return out
}

const (
	maxAlike = 48 // states in which a CPU stands before a line with the same locals
	partners = 8  // of which each is compared with these many others
)

type prober[S, L comparable] struct {
	m     *vm.Machine[S, L]
	x     *vm.Exec
	found map[string]bool
}

// An effect is what a line does, as far as others can tell, and what it touches.
type effect struct {
	status  vm.Status
	choices int
	bugs    []vm.Bug
	touch   vm.Touch
	changed vm.Words // and what it should say that it changes
	panics  bool
}

// step executes a line in a copy of a state.
func (p *prober[S, L]) step(s *S, cpu, choice int) (after S, e effect) {
	after = *s
	defer func() {
		if recover() != nil {
			e.panics = true
		}
	}()
	p.x.Order = &vm.LockOrder{} // so that what this reads is told, too
	e.status = p.m.Step(p.x, &after, cpu, choice)
	e.choices = p.x.Choices()
	e.bugs = slices.Clone(p.x.Bugs())
	p.x.Touched(&e.touch)
	return after, e
}

// compare executes the line of a CPU in a, and in b with the words that it
// touches in a.
func (p *prober[S, L]) compare(a, b *S, cpu int) {
	for choice, choices := 0, 1; choice < choices; choice++ {
		after, e := p.step(a, cpu, choice)
		choices = e.choices
		if e.touch.Wide {
			continue
		}
		line := lineOf(p.m, p.m.CPU(a, cpu))
		p.writes(a, &after, cpu, line, &e)
		mixed := *a
		for off := range p.others(cpu) {
			if !e.touch.Reads.Has(off) {
				*byteAt(&mixed, off) = *byteAt(b, off)
			}
		}
		if p.same(&mixed, &after, cpu, choice, e) {
			continue
		}
		single := false
		for off := range p.others(cpu) {
			one := *a
			*byteAt(&one, off) = *byteAt(&mixed, off)
			if !p.same(&one, &after, cpu, choice, e) {
				p.lie(line, "reads", off)
				single = true
			}
		}
		if single {
			continue
		}
		p.found[line+" reads several words"] = true
	}
}

// same reports whether the line has the same effect in another state.
func (p *prober[S, L]) same(s, want *S, cpu, choice int, e effect) bool {
	got, f := p.step(s, cpu, choice)
	if f.panics || f.status != e.status || f.choices != e.choices || f.touch != e.touch || !slices.Equal(f.bugs, e.bugs) || *p.m.CPU(&got, cpu) != *p.m.CPU(want, cpu) {
		return false
	}
	for off := range p.others(cpu) {
		before := *byteAt(s, off)
		if e.changed.Has(off) {
			before = *byteAt(want, off)
		}
		if *byteAt(&got, off) != before {
			return false
		}
	}
	return true
}

// writes accuses a line of what it changed in secret.
func (p *prober[S, L]) writes(before, after *S, cpu int, line string, e *effect) {
	e.changed = e.touch.Writes
	for off := range p.others(cpu) {
		if *byteAt(before, off) != *byteAt(after, off) && !e.touch.Writes.Has(off) {
			p.lie(line, "changes", off)
			e.changed[off/64] |= 1 << (off % 64)
		}
	}
}

func (p *prober[S, L]) lie(line, verb string, off int) {
	name := p.m.Layout.Name(uint16(off))
	if name == "" {
		name = fmt.Sprint("byte ", off)
	}
	p.found[fmt.Sprintf("%s %s %s in secret", line, verb, name)] = true
}

// others yields the offsets of the bytes outside of a CPU.
func (p *prober[S, L]) others(cpu int) func(yield func(int) bool) {
	var s S
	own := int(uintptr(unsafe.Pointer(p.m.CPU(&s, cpu))) - uintptr(unsafe.Pointer(&s)))
	size := int(unsafe.Sizeof(vm.CPU[L]{}))
	return func(yield func(int) bool) {
		for off := range int(unsafe.Sizeof(s)) {
			if (off < own || off >= own+size) && !yield(off) {
				return
			}
		}
	}
}

func byteAt[S any](s *S, off int) *byte { return (*byte)(unsafe.Add(unsafe.Pointer(s), off)) }
