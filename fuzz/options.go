package fuzz

import (
	"math"
	"time"
)

// Options bound and direct a search. The zero value searches for the shortest
// schedule to any bug, within the default limits.
type Options struct {
	// Preemptions orders the search by the number of preemptions, then by the
	// number of lines. Leaving a CPU that could go on is a preemption.
	Preemptions bool
	// Bug is the name of the bug to search for; others are passed over. An empty
	// name stands for any.
	Bug string
	// All goes on after a bug and finds one schedule for each distinct one.
	All bool
	// POR leaves out schedules that differ from others only in the order of lines
	// that commute: partial-order reduction, by persistent and sleep sets, see the
	// type persistent. The verdict and the bugs are the same, but a schedule need not
	// be a shortest one. It has no effect if Preemptions is set, or under a scheduling
	// model other than [vm.SMP]: there the choice of the scheduler itself is what
	// lines share. One worker searches then, whatever Workers says: it learns as it
	// goes. A state takes about three times as long as without (scripts/bench), so that
	// this pays where it leaves out two thirds of them.
	POR bool
	// Symmetry takes states that differ only in the numbers of CPUs or objects
	// that are alike for one, if the class declares a symmetry that the workload
	// has, too: up to seven CPUs, fewer if objects are alike. Schedules are real
	// and as short as without.
	Symmetry bool
	// Compact keeps of a state that has passed no more than 64 bits of its hash:
	// hash compaction, see the type front. It takes three quarters of the memory in
	// scripts/bench. [Verdict.Missed] bounds the probability
	// that a state was missed. It has no effect if Preemptions is set.
	Compact bool
	// MaxStates and MaxBytes limit the table of states; 0 stands for 50 million
	// states and 4 GiB.
	MaxStates int
	MaxBytes  int
	// Workers is the number of goroutines that search; 0 stands for 1. What the
	// search finds and how many states it visits does not depend on it, unless a
	// limit is hit.
	Workers int
	// Progress, if set, is called about every 2^20 states.
	Progress func(Progress)

	thorough bool // each line is executed: none is passed over, see plan, or recalled, see memo
	trusting bool // but few of those that are passed over are executed nevertheless
}

// Progress is how far a search has come.
type Progress struct {
	States, Waiting, Depth, Bytes int
	Estimate                      int           // of the states in all; 0: none yet, or the search counts preemptions
	Time                          time.Duration // since the search began
}

const (
	defaultStates = 50_000_000
	defaultBytes  = min(4<<30, math.MaxInt) // ints may have 32 bits
)

// report calls the user's Progress now and then.
func (e *explorer[S, L]) report() {
	if e.o.Progress == nil || e.t.n>>20 == e.reported {
		return
	}
	e.reported = e.t.n >> 20
	e.o.Progress(Progress{States: e.t.n, Waiting: e.q.waiting(e.t.n), Depth: e.v.Depth, Bytes: e.bytes(), Estimate: estimate(e.levels), Time: time.Since(e.start)})
}
