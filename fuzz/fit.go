package fuzz

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// decode returns the input that bytes stand for on a machine.
func decode[S, L comparable](m *vm.Machine[S, L], input []byte) *Input {
	in := &Input{}
	decodeTo(m, CodecOf(m.Class), in, input)
	return in
}

// decodeTo is decode into an input whose memory is used again.
func decodeTo[S, L comparable](m *vm.Machine[S, L], c Codec, in *Input, input []byte) {
	c.DecodeTo(in, input)
	fit(m, in)
	c.normalise(in)
}

// fit replaces what the kernel does not have, so that no instruction is wasted: a
// boot that makes no sense for it by the next one that does, with its workload,
// and an operation that is empty by another one. A workload itself stays as it is.
func fit[S, L comparable](m *vm.Machine[S, L], in *Input) {
	boots := m.Class.Boots
	old := boots[in.Boot].Programs
	if !beginWith(in.Programs, old) {
		old = nil
	}
	for range boots {
		if boots[in.Boot].Fits(m.Kernel.Patches) {
			break
		}
		in.Boot = (in.Boot + 1) % len(boots)
	}
	for cpu, program := range in.Programs {
		given := 0
		if old != nil {
			begin := programOf(boots[in.Boot].Programs, cpu)
			program = slices.Replace(program, 0, len(programOf(old, cpu)), begin...)
			program, given = program[:min(len(program), MaxProgram)], len(begin)
		}
		for i := given; i < len(program); i++ {
			program[i] = m.Available(program[i])
		}
		in.Programs[cpu] = program
	}
}
