package vm

import "fmt"

// A Linkage is page->lru as a union: the two pointers by which an object hangs
// on a list, or a counter in the same memory. Its owner says which of the two
// it is, and who may write it.
//
// The low two bits are the owner, the others a number: the counter, or by how
// much a counter that was not there has moved the pointers or the poison.
type Linkage int8

// A LinkOwner is who owns a linkage.
type LinkOwner uint8

const (
	// Nobody: list_del has left its poison in the pointers.
	Nobody LinkOwner = iota
	// Linked: the object is on a list that a lock guards.
	Linked
	// Isolated: somebody has taken it to a private list.
	Isolated
	// Counter: the memory holds a number.
	Counter

	linkOwner = 3
	maxLink   = 7
)

// WrongMember is the kind of a bug by which one member of a union is written
// while the other is in use.
const WrongMember Kind = "wrong member of a union"

// LinkageOf returns a linkage with this owner, and this number if the owner is Counter.
func LinkageOf(o LinkOwner, n int) Linkage { return Linkage(n<<2 | int(o)) }

// Owner returns who owns the linkage.
func (l Linkage) Owner() LinkOwner { return LinkOwner(l & linkOwner) }

// N returns the number: the value of a counter.
func (l Linkage) N() int { return int(l >> 2) }

// OnList reports whether the pointers are in use.
func (l Linkage) OnList() bool { return l.Owner() == Linked || l.Owner() == Isolated }

// ListAdd is list_add: the pointers come into use. Its oracles: they are in use
// already, or a counter that is not zero is lost.
func (l *Linkage) ListAdd(x *Exec, to LinkOwner, object int) {
	switch v := Load(x, l); {
	case v.OnList():
		x.Bug(ListCorruption, object, "list_add of a linked page")
	case v.N() != 0:
		x.Bug(WrongMember, object, "list pointers over a count")
	}
	Store(x, l, LinkageOf(to, 0))
}

// ListDel is list_del: it leaves poison. Its oracles: the pointers are not in
// use, or were changed by somebody who took them for a counter.
func (l *Linkage) ListDel(x *Exec, object int) {
	switch v := Load(x, l); {
	case !v.OnList():
		x.Bug(ListCorruption, object, "list_del of an unlinked page")
	case v.N() != 0:
		x.Bug(ListCorruption, object, "list_del through damaged pointers")
	}
	Store(x, l, LinkageOf(Nobody, 0))
}

// SetCount sets the counter. Its oracles: the pointers are in use, or a counter
// that others have raised already is lost.
func (l *Linkage) SetCount(x *Exec, n, object int) {
	switch v := Load(x, l); {
	case v.OnList():
		x.Bug(WrongMember, object, "count over list pointers")
		Store(x, l, LinkageOf(v.Owner(), maxLink))
		return
	case v.Owner() == Nobody && v.N() != 0:
		x.Bug(WrongMember, object, "count over a count")
	}
	Store(x, l, LinkageOf(Counter, n))
}

// Inc raises the counter, whatever the memory holds. Its oracle: that is pointers
// in use.
func (l *Linkage) Inc(x *Exec, object int) { l.add(x, 1, object) }

// DecAndTest lowers the counter and tells whether it is zero now. A counter that
// began as poison never is. Its oracle: the memory holds pointers in use.
func (l *Linkage) DecAndTest(x *Exec, object int) bool {
	l.add(x, -1, object)
	return l.Owner() == Counter && l.N() == 0
}

func (l *Linkage) add(x *Exec, d, object int) {
	v := Load(x, l)
	if v.OnList() {
		x.Bug(WrongMember, object, "count over list pointers")
	}
	Store(x, l, LinkageOf(v.Owner(), min(max(v.N()+d, -maxLink), maxLink)))
}

// Count reads the counter.
func (l *Linkage) Count(x *Exec) int { return Load(x, l).N() }

// Forget gives the memory up, whatever it holds: for a counter that has lost
// its meaning, and for an allocator that uses the memory itself.
func (l *Linkage) Forget(x *Exec) { Store(x, l, LinkageOf(Nobody, 0)) }

// String says what the memory holds.
func (l Linkage) String() string {
	n := l.N()
	if l.Owner() == Counter {
		return fmt.Sprintf("count %d", n)
	}
	s := [...]string{Nobody: "poison", Linked: "list", Isolated: "private list"}[l.Owner()]
	if n != 0 {
		s += fmt.Sprintf("%+d", n)
	}
	return s
}
