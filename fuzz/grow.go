package fuzz

import (
	"slices"
	"time"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A Growth is what the search says of a size: some CPUs, each with any
// operations up to a number, from one boot state.
type Growth struct {
	Boot       string        `json:"boot"`
	Objects    int           `json:"objects"` // pages or what the class has, in use at boot
	CPUs       int           `json:"cpus"`
	Operations int           `json:"operations"` // each CPU begins up to so many, whichever
	States     int           `json:"states"`
	Verdict    string        `json:"verdict"` // racy, safe or unknown
	Bug        string        `json:"bug"`
	Lines      int           `json:"lines"` // of the shortest schedule to the bug
	Limit      string        `json:"limit,omitempty"`
	Time       time.Duration `json:"nanoseconds"`

	trace func() *Trace
}

// Trace replays the schedule to the bug, if there is one.
func (g *Growth) Trace() *Trace { return g.trace() }

// Grow searches larger and larger sizes on a kernel, up to that many operations
// for each CPU, and shows each to visit: for each boot state, those with few
// objects first, more CPUs until a limit of the options is hit, then more
// operations for fewer CPUs. It leaves a boot state at a bug: larger sizes have
// it, too.
//
// A verdict that stays the same while sizes grow is evidence for a cutoff, a size
// beyond which nothing new happens, and no proof of it (Emerson and Namjoshi,
// "Reasoning about rings", POPL 1995, prove one for rings).
func (r *race[S, L]) Grow(k vm.Kernel, s vm.Sched, operations int, o Options, visit func(Growth)) {
	m := vm.New(r.c, k, s)
	for _, g := range seeds(m) {
		growSeed(m, &g, operations, o, visit)
	}
}

// A seed is a boot state that no other boot has, without its workload.
type seed[S comparable] struct {
	boot          *vm.Boot[S]
	state         S
	objects, cpus int
}

func seeds[S, L comparable](m *vm.Machine[S, L]) []seed[S] {
	var out []seed[S]
	for i := range m.Class.Boots {
		g := seed[S]{boot: &m.Class.Boots[i]}
		m.Boot(m.Exec(&vm.Workload{}), &g.state, g.boot)
		known := slices.ContainsFunc(out, func(h seed[S]) bool { return h.state == g.state })
		if known || !g.boot.Fits(m.Kernel.Patches) {
			continue
		}
		g.objects, g.cpus = m.Layout.Live(unsafe.Pointer(&g.state)), len(m.Class.CPUs(&g.state))
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b seed[S]) int { return a.objects - b.objects })
	return out
}

// growSeed searches all sizes of one boot state.
func growSeed[S, L comparable](m *vm.Machine[S, L], g *seed[S], operations int, o Options, visit func(Growth)) {
	cpus := g.cpus
	for ops := 1; ops <= operations; ops++ {
		for n := 1; n <= cpus; n++ {
			size := searchSize(m, g, n, ops, o)
			visit(size)
			switch size.Verdict {
			case "racy":
				return
			case "unknown":
				cpus = n - 1
			}
		}
	}
}

func searchSize[S, L comparable](m *vm.Machine[S, L], g *seed[S], cpus, operations int, o Options) Growth {
	start := time.Now()
	w := &vm.Workload{Programs: make([][]uint8, cpus), Any: operations}
	v := Explore(m, g.boot, w, o)
	size := Growth{Boot: g.boot.Name, Objects: g.objects, CPUs: cpus, Operations: operations, States: v.States, Verdict: "safe", Limit: v.Limit, Time: time.Since(start)}
	switch v.Outcome {
	case Unknown:
		size.Verdict = "unknown"
	case Found:
		size.Verdict, size.Bug, size.Lines = "racy", v.Finds[0].Bug.Name(), len(v.Finds[0].Moves)
		size.trace = func() *Trace { return Replay(m, g.boot, w, v.Finds[0].Moves) }
	}
	return size
}
