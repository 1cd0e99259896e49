package vm

// A Class is a race class: everything that is known about a protocol before a
// kernel, a scheduling model and a workload are chosen. S is the state of the
// whole system, L the local variables of one function activation.
type Class[S, L comparable] struct {
	Name     string
	About    string // what races with what, in one sentence
	Object   string // what the objects of bugs are: "page"
	Patches  []string
	Kernels  []Kernel // oldest first; the last fixed one is the default of a fuzz target
	Listings []Listing[S, L]
	Ops      []Op[S, L]
	Boots    []Boot[S]
	CPUs     func(s *S) []CPU[L]

	// Rest reports, through x.Bug, what must not be once every program has
	// ended. It may be nil.
	Rest func(s *S, x *Exec)

	// Cover maps a state to a coarse abstraction of it, below 512, that guides
	// coverage-driven fuzzing together with the lines at which CPUs are left. A
	// few hundred values are best. It may be nil: then the lines alone do.
	Cover func(s *S) uint32

	// Eventually are the goals that every run must reach, beyond that each
	// program comes to its end.
	Eventually []Goal[S]

	// Symmetry says which CPUs and objects are alike, so that a search may take
	// states that differ only in these for one; nil: none are.
	Symmetry *Symmetry

	// Spare lists the lines of fixed kernels that can be dropped without a bug.
	Spare []Spare
}

// An Op is an operation that a CPU can be told to do: a call of a function.
type Op[S, L any] struct {
	Name string
	Func Func
	Args L

	// Begin takes what the caller must own, a reference say, from the state, and
	// may complete the arguments. It returns false if there is nothing to take:
	// the operation is then skipped. It may be nil.
	Begin func(s *S, x *Exec, args *L) bool
}

// A Boot is an initial state together with the small workload that check runs
// on it: a program, a list of indices into [Class.Ops], for each CPU.
type Boot[S any] struct {
	Name     string
	Init     func(s *S, p Patch) // fills in a zero state; nil leaves it so
	Programs [][]uint8
	Needs    Patch // the workload makes sense only with one of these patches; 0: always
	Without  Patch // and with none of these
}

// Fits reports whether the boot state makes sense for a kernel with these patches.
func (b *Boot[S]) Fits(p Patch) bool {
	return (b.Needs == 0 || b.Needs&p != 0) && b.Without&p == 0
}

// A Goal is something that must have come true at some point of every run,
// however long the run is: no schedule, if it is fair, may put it off for ever.
type Goal[S any] struct {
	Name    string
	Reached func(s *S) bool
	Boots   []string // names of the workloads that it is a goal of
}

// A Spare is a line that may be dropped from a fixed kernel without a bug, and why.
type Spare struct {
	Kernels []string // names of kernels; none: every fixed kernel that has the line
	At      At
	Why     string
}

// Covers reports whether the entry is about this line of this kernel.
func (sp *Spare) Covers(kernel string, at At) bool {
	if sp.At != at {
		return false
	}
	for _, k := range sp.Kernels {
		if k == kernel {
			return true
		}
	}
	return len(sp.Kernels) == 0
}

// Kernel returns the kernel of that name or id.
func (c *Class[S, L]) Kernel(name string) (Kernel, bool) {
	for _, k := range c.Kernels {
		if k.Name == name || k.ID == name {
			return k, true
		}
	}
	return Kernel{}, false
}

// Default returns the newest fixed kernel. A class without one is our mistake.
func (c *Class[S, L]) Default() Kernel {
	for i := len(c.Kernels) - 1; i >= 0; i-- {
		if c.Kernels[i].Fixed {
			return c.Kernels[i]
		}
	}
	panic("vm: class " + c.Name + " has no fixed kernel: is Fixed set in its Kernels table?")
}
