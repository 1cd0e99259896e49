// Package statecov tells a coverage-guided fuzzer which states a run has
// visited.
//
// Go's fuzzing engine and libFuzzer see basic blocks, not interleavings. This
// package is a switch with 1,024 empty cases. Compiled for fuzzing, each case
// has a counter of its own, so that a new abstract state is new coverage and the
// input that reached it is kept. Without instrumentation a hit is a jump to a
// return.
//
// The abstraction should be coarse, a few hundred states: a full corpus drowns
// Go's scheduler, which gives each entry a tenth of a second in turn.
package statecov

//go:generate go run gen.go

// N is the number of states that are told apart.
const N = 1024

// reset forgets the code coverage of the run so far, see hook.
var reset = func() {}

// Report tells the engine the abstract states of a run, each once.
func Report(states []uint32) {
	reset()
	for _, i := range states {
		hit(i)
	}
}
