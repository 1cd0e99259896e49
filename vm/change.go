package vm

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// A Change is a word that differs between two states. The value of a word of
// flags is the names of the bits that are set.
type Change struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
	Bits string `json:"bits,omitempty"` // of flags: "+set -cleared"
}

// String prints the change as "name old→new", and a change of flags as the
// bits that were set and cleared.
func (c Change) String() string {
	if c.Bits != "" {
		return c.Name + " " + c.Bits
	}
	return c.Name + " " + c.Old + "→" + c.New
}

// A Value is a word of a state.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Diff returns the words in which two states of the layout's type differ.
func (l *Layout) Diff(a, b unsafe.Pointer) []Change {
	var out []Change
	for _, w := range l.words {
		x, y := w.at(a).Elem(), w.at(b).Elem()
		if x.Equal(y) {
			continue
		}
		c := Change{Name: w.name, Old: w.format(x), New: w.format(y)}
		if len(w.bits) > 0 {
			c.Bits = flips(w.bits, x.Uint(), y.Uint())
		}
		out = append(out, c)
	}
	return out
}

// Words returns every named word of a state with its value, in the order of
// the struct.
func (l *Layout) Words(s unsafe.Pointer) []Value {
	var out []Value
	for _, w := range l.words {
		out = append(out, Value{w.name, w.format(w.at(s).Elem())})
	}
	return out
}

// Held returns the names of the locks that the CPU holds in a state.
func (l *Layout) Held(s unsafe.Pointer, cpu int) []string {
	var out []string
	for i := range l.locks {
		if w := &l.locks[i]; w.heldBy(unsafe.Add(s, w.off), cpu) {
			out = append(out, l.Name(uint16(w.off)))
		}
	}
	return out
}

func (w word) at(s unsafe.Pointer) reflect.Value {
	return reflect.NewAt(w.typ, unsafe.Add(s, w.off))
}

func (w word) format(v reflect.Value) string {
	if len(w.bits) > 0 {
		return strings.Join(setBits(w.bits, v.Uint()), " ")
	}
	return fmt.Sprint(v.Interface())
}

func setBits(names []string, v uint64) []string {
	var out []string
	for i, n := range names {
		if v>>i&1 != 0 {
			out = append(out, n)
		}
	}
	return out
}

func flips(names []string, a, b uint64) string {
	var out []string
	for i, n := range names {
		switch bit := uint64(1) << i; {
		case a&bit == 0 && b&bit != 0:
			out = append(out, "+"+n)
		case a&bit != 0 && b&bit == 0:
			out = append(out, "-"+n)
		}
	}
	return strings.Join(out, " ")
}
