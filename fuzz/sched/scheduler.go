package sched

import (
	"math/bits"

	"github.com/vmrace/vmrace/vm"
)

// MaxCPUs is the number of CPUs that a scheduler can tell apart.
const MaxCPUs = 8

// A Scheduler decides the schedules of one workload, one after the other.
type Scheduler interface {
	// Begin prepares for the next schedule. It returns false if there is none
	// left, which only a systematic scheduler ever does.
	Begin() bool
	// Next returns the CPU that executes the next line, one of those ready.
	Next(p *Point) int
	// Choose returns the outcome, from 0 to n-1, of a nondeterministic line.
	Choose(n int) int
}

// A Point is what a scheduler sees between two lines.
type Point struct {
	Ready Set // CPUs that can run; at least one
	Last  int // CPU that ran last; -1 before the first line

	// Spins says that CPU Last has gone round in a circle by itself: nothing
	// changes until another CPU runs. Whoever is unfair must then pass it over,
	// as at a yield.
	Spins bool

	// Foot holds what the next line of each CPU touches, if the CPU is ready.
	Foot [MaxCPUs]vm.Footprint
}

// Others returns the CPUs that can run without the one that spins, or just that
// one if no other can.
func (p *Point) Others() Set {
	if rest := p.Ready.Without(p.Last); p.Spins && rest != 0 {
		return rest
	}
	return p.Ready
}

// Dice are the source of all randomness. A [math/rand/v2.Rand] is one.
type Dice interface {
	IntN(n int) int // from 0 to n-1
}

// A Set is a set of CPUs, one bit each.
type Set uint8

// Has reports whether the CPU belongs to the set.
func (s Set) Has(cpu int) bool { return cpu >= 0 && s>>cpu&1 != 0 }

// Len returns the number of CPUs.
func (s Set) Len() int { return bits.OnesCount8(uint8(s)) }

// Without returns the set without a CPU; -1 stands for none.
func (s Set) Without(cpu int) Set {
	if cpu < 0 {
		return s
	}
	return s &^ (1 << cpu)
}

// At returns the CPU of rank i, counted from 0.
func (s Set) At(i int) int {
	for ; i > 0; i-- {
		s &= s - 1
	}
	return bits.TrailingZeros8(uint8(s))
}

// After returns the CPU of the set that follows cpu in the round; cpu itself
// comes last.
func (s Set) After(cpu int) int {
	if above := s >> (cpu + 1) << (cpu + 1); above != 0 {
		s = above
	}
	return s.At(0)
}

// pick returns a CPU of the set, each with the same probability. A single one
// needs no dice.
func (s Set) pick(d Dice) int {
	if s.Len() == 1 {
		return s.At(0)
	}
	return s.At(d.IntN(s.Len()))
}
