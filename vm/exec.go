package vm

import (
	"fmt"
	"unsafe"
)

// maxBugs is the number of bugs of one line that are kept.
const maxBugs = 4

// An Exec is what a line and the parts see of the machine while the line runs:
// who executes, which choice is made, and where bugs and footprints are noted.
// It is no part of the state and is used again for each step.
type Exec struct {
	CPU  int // the CPU that executes the line
	Line int // the line, within its function

	// Order, if set, learns which lock is taken under which, and a line that
	// closes a cycle is a bug.
	Order *LockOrder

	cpus, cpusEnd, size uintptr // where in a state the CPUs begin and end; the size of one

	work   *Workload
	head   *head
	state  unsafe.Pointer
	locked unsafe.Pointer // lock word that the line has waited for and taken
	fn     Func
	choice int
	note   note
	bugs   [maxBugs]Bug
	foot   [maxFoot]Access
}

// A note is what there is to say of one line. It is small, so that forgetting
// the line before costs one store.
type note struct {
	choices uint8
	bugs    uint8
	foot    uint8  // accesses
	wide    bool   // more accesses than there was room for
	around  bool   // depends on all of the state
	made    int8   // object allocated by the line, plus one
	freed   int8   // object freed by the line, plus one
	lock    uint16 // offset of the lock that the line has waited for and taken, plus one
}

// A Workload says what the CPUs do: either the fixed programs, or any programs
// of up to Any operations on each of len(Programs) CPUs.
type Workload struct {
	Programs [][]uint8 // for each CPU indices into [Class.Ops]
	Any      int
}

// Choose returns the outcome of a nondeterministic line, from 0 to n-1. A line
// chooses at most once.
func (x *Exec) Choose(n int) int {
	x.note.choices = uint8(n)
	return x.choice % n
}

// Result returns what the function called last has returned, and forgets it.
func (x *Exec) Result() uint8 {
	r := x.head.ret
	x.head.ret = 0
	return r
}

// Return ends the function with a result for the caller's [Exec.Result].
func (x *Exec) Return(r uint8) Next {
	x.head.ret = r
	return Return
}

// Bug notes that the line broke a rule. Object is the number of the page or
// other object, -1 if there is none. The line goes on as the kernel would.
func (x *Exec) Bug(k Kind, object int, detail string) {
	if x.note.bugs == maxBugs {
		return
	}
	x.bugs[x.note.bugs] = Bug{Kind: k, Detail: detail, Object: object, CPU: x.CPU, At: At{x.fn, uint8(x.Line)}}
	x.note.bugs++
}

// BugOn is the kernel's BUG_ON: the run ends if the condition holds.
func (x *Exec) BugOn(cond bool, object int, text string) Next {
	if cond {
		x.Bug(BugOn, object, text)
	}
	return Fall
}

// Lost is what the default arm of a listing panics with.
func (x *Exec) Lost() string {
	return fmt.Sprintf("vm: function %d has no arm for line %d: is a line of the listing missing in its switch?", x.fn, x.Line)
}

// Made notes that the line allocated an object, for the report of a bug.
func (x *Exec) Made(object int) { x.note.made = int8(object + 1) }

// Freed notes that the line freed an object, for the report of a bug.
func (x *Exec) Freed(object int) { x.note.freed = int8(object + 1) }

// Plain reports whether the last line had one outcome and no bug.
func (x *Exec) Plain() bool { return x.note.choices <= 1 && x.note.bugs == 0 }

// Choices returns how many outcomes the last line had; at least 1.
func (x *Exec) Choices() int { return max(1, int(x.note.choices)) }

// Bugs returns the bugs of the last line; valid until the next step.
func (x *Exec) Bugs() []Bug { return x.bugs[:x.note.bugs] }

// Foot returns the footprint of the last line: the words of the kernel that it
// touched. Those of the oracles are in [Exec.Touched].
func (x *Exec) Foot() (f Footprint) {
	x.FootTo(&f)
	return f
}

// FootTo stores the footprint of the last line in f, whose memory it uses again.
func (x *Exec) FootTo(f *Footprint) {
	f.Accesses, f.Wide = f.Accesses[:0], x.note.wide
	for _, a := range x.foot[:x.note.foot] {
		if !a.ghost {
			f.Accesses = append(f.Accesses, a)
		}
	}
}

// Lock returns the offset of the lock that the last line has waited for and
// taken; ok is false if there was none.
func (x *Exec) Lock() (off uint16, ok bool) { return x.note.lock - 1, x.note.lock != 0 }

// Allocation returns the objects that the last line allocated and freed, -1 for none.
func (x *Exec) Allocation() (made, freed int) { return int(x.note.made) - 1, int(x.note.freed) - 1 }

func (x *Exec) reset(cpu, choice int, h *head, state unsafe.Pointer) {
	x.CPU, x.choice = cpu, choice
	x.head, x.state = h, state
	x.note = note{}
}
