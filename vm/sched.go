package vm

import "fmt"

// A Sched is a scheduling model: it says where one CPU's code may be followed
// by another's.
type Sched uint8

const (
	// SMP lets any CPU run at any line.
	SMP Sched = iota
	// Preempt is one CPU whose tasks are preempted at any line at which no
	// spinlock is held, nor the big kernel lock, and interrupts are on.
	Preempt
	// UP is one CPU without kernel preemption: another task runs only when one
	// sleeps, at a line marked Sleeps, or ends its operation.
	UP
)

// Scheds lists the scheduling models.
var Scheds = []Sched{SMP, Preempt, UP}

var schedNames = [...]string{SMP: "smp", Preempt: "preempt", UP: "up"}

func (m Sched) String() string { return schedNames[m] }

// ParseSched returns the scheduling model of that name.
func ParseSched(name string) (Sched, error) {
	for m, n := range schedNames {
		if n == name {
			return Sched(m), nil
		}
	}
	return 0, fmt.Errorf("unknown scheduling model %q: have smp, preempt and up", name)
}
