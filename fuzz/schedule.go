package fuzz

import "github.com/vmrace/vmrace/vm"

// InputOf returns an input that executes a schedule, with one burst for each
// stretch of one CPU. Shorter bytes may do the same, see [Runner.Minimise].
func InputOf[S, L comparable](m *vm.Machine[S, L], boot int, programs [][]uint8, moves []Move) *Input {
	c := CodecOf(m.Class)
	in := &Input{}
	c.clear(in)
	in.Boot = boot
	for cpu := range programs {
		in.Programs[cpu] = append(in.Programs[cpu], programs[cpu]...)
	}
	walk(m, boot, programs, moves, func(x *vm.Exec, _ *S, mv Move) {
		if x.Choices() > 1 && len(in.Choices[mv.CPU]) < MaxChoices {
			in.Choices[mv.CPU] = append(in.Choices[mv.CPU], mv.Choice)
		}
	})
	for i := 0; i < len(moves); {
		n := i + 1
		for n < len(moves) && moves[n].CPU == moves[i].CPU && n-i < c.longest() {
			n++
		}
		in.burst(moves[i].CPU, uint8(n-i))
		i = n
	}
	c.normalise(in)
	return in
}

// Preemptions counts how often a schedule leaves a CPU that could go on.
func Preemptions[S, L comparable](m *vm.Machine[S, L], boot int, programs [][]uint8, moves []Move) int {
	n := 0
	last := -1
	probe := m.Exec(&vm.Workload{Programs: programs})
	var before, spare S
	m.Boot(probe, &before, &m.Class.Boots[boot])
	walk(m, boot, programs, moves, func(_ *vm.Exec, s *S, mv Move) {
		if cpu := int(mv.CPU); cpu != last {
			if last >= 0 && canRun(m, probe, &before, &spare, last) {
				n++
			}
			last = cpu
		}
		before = *s
	})
	return n
}

// walk executes a schedule and shows the state after each move.
func walk[S, L comparable](m *vm.Machine[S, L], boot int, programs [][]uint8, moves []Move, visit func(x *vm.Exec, s *S, mv Move)) {
	x := m.Exec(&vm.Workload{Programs: programs})
	var s S
	m.Boot(x, &s, &m.Class.Boots[boot])
	for _, mv := range moves {
		if m.Done(x, &s, int(mv.CPU)) {
			return
		}
		m.Step(x, &s, int(mv.CPU), int(mv.Choice))
		visit(x, &s, mv)
	}
}

// canRun reports whether a CPU could execute a line now; spare is scratch.
func canRun[S, L comparable](m *vm.Machine[S, L], x *vm.Exec, s, spare *S, cpu int) bool {
	if m.Done(x, s, cpu) || !m.MayRun(x, s, cpu) {
		return false
	}
	*spare = *s
	return m.Step(x, spare, cpu, 0) == vm.Ran
}
