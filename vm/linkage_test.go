package vm

import "testing"

// TestLinkage fires each oracle of the union once, and shows that the ways in
// which a counter and a list may follow each other fire none.
func TestLinkage(t *testing.T) {
	for _, c := range []struct {
		name string
		from Linkage
		do   func(l *Linkage, x *Exec)
		bug  string
		want Linkage
	}{
		{"add", LinkageOf(Nobody, 0), func(l *Linkage, x *Exec) { l.ListAdd(x, Linked, 0) }, "", LinkageOf(Linked, 0)},
		{"add over zero", LinkageOf(Counter, 0), func(l *Linkage, x *Exec) { l.ListAdd(x, Linked, 0) }, "", LinkageOf(Linked, 0)},
		{"add twice", LinkageOf(Isolated, 0), func(l *Linkage, x *Exec) { l.ListAdd(x, Linked, 0) }, "list corruption (list_add of a linked page)", LinkageOf(Linked, 0)},
		{"add over count", LinkageOf(Counter, 2), func(l *Linkage, x *Exec) { l.ListAdd(x, Linked, 0) }, "wrong member of a union (list pointers over a count)", LinkageOf(Linked, 0)},
		{"add over poisoned count", LinkageOf(Nobody, 1), func(l *Linkage, x *Exec) { l.ListAdd(x, Linked, 0) }, "wrong member of a union (list pointers over a count)", LinkageOf(Linked, 0)},
		{"del", LinkageOf(Linked, 0), func(l *Linkage, x *Exec) { l.ListDel(x, 0) }, "", LinkageOf(Nobody, 0)},
		{"del unlinked", LinkageOf(Counter, 0), func(l *Linkage, x *Exec) { l.ListDel(x, 0) }, "list corruption (list_del of an unlinked page)", LinkageOf(Nobody, 0)},
		{"del damaged", LinkageOf(Linked, 1), func(l *Linkage, x *Exec) { l.ListDel(x, 0) }, "list corruption (list_del through damaged pointers)", LinkageOf(Nobody, 0)},
		{"set", LinkageOf(Nobody, 0), func(l *Linkage, x *Exec) { l.SetCount(x, 1, 0) }, "", LinkageOf(Counter, 1)},
		{"set over list", LinkageOf(Isolated, 0), func(l *Linkage, x *Exec) { l.SetCount(x, 1, 0) }, "wrong member of a union (count over list pointers)", LinkageOf(Isolated, maxLink)},
		{"set over count", LinkageOf(Nobody, 1), func(l *Linkage, x *Exec) { l.SetCount(x, 0, 0) }, "wrong member of a union (count over a count)", LinkageOf(Counter, 0)},
		{"inc poison", LinkageOf(Nobody, 0), func(l *Linkage, x *Exec) { l.Inc(x, 0) }, "", LinkageOf(Nobody, 1)},
		{"inc list", LinkageOf(Linked, 0), func(l *Linkage, x *Exec) { l.Inc(x, 0) }, "wrong member of a union (count over list pointers)", LinkageOf(Linked, 1)},
		{"dec", LinkageOf(Counter, 2), func(l *Linkage, x *Exec) { l.DecAndTest(x, 0) }, "", LinkageOf(Counter, 1)},
		{"dec below zero", LinkageOf(Counter, 0), func(l *Linkage, x *Exec) { l.DecAndTest(x, 0) }, "", LinkageOf(Counter, -1)},
		{"forget", LinkageOf(Counter, 2), func(l *Linkage, x *Exec) { l.Forget(x) }, "", LinkageOf(Nobody, 0)},
	} {
		l, x := c.from, &Exec{}
		c.do(&l, x)
		got := ""
		for _, b := range x.Bugs() {
			got += b.Name()
		}
		if got != c.bug || l != c.want {
			t.Errorf("%s: %v %q, want %v %q", c.name, l, got, c.want, c.bug)
		}
	}
	x := &Exec{}
	if l := LinkageOf(Counter, 1); !l.DecAndTest(x, 0) {
		t.Error("a counter of 1 is not zero after a decrement")
	}
	if l := LinkageOf(Nobody, 1); l.DecAndTest(x, 0) {
		t.Error("a counter that began as poison is zero")
	}
}
