package vm

// A Kind is what an oracle accuses a kernel of. A class may have kinds of its own.
type Kind string

const (
	DoubleObligation Kind = "double obligation"
	DoubleFree       Kind = "double free"
	UseAfterFree     Kind = "use after free"
	BadPage          Kind = "bad page state"
	CountBelowZero   Kind = "count below zero"
	RaisedFromZero   Kind = "count raised from zero"
	Leak             Kind = "leak"
	ListCorruption   Kind = "list corruption"
	Accounting       Kind = "wrong accounting"
	UnlockByStranger Kind = "unlock by a non-owner"
	Recursion        Kind = "lock recursion"
	Inversion        Kind = "lock order inversion"
	LockAtRest       Kind = "lock held at rest"
	SleepInAtomic    Kind = "sleep in atomic context"
	Deadlock         Kind = "deadlock"
	Livelock         Kind = "livelock"
	BugOn            Kind = "BUG_ON"
	Miscount         Kind = "count without owner"
)

// A Bug is a rule of the kernel that a run broke. Bugs are values: they compare
// equal if the same rule broke at the same place for the same object.
type Bug struct {
	Kind   Kind
	Detail string // the condition of a BUG_ON, the state that was wrong
	Object int    // the page, lock or other object it is about; -1 if none
	CPU    int    // the CPU that executed the line; -1 at rest
	At     At     // the line; meaningless at rest
}

// Name tells distinct bugs of a kernel apart. It says neither which CPU nor
// which object, so that two schedules which differ only in these share it.
func (b Bug) Name() string {
	switch {
	case b.Detail == "":
		return string(b.Kind)
	case b.Kind == BugOn:
		return "BUG_ON(" + b.Detail + ")"
	default:
		return string(b.Kind) + " (" + b.Detail + ")"
	}
}

// Stops reports whether the real kernel stops at this bug. It goes on after any
// other, as the machine does: damage shows later.
func (b Bug) Stops() bool { return b.Kind == BugOn }
