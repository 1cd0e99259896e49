package fuzz

import "github.com/vmrace/vmrace/vm"

// Landmarks are what a search that leaves out lines must not miss: the states in
// which no CPU can go on, and each CPU as it stands in some state.
type Landmarks[S, L comparable] struct {
	Ends   map[S]bool
	Stands map[Stand[L]]bool
}

// A Stand is a CPU with its stack and locals.
type Stand[L comparable] struct {
	Number int
	CPU    vm.CPU[L]
}

// Cover returns the landmarks of a search, with the states that stand for the ends
// if the class has a symmetry.
func LandmarksOf[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) Landmarks[S, L] {
	c := Landmarks[S, L]{map[S]bool{}, map[Stand[L]]bool{}}
	e := explore(m, boot, w, o)
	sym := newSymmetry(m, boot, w)
	x := m.Exec(w)
	var s S
	for id := range uint32(e.t.n) {
		e.state(&s, id)
		last := true
		for cpu := range w.Programs {
			c.Stands[Stand[L]{cpu, *m.CPU(&s, cpu)}] = true
			next := s
			last = last && m.Step(x, &next, cpu, 0) != vm.Ran
		}
		if last {
			if sym != nil {
				sym.canonical(&s)
			}
			c.Ends[s] = true
		}
	}
	return c
}

// ExploreTrusting searches without the doubts of a search in footprints that it meets
// for the first time, and returns how many lines it could pass over.
func ExploreTrusting[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) (v *Verdict, passed int) {
	o.trusting = true
	e := explore(m, boot, w, o)
	for _, worker := range e.workers {
		passed += worker.passed
	}
	return &e.v, passed
}

// ExploreThoroughly searches without passing over or recalling any line.
func ExploreThoroughly[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, o Options) *Verdict {
	o.thorough = true
	return Explore(m, boot, w, o)
}
