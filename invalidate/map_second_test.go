package invalidate

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// A plainFile is what a run leaves behind.
type plainFile [mapPages]plainPage

// An outcome is what all schedules of a workload come to.
type outcome struct {
	bugs map[string]bool
	ends map[plainFile]bool
}

// search tries every order of the tasks' steps.
func (k *plainKernel) search(file plainFile) outcome {
	start := plain{page: file}
	for cpu := range k.programs {
		k.begin(&start.task[cpu], cpu)
	}
	k.bugs = map[string]bool{}
	ends := map[plainFile]bool{}
	from := map[plain][]plain{start: nil} // the states that lead to a state
	var final []plain
	for todo := []plain{start}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		next := k.successors(s)
		for _, n := range next {
			if _, seen := from[n]; !seen {
				todo = append(todo, n)
			}
			from[n] = append(from[n], s)
		}
		if len(next) == 0 {
			final = append(final, s)
			if k.rest(&s) {
				ends[s.page] = true
			}
		}
	}
	if !allEnd(from, final) {
		k.bugs["livelock"] = true
	}
	return outcome{k.bugs, ends}
}

// begin prepares a task for its next operation, if there is one.
func (k *plainKernel) begin(t *plainTask, cpu int) {
	if program := k.programs[cpu]; int(t.op) < len(program) {
		op := program[t.op]
		t.page, t.end = op.page, op.end
	}
}

func (k *plainKernel) successors(s plain) []plain {
	var next []plain
	for cpu, program := range k.programs {
		op := int(s.task[cpu].op)
		if s.halted || op == len(program) {
			continue
		}
		for _, k.resched = range []bool{false, true} {
			n := s
			t := &n.task[cpu]
			if !program[op].run(k, &n, t) {
				continue
			}
			if int(t.op) > op {
				k.begin(t, cpu)
			}
			for p := range n.page {
				if n.page[p].mapped && !n.page[p].cached {
					k.bugs[string(Dangling)] = true
				}
			}
			next = append(next, n)
		}
	}
	return next
}

// rest looks at a state in which nobody goes on. It reports whether all tasks are
// through.
func (k *plainKernel) rest(s *plain) bool {
	if s.halted {
		return false
	}
	for cpu := range k.programs {
		if int(s.task[cpu].op) < len(k.programs[cpu]) {
			k.bugs["deadlock"] = true
			return false
		}
	}
	for _, p := range s.page {
		if p.cached && p.unsaved && !p.dirty && !p.written {
			k.bugs["lost store (the page is clean)"] = true
		}
	}
	return true
}

// allEnd reports whether every state can lead to a final one.
func allEnd(from map[plain][]plain, final []plain) bool {
	ends := map[plain]bool{}
	for todo := final; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !ends[s] {
			ends[s] = true
			todo = append(todo, from[s]...)
		}
	}
	return len(ends) == len(from)
}

// file is what the first implementation leaves behind.
func (s *MapState) file() (f plainFile) {
	for p := range f {
		f[p] = plainPage{
			cached: s.Cached.Has(p), dirty: s.Dirty.Has(p), block: s.Reserved.Has(p), unsaved: s.Unsaved.Has(p),
			mapped: s.PTE[p]&mapPresent != 0, writable: s.PTE[p]&mapWrite != 0, written: s.PTE[p]&mapDirty != 0,
		}
	}
	return f
}

// outcomeOf searches the first implementation.
func outcomeOf(t *testing.T, m *vm.Machine[MapState, mapLocals], b *vm.Boot[MapState]) outcome {
	out := outcome{map[string]bool{}, map[plainFile]bool{}}
	for _, bug := range racetest.Shown(t, m, b) {
		out.bugs[bug] = true
	}
	racetest.Walk(m, b, func(step racetest.Step[MapState]) {
		for cpu := range b.Programs {
			if !m.Done(step.X, step.After, cpu) {
				return
			}
		}
		out.ends[step.After.file()] = true
	})
	return out
}

// plainOutcome searches the second one.
func plainOutcome(k vm.Kernel, b *vm.Boot[MapState]) outcome {
	var s MapState
	b.Init(&s, k.Patches)
	p := plainKernels[k.Name]
	for _, program := range b.Programs {
		var ops []plainOp
		for _, op := range program {
			ops = append(ops, plainOps[mapOps[op].Name])
		}
		p.programs = append(p.programs, ops)
	}
	return p.search(s.file())
}

// What the kernels do, by their names.
var plainKernels = map[string]plainKernel{
	"2.6.23":                  {launder: true},
	"2.6.23-no-launder":       {lockedMkwrite: true, unmapMutex: true},
	"2.6.30":                  {launder: true, lockedMkwrite: true},
	"2.6.30-while":            {launder: true, lockedMkwrite: true, again: true},
	"2.6.38-mkwrite-unlocked": {launder: true, unmapMutex: true},
	"2.6.38":                  {launder: true, lockedMkwrite: true, unmapMutex: true},
}

// Both come to the same bugs and leave the same behind.
func TestMapSecondImplementationAgrees(t *testing.T) {
	racetest.Each(&SharedMapping, func(m *vm.Machine[MapState, mapLocals], b *vm.Boot[MapState]) {
		require.Equal(t, plainOutcome(m.Kernel, b), outcomeOf(t, m, b), "%s, %s", m.Kernel.Name, b.Name)
	})
}
