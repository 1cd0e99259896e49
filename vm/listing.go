package vm

// A Patch is a set of patches, one bit each. A class names its bits in
// [Class.Patches].
type Patch uint64

// A Func names a kernel function of a class: its index in [Class.Listings].
type Func uint8

// A Line is one line of a kernel function. It touches shared memory once.
type Line struct {
	Text   string   // a short label of what the step does, in the words of the source
	Add    Patch    // the line exists only with one of these patches; 0: from the start
	Del    Patch    // the line is gone with any of these patches
	Sleeps bool     // the task may sleep here: a bug while a spinlock is held
	Order  Ordering // how the access is ordered; no matter under sequential consistency
}

// In reports whether the line is part of a kernel with these patches.
func (l Line) In(p Patch) bool {
	return (l.Add == 0 || l.Add&p != 0) && l.Del&p == 0
}

// Mark returns the diff mark of the line in a kernel with these patches, against
// the kernel without any: '+' for a line that was added, '-' for one that was
// deleted, ' ' for one that both have, and 0 for one that neither has.
func (l Line) Mark(p Patch) byte {
	switch was, is := l.In(0), l.In(p); {
	case was && is:
		return ' '
	case is:
		return '+'
	case was:
		return '-'
	default:
		return 0
	}
}

// A Listing is a kernel function: its text, and what each line does.
//
// Step has one switch on x.Line with one arm per line and a default that calls
// [Exec.Lost]. It is never called for a line that the kernel does not have.
type Listing[S, L any] struct {
	Name   string // the kernel's name of the function
	Source string // file and version it was read in
	Lines  []Line
	Step   func(s *S, x *Exec, l *L) Next
}

// At is a place in a class: a line of a function.
type At struct {
	Func Func
	Line uint8
}
