package fuzz

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/vm"
)

// A Check is what the search says of a kernel, over all workloads of its class.
type Check struct {
	Race        string `json:"race"`
	Kernel      string `json:"kernel"`
	ID          string `json:"id"`
	Version     string `json:"version"`
	Year        int    `json:"year"`
	Source      string `json:"source"`
	Sched       string `json:"sched"`
	Verdict     string `json:"verdict"` // racy, safe, leak, livelock or unknown
	Bug         string `json:"bug"`     // with the fewest preemptions, then lines
	States      int    `json:"states"`  // of all workloads, each searched once
	Steps       int    `json:"steps"`   // lines of the shortest schedule to the bug
	Preemptions int    `json:"preemptions"`
	Bound       string `json:"bound"`
	Rows        []Row  `json:"workloads"`
}

// A Row is what the search says of one workload.
type Row struct {
	Boot        string     `json:"boot"`
	Programs    [][]string `json:"programs"`
	Verdict     string     `json:"verdict"`
	Bug         string     `json:"bug"`
	States      int        `json:"states"`
	Steps       int        `json:"steps"`
	Preemptions int        `json:"preemptions"`
	Limit       string     `json:"limit,omitempty"`
	Missed      float64    `json:"missed,omitempty"` // bound of the probability, see Options.Compact
	Input       []byte     `json:"input,omitempty"`  // shows the bug
}

func (r *race[S, L]) Check(k vm.Kernel, s vm.Sched, o Options, drop ...vm.At) *Check {
	c := &Check{Race: r.c.Name, Kernel: k.Name, ID: k.ID, Version: k.Version, Year: k.Year, Source: k.Source, Sched: s.String()}
	r.check(vm.New(r.c, k, s, drop...), o, c)
	return c
}

// check searches each workload that fits and keeps the simplest bug.
func (r *race[S, L]) check(m *vm.Machine[S, L], o Options, c *Check) {
	c.Verdict = "safe"
	var names []string
	missed := 0.0
	for i := range r.c.Boots {
		if !r.c.Boots[i].Fits(m.Kernel.Patches) {
			continue
		}
		row := r.row(m, i, o)
		names = append(names, row.Boot)
		c.Rows = append(c.Rows, row)
		c.States += row.States
		c.take(row)
		missed += row.Missed
	}
	c.Bound = fmt.Sprintf("%s, every schedule of workloads %s", m.Sched, strings.Join(names, ", ")) + chanceOf(missed)
}

// take lets a workload decide the verdict on the kernel: a bug outweighs an
// unknown, and of bugs the one with the fewest preemptions and lines counts.
func (c *Check) take(row Row) {
	switch {
	case row.Bug == "":
		if row.Verdict == "unknown" && c.Bug == "" {
			c.Verdict = "unknown"
		}
	case c.Bug == "" || row.Preemptions < c.Preemptions || row.Preemptions == c.Preemptions && row.Steps < c.Steps:
		c.Verdict, c.Bug, c.Steps, c.Preemptions = row.Verdict, row.Bug, row.Steps, row.Preemptions
	}
}

func (r *race[S, L]) row(m *vm.Machine[S, L], boot int, o Options) Row {
	b := &r.c.Boots[boot]
	w := &vm.Workload{Programs: b.Programs}
	row := Row{Boot: b.Name, Verdict: "safe"}
	for _, p := range b.Programs {
		row.Programs = append(row.Programs, opNames(r.c, p))
	}
	o.Preemptions = false
	v := Explore(m, b, w, o)
	row.States, row.Limit, row.Missed = v.States, v.Limit, v.Missed
	if v.Outcome == Found {
		o.Preemptions = true
		v = Explore(m, b, w, o)
	}
	switch v.Outcome {
	case Unknown:
		row.Verdict = "unknown"
	case Found:
		f := v.Finds[0]
		if f.Bug.Kind == vm.Inversion {
			f = deadlockOf(m, b, w, o, f)
		}
		in := InputOf(m, boot, b.Programs, f.Moves)
		row.Bug, row.Steps, row.Preemptions = f.Bug.Name(), len(f.Moves), f.Preemptions
		run := NewRunner(m, false)
		row.Verdict = judge(f.Bug, run.Run(in))
		row.Input = CodecOf(r.c).Encode(run.Minimise(CodecOf(r.c), in, f.Bug.Name()))
	}
	return row
}

// deadlockOf returns the deadlock that an inversion of lock order leads to, if
// the workload has it. The order of locks is known of all schedules together, so
// that the schedule of the inversion need not show it; that of the deadlock does.
func deadlockOf[S, L comparable](m *vm.Machine[S, L], b *vm.Boot[S], w *vm.Workload, o Options, inversion Find) Find {
	o.Bug = string(vm.Deadlock)
	if v := Explore(m, b, w, o); v.Outcome == Found {
		return v.Finds[0]
	}
	return inversion
}

// judge names what a bug comes to if the run goes on to its end: pages that
// are lost, CPUs that never come out of a loop, or corruption.
func judge(b vm.Bug, res *Result) string {
	switch b.Kind {
	case vm.Leak:
		return "leak"
	case vm.Livelock:
		return "livelock"
	case vm.CountBelowZero:
		if onlyLeaks(res.Bugs) {
			return "leak"
		}
	}
	return "racy"
}

func onlyLeaks(bugs []vm.Bug) bool {
	leaks := false
	for _, b := range bugs {
		switch b.Kind {
		case vm.Leak:
			leaks = true
		case vm.CountBelowZero:
		default:
			return false
		}
	}
	return leaks
}

func (r *race[S, L]) Crashers(k vm.Kernel, s vm.Sched, o Options) []Crasher {
	m := vm.New(r.c, k, s)
	best := map[string]crasher{}
	var names []string
	o.Preemptions, o.All = true, true
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		v := Explore(m, b, &vm.Workload{Programs: b.Programs}, o)
		for _, f := range v.Finds {
			name := f.Bug.Name()
			c := crasher{cost{int32(f.Preemptions), int32(len(f.Moves))}, i, f.Moves}
			old, known := best[name]
			if !known {
				names = append(names, name)
			}
			if !known || c.cost.less(old.cost) {
				best[name] = c
			}
		}
	}
	var out []Crasher
	run := NewRunner(m, false)
	for _, name := range names {
		c := best[name]
		in := InputOf(m, c.boot, r.c.Boots[c.boot].Programs, c.moves)
		res := run.Run(in)
		at := res.Bug(name)
		if at < 0 || res.Bugs[at].Kind == vm.Inversion && res.At[at] >= len(c.moves) {
			continue // an inversion of locks that it takes two schedules to see
		}
		out = append(out, *r.shrink(run, in, name))
	}
	return out
}

type crasher struct {
	cost  cost
	boot  int
	moves []Move
}
