package racetest

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// A Step is a line that was tried in a state, with one of its outcomes.
type Step[S any] struct {
	X      *vm.Exec // what the line is accused of, and what it touched
	Before *S
	After  *S // a copy of Before if the line was blocked
	CPU    int
	At     vm.At
	Ran    bool // the line was not blocked
}

// Walk tries each CPU's next line in every state of a workload, once for each
// outcome, shows it to look, and returns the number of states. It is a search
// as simple as can be, and owes nothing to that of package fuzz. A state in
// which the kernel stops is shown, but not counted.
func Walk[S, L comparable](m *vm.Machine[S, L], b *vm.Boot[S], look func(Step[S])) int {
	x := m.Exec(Work(b))
	s := new(S)
	m.Boot(x, s, b)
	seen := map[S]bool{*s: true}
	for todo := []S{*s}; len(todo) > 0; {
		before := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for cpu := range b.Programs {
			if m.Done(x, &before, cpu) || !m.MayRun(x, &before, cpu) {
				continue
			}
			at := m.CPU(&before, cpu).PC()
			for choice, choices := 0, 1; choice < choices; choice++ {
				*s = before
				ran := m.Step(x, s, cpu, choice) == vm.Ran
				choices = x.Choices()
				look(Step[S]{x, &before, s, cpu, at, ran})
				if ran && !slices.ContainsFunc(x.Bugs(), vm.Bug.Stops) && !seen[*s] {
					seen[*s] = true
					todo = append(todo, *s)
				}
			}
		}
	}
	return len(seen)
}

// Meets reports whether a line that runs, in one of the workloads, is what is
// asked for. No workload stands for all that fit the kernel.
func Meets[S, L comparable](m *vm.Machine[S, L], is func(Step[S]) bool, boots ...*vm.Boot[S]) bool {
	met := false
	for _, b := range orAll(m, boots) {
		Walk(m, b, func(s Step[S]) { met = met || s.Ran && is(s) })
	}
	return met
}
