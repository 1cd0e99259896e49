package fuzz

import (
	"fmt"

	"github.com/vmrace/vmrace/vm"
)

// An Outcome is what a search has come to.
type Outcome uint8

const (
	// NoBug: every schedule of the workload was searched, none shows a bug.
	NoBug Outcome = iota
	// Found: there is a bug; its schedule is in the verdict.
	Found
	// Unknown: a limit was hit before a bug was found.
	Unknown
)

func (o Outcome) String() string { return [...]string{"no bug", "bug", "unknown"}[o] }

// A Verdict is the result of a search.
type Verdict struct {
	Outcome     Outcome
	Finds       []Find // distinct bugs by name; just one unless Options.All is set
	States      int    // distinct states that were visited
	Transitions int    // lines that were executed
	Depth       int    // longest of the shortest schedules to a state, in lines
	Bytes       int    // memory of the table of states
	Limit       string // what stopped the search, if Outcome is Unknown
	// Missed bounds the probability that a state was missed, if hashes are random; 0
	// unless Options.Compact is set.
	Missed float64
}

// chanceOf says with which chance a search has missed a state.
func chanceOf(missed float64) string {
	if missed == 0 {
		return ""
	}
	return fmt.Sprintf(", but for a chance below %.1g that a state was missed", missed)
}

// A Find is a bug and a schedule that leads to it, a shortest one or one with
// the fewest preemptions, as the search was asked for.
type Find struct {
	Bug         vm.Bug
	Moves       []Move
	Preemptions int // counted if the search ordered by preemptions, else -1
}

// Find returns the find of that bug name; an empty name stands for any.
func (v *Verdict) Find(name string) (*Find, bool) {
	for i := range v.Finds {
		if name == "" || v.Finds[i].Bug.Name() == name {
			return &v.Finds[i], true
		}
	}
	return nil, false
}

// String says the outcome in one line, with its bound or its limit.
func (v *Verdict) String() string {
	switch v.Outcome {
	case NoBug:
		return fmt.Sprintf("no bug in %d states, every schedule of this workload", v.States) + chanceOf(v.Missed)
	case Unknown:
		return fmt.Sprintf("unknown: %s after %d states", v.Limit, v.States)
	default:
		return fmt.Sprintf("%s after %d lines, %d states", v.Finds[0].Bug.Name(), len(v.Finds[0].Moves), v.States)
	}
}
