package fuzz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vmrace/vmrace/vm"
)

// A Race is a class with the types of its state hidden, for programs that
// handle several classes.
type Race interface {
	Name() string
	About() string
	Kernels() []vm.Kernel
	// Kernel returns the kernel of that name or id; the empty name stands for
	// the newest fixed one.
	Kernel(name string) (vm.Kernel, error)
	// Check searches the small workloads of the class on a kernel.
	Check(k vm.Kernel, s vm.Sched, o Options) *Check
	// Crashers searches a schedule with the fewest preemptions, then lines, for
	// each distinct bug of a kernel.
	Crashers(k vm.Kernel, s vm.Sched, o Options) []Crasher
	// Trace runs an input on a kernel.
	Trace(k vm.Kernel, s vm.Sched, input []byte) *Trace
	// Minimise shrinks an input that shows the bug of that name on a kernel. The
	// empty name stands for the bug that shows first.
	Minimise(k vm.Kernel, s vm.Sched, input []byte, bug string) (*Crasher, error)
	// Optimum returns the fewest preemptions, and the fewest lines among the
	// schedules with these, that show the bug of a crasher with its operations.
	Optimum(c *Crasher, o Options) (preemptions, lines int, err error)
	// Measure returns the preemptions and lines of the crasher up to its bug; up
	// to the point at which it has become certain, if that is a livelock.
	Measure(c *Crasher) (preemptions, lines int, err error)
	// Mutants drops each line of a kernel in turn and searches what is left.
	Mutants(k vm.Kernel, o Options) []Mutant
	// Target prepares the runs of a fuzz target on a kernel; with states, they
	// tell the engine the states that they visit.
	Target(k vm.Kernel, s vm.Sched, states bool) *Target
	// Liveness searches, for each workload on a kernel, whether every fair run
	// reaches the ends of its programs and the goals of the class.
	Liveness(k vm.Kernel, s vm.Sched, f Fairness, o Options) []Liveness
	// Grow searches larger and larger open workloads on a kernel.
	Grow(k vm.Kernel, s vm.Sched, operations int, o Options, visit func(Growth))
	// Chance runs n uniformly random schedules of each workload on a kernel and
	// counts those that show the bug of that name; the empty name stands for any.
	Chance(k vm.Kernel, s vm.Sched, bug string, n int, seed uint64) []Chance
	// States returns the states that the operations of an input can lead to, at most
	// max of them.
	States(k vm.Kernel, s vm.Sched, input []byte, max int) (*StateGraph, error)
	// Reductions searches each workload that fits a kernel for all its bugs,
	// without and with the reductions of [Options].
	Reductions(k vm.Kernel) []Reduction
	// Asymmetries returns the lines at which the class is not as symmetric as it
	// says, looked for in so many states of workloads in which every CPU does the
	// same; and how many of these have a symmetry.
	Asymmetries(k vm.Kernel, limit int) (lines []string, workloads int)
	// Lies returns where the footprints of the lines of a kernel are wrong, looked
	// for in so many states of each workload.
	Lies(k vm.Kernel, limit int) []string
	// Listings prints the functions of a kernel as a diff against the kernel
	// without any patch.
	Listings(k vm.Kernel) string
}

// Of returns a class as a Race.
func Of[S, L comparable](c *vm.Class[S, L]) Race { return &race[S, L]{c} }

type race[S, L comparable] struct{ c *vm.Class[S, L] }

func (r *race[S, L]) Name() string         { return r.c.Name }
func (r *race[S, L]) About() string        { return r.c.About }
func (r *race[S, L]) Kernels() []vm.Kernel { return r.c.Kernels }

func (r *race[S, L]) Kernel(name string) (vm.Kernel, error) {
	if name == "" {
		return r.c.Default(), nil
	}
	if k, ok := r.c.Kernel(name); ok {
		return k, nil
	}
	var names []string
	for _, k := range r.c.Kernels {
		names = append(names, k.Name)
	}
	return vm.Kernel{}, fmt.Errorf("race %s has no kernel %q: have %s", r.c.Name, name, strings.Join(names, ", "))
}

func (r *race[S, L]) Asymmetries(k vm.Kernel, limit int) (lines []string, workloads int) {
	m := vm.New(r.c, k, vm.SMP)
	var s S
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		for op := range r.c.Ops {
			w := &vm.Workload{Programs: make([][]uint8, len(r.c.CPUs(&s)))}
			for cpu := range w.Programs {
				w.Programs[cpu] = []uint8{uint8(op), uint8(op)}
			}
			found, elements := Asymmetries(m, b, w, limit)
			lines = append(lines, found...)
			if elements > 1 {
				workloads++
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines), workloads
}

func (r *race[S, L]) Lies(k vm.Kernel, limit int) []string {
	m := vm.New(r.c, k, vm.SMP)
	var out []string
	for i := range r.c.Boots {
		if b := &r.c.Boots[i]; b.Fits(k.Patches) {
			out = append(out, Lies(m, b, &vm.Workload{Programs: b.Programs}, limit)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *race[S, L]) Trace(k vm.Kernel, s vm.Sched, input []byte) *Trace {
	m := vm.New(r.c, k, s)
	run := NewRunner(m, false)
	run.Run(decode(m, input))
	return run.Trace("")
}

// decode returns the input that bytes stand for on a machine.
func decode[S, L comparable](m *vm.Machine[S, L], input []byte) *Input {
	in := CodecOf(m.Class).Decode(input)
	fit(m, in)
	return in
}

// fit replaces what the kernel does not have: a boot that makes no sense for it
// by the next one that does, and an operation that is empty by another one, so
// that no instruction is wasted.
func fit[S, L comparable](m *vm.Machine[S, L], in *Input) {
	boots := m.Class.Boots
	for range boots {
		if boots[in.Boot].Fits(m.Kernel.Patches) {
			break
		}
		in.Boot = (in.Boot + 1) % len(boots)
	}
	for _, program := range in.Programs {
		for i, op := range program {
			program[i] = m.Available(op)
		}
	}
}

// open returns the machine and the decoded input of a crasher.
func (r *race[S, L]) open(c *Crasher) (*vm.Machine[S, L], *Input, error) {
	k, err := r.Kernel(c.Kernel)
	if err != nil {
		return nil, nil, err
	}
	s, err := vm.ParseSched(c.Sched)
	if err != nil {
		return nil, nil, err
	}
	m := vm.New(r.c, k, s)
	return m, decode(m, c.Bytes), nil
}
