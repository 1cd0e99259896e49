package fuzz

import "fmt"

// Fairness is what a verdict on an endless run assumes of the scheduler. It
// speaks of CPUs only: which outcome a nondeterministic line has is up to the
// adversary.
//
// Manna and Pnueli, "The Temporal Logic of Reactive and Concurrent Systems",
// 1992, call these justice and compassion.
type Fairness uint8

const (
	// Weak: a CPU that can run from some point on, without a pause, does run
	// again and again. A CPU that waits for a spinlock may starve, because the
	// lock is taken again and again.
	Weak Fairness = iota
	// Strong: a CPU that can run again and again does run again and again. Who
	// waits for a lock gets it in the end, as from a ticket lock.
	Strong
	// Unfair: nothing at all is assumed.
	Unfair
)

func (f Fairness) String() string { return [...]string{"weak", "strong", "unfair"}[f] }

// ParseFairness returns the assumption of that name.
func ParseFairness(name string) (Fairness, error) {
	for f := Weak; f <= Unfair; f++ {
		if f.String() == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("unknown fairness %q: have weak, strong and unfair", name)
}

// Assumes says the assumption in words, for a verdict.
func (f Fairness) Assumes() string {
	return [...]string{
		"weakly fair: a CPU that can run all the time from some point on does run",
		"strongly fair: a CPU that can run again and again does run",
		"no fairness is assumed",
	}[f]
}

// starved returns the CPUs that an endless run must not pass over, given which
// CPUs move in its circle, which can run somewhere in it, and which everywhere.
func (f Fairness) starved(moves, somewhere, everywhere uint8) uint8 {
	switch f {
	case Weak:
		return everywhere &^ moves
	case Strong:
		return somewhere &^ moves
	default:
		return 0
	}
}

// owes returns the CPUs that a circle has to let run, before its first move.
func (f Fairness) owes(moves, ready uint8) uint8 {
	switch f {
	case Weak:
		return ready
	case Strong:
		return moves
	default:
		return 0
	}
}

// settle returns what the circle still owes after a CPU has moved and these
// others can run: with weak fairness, a CPU that cannot run is owed nothing.
func (f Fairness) settle(owed, mover, ready uint8) uint8 {
	if f == Weak {
		owed &= ready
	}
	return owed &^ mover
}
