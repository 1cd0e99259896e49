package fuzz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vmrace/vmrace/fuzz/sched"
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
	// Patch returns the patch of that name.
	Patch(name string) (vm.Patch, error)
	// LinesOf returns the lines of a function with that text; white space at its
	// ends is no matter.
	LinesOf(function, text string) ([]vm.At, error)
	// Objects says how many objects of which kind the state of the class has.
	Objects() string
	// Check searches the small workloads of the class on a kernel, without the
	// dropped lines.
	Check(k vm.Kernel, s vm.Sched, o Options, drop ...vm.At) *Check
	// Crashers searches a schedule with the fewest preemptions, then lines, for
	// each distinct bug of a kernel.
	Crashers(k vm.Kernel, s vm.Sched, o Options) []Crasher
	// Trace runs an input on a kernel, without the dropped lines.
	Trace(k vm.Kernel, s vm.Sched, input []byte, drop ...vm.At) *Trace
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
	// Sample counts the schedules that a scheduler needs to show a bug.
	Sample(k vm.Kernel, s vm.Sched, spec sched.Spec, o SampleOptions) ([]Sampled, error)
	// Probability computes, for a workload of a kernel or all of them, how likely
	// a single schedule is to show the bug of that name; the empty name stands for
	// any.
	Probability(k vm.Kernel, s vm.Sched, spec sched.Spec, bug, workload string, o Options) ([]Probability, error)
	// Canonical returns the shortest bytes that stand for the same input.
	Canonical(input []byte) []byte
	// Digests returns a function that runs inputs on a kernel, one after the
	// other, and returns a hash of each run, see [Runner.Digest].
	Digests(k vm.Kernel, s vm.Sched) func(input []byte) uint64
	// Covers returns a function that runs inputs on a kernel and says what each
	// of them covers.
	Covers(k vm.Kernel, s vm.Sched) func(input []byte) Coverage
	// Reach searches what the small workloads of the class can cover at all.
	Reach(k vm.Kernel, s vm.Sched, o Options) *Reach
	// Lines returns every line of the class, in the order of their numbers.
	Lines(k vm.Kernel) []NamedLine
	// Dictionary returns the instructions of the class as a libFuzzer dictionary.
	Dictionary() string
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
func Of[S, L comparable](c *vm.Class[S, L]) Race { return &race[S, L]{c: c} }

// Family returns classes with the same functions as races that know of each
// other: what a line is for may show in another race than the one at hand.
func Family[S, L comparable](classes ...*vm.Class[S, L]) []Race {
	var out []Race
	for _, c := range classes {
		out = append(out, &race[S, L]{c, classes})
	}
	return out
}

type race[S, L comparable] struct {
	c   *vm.Class[S, L]
	kin []*vm.Class[S, L] // the family, if it has one
}

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

func (r *race[S, L]) Trace(k vm.Kernel, s vm.Sched, input []byte, drop ...vm.At) *Trace {
	m := vm.New(r.c, k, s, drop...)
	run := NewRunner(m, false)
	run.Run(decode(m, input))
	return run.Trace("")
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
