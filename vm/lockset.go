package vm

import "strings"

// A LockSet says of up to eight locks of a class whether they are held, and
// whether shared with other holders or by one alone. The class numbers its
// locks; two bits hold one of them.
type LockSet uint16

const (
	shared    LockSet = 1
	exclusive LockSet = 2
)

// Shared is the set of one lock that is held for reading.
func Shared(lock int) LockSet { return shared << (2 * lock) }

// Exclusive is the set of one lock that is held by one holder alone: a
// spinlock, or a rw-semaphore for writing.
func Exclusive(lock int) LockSet { return exclusive << (2 * lock) }

// Covers reports whether a holder of the set holds at least what is needed. A
// lock held alone serves who needs it shared.
func (a LockSet) Covers(need LockSet) bool {
	for i := range 8 {
		if n := need.of(i); n != 0 && a.of(i) < n {
			return false
		}
	}
	return true
}

// Excludes reports whether two holders of these sets can never be there at the
// same time: both hold some lock, and one of them holds it alone.
func (a LockSet) Excludes(b LockSet) bool {
	for i := range 8 {
		if m, n := a.of(i), b.of(i); m != 0 && n != 0 && (m == exclusive || n == exclusive) {
			return true
		}
	}
	return false
}

// of returns how a lock is held: 0, shared or exclusive.
func (a LockSet) of(lock int) LockSet { return a >> (2 * lock) & 3 }

// Text prints the set with the names of the locks.
func (a LockSet) Text(locks []string) string {
	var out []string
	for i, name := range locks {
		switch a.of(i) {
		case shared:
			out = append(out, name+" shared")
		case exclusive:
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		return "no lock"
	}
	return strings.Join(out, " + ")
}
