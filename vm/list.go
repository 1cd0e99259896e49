package vm

import "strings"

// A List is a list_head with up to four entries, numbered from 0, in order. Its
// oracles: an entry is added twice, or deleted though it is not linked.
//
// Four bits hold one entry plus one, the lowest being the head of the list.
type List uint16

// AddHead is list_add.
func (l *List) AddHead(x *Exec, e int) {
	v := Load(x, l)
	if v.Has(e) {
		x.Bug(ListCorruption, e, "list_add of a linked page")
		v = v.without(e)
	}
	Store(x, l, v<<4|List(e+1))
}

// AddTail is list_add_tail.
func (l *List) AddTail(x *Exec, e int) {
	v := Load(x, l)
	if v.Has(e) {
		x.Bug(ListCorruption, e, "list_add of a linked page")
		v = v.without(e)
	}
	Store(x, l, v|List(e+1)<<(4*v.Len()))
}

// Del is list_del.
func (l *List) Del(x *Exec, e int) {
	v := Load(x, l)
	if !v.Has(e) {
		x.Bug(ListCorruption, e, "list_del of an unlinked page")
	}
	Store(x, l, v.without(e))
}

// Tail returns the last entry; ok is false if the list is empty.
func (l *List) Tail(x *Exec) (e int, ok bool) {
	v := Load(x, l)
	if v == 0 {
		return 0, false
	}
	return v.entry(v.Len() - 1), true
}

// Prev returns the entry nearer to the head than e; ok is false if e is the
// first or not linked.
func (l *List) Prev(x *Exec, e int) (p int, ok bool) {
	v := Load(x, l)
	for i := 1; i < v.Len(); i++ {
		if v.entry(i) == e {
			return v.entry(i - 1), true
		}
	}
	return 0, false
}

// Has reports whether the entry is linked, for oracles.
func (l List) Has(e int) bool {
	for ; l != 0; l >>= 4 {
		if int(l&15) == e+1 {
			return true
		}
	}
	return false
}

// Len returns the number of entries.
func (l List) Len() int {
	n := 0
	for ; l != 0; l >>= 4 {
		n++
	}
	return n
}

// ListOf returns the list of these entries, head first.
func ListOf(entries ...int) List {
	var l List
	for i, e := range entries {
		l |= List(e+1) << (4 * i)
	}
	return l
}

func (l List) entry(i int) int { return int(l>>(4*i)&15) - 1 }

func (l List) without(e int) List {
	for i := range l.Len() {
		if l.entry(i) == e {
			low := l & (1<<(4*i) - 1)
			return low | l>>(4*i+4)<<(4*i)
		}
	}
	return l
}

// String prints the entries, head first.
func (l List) String() string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range l.Len() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(byte('0' + l.entry(i)))
	}
	b.WriteByte(']')
	return b.String()
}
