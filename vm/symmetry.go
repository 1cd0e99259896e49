package vm

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// A Symmetry says that the CPUs of a class are alike, and perhaps its objects:
// whatever a CPU can do from a state, another one can do from the state in which
// the two have changed places. Ip and Dill call such numbers scalarsets (Better
// verification through symmetry, 1996).
//
// The state and the locals say by the field tag `sym:"…"` where numbers stand:
//
//	percpu, perobject   an array with one element for each
//	cpu, cpu+1          the number of a CPU; 0 stands for none in the second
//	cpus                a set of CPUs, bit by bit
//	object, object+1    the number of an object
//	objects             a set of objects, or a [List]
//
// The locks and wait queues of this package need no tag. A type of another shape
// has a method Rename(*Renaming) that changes it in place; it must be one byte.
// Numbers that name no CPU or object stay as they are.
type Symmetry struct {
	// Objects is how many objects are alike, from number 0 on; 0: none are.
	Objects int
	// Op returns the operation that does to the renamed objects what another one
	// does; ok is false if there is none. It may be nil if there are no objects.
	Op func(op uint8, r *Renaming) (image uint8, ok bool)
	// Result renames what functions return. It may be nil if that names nothing.
	Result func(v uint8, r *Renaming) uint8
}

// MaxAlike is the number of CPUs, and of objects, that a symmetry has room for.
const MaxAlike = 8

// A Renaming gives CPUs and objects other numbers.
type Renaming struct {
	cpu, object [MaxAlike]uint8
}

// NewRenaming returns the renaming of CPU i to cpus[i] and of object i to objects[i].
func NewRenaming(cpus, objects []uint8) *Renaming {
	r := &Renaming{}
	for i := range r.cpu {
		r.cpu[i], r.object[i] = uint8(i), uint8(i)
	}
	copy(r.cpu[:], cpus)
	copy(r.object[:], objects)
	return r
}

// CPU returns the new number of a CPU.
func (r *Renaming) CPU(i int) int { return renamed(&r.cpu, i) }

// Object returns the new number of an object.
func (r *Renaming) Object(i int) int { return renamed(&r.object, i) }

func renamed(names *[MaxAlike]uint8, i int) int {
	if i < 0 || i >= MaxAlike {
		return i
	}
	return int(names[i])
}

// CPUs returns the set of the new numbers of the CPUs in a set.
func (r *Renaming) CPUs(s Set) Set { return renamedSet(&r.cpu, s) }

// Objects returns the set of the new numbers of the objects in a set.
func (r *Renaming) Objects(s Set) Set { return renamedSet(&r.object, s) }

func renamedSet(names *[MaxAlike]uint8, s Set) Set {
	out := Set(0)
	for ; s != 0; s = s.Without(s.First()) {
		out = out.With(int(names[s.First()]))
	}
	return out
}

// A Mapping is what a renaming does to a state: for each byte of the new state
// where it comes from.
type Mapping []Source

// A Source is where a byte of a renamed state comes from.
type Source struct {
	off   uint16
	depth uint16      // offset of the depth of the stack that it belongs to, plus one; 0: to none
	level uint8       // activations below
	table *[256]uint8 // what the renaming does to the byte; nil: nothing
}

// At returns the byte of the renamed state, given the state. What is left above
// the top of a stack is zero and names nothing.
func (s *Source) At(state unsafe.Pointer) uint8 {
	v := *(*uint8)(unsafe.Add(state, s.off))
	if s.table == nil || s.depth != 0 && *(*uint8)(unsafe.Add(state, s.depth-1)) <= s.level {
		return v
	}
	return s.table[v]
}

// Is reports whether two bytes of renamed states come from the same place in the
// same way.
func (s *Source) Is(t *Source) bool {
	if s.off != t.off || s.depth != t.depth || s.level != t.level || (s.table == nil) != (t.table == nil) {
		return false
	}
	return s.table == t.table || *s.table == *t.table
}

// Moves reports whether a byte of the renamed state, at this offset, may differ
// from that of the state.
func (s *Source) Moves(off int) bool { return int(s.off) != off || s.table != nil }

// Mapping returns what a renaming does to the states of the machine's class,
// which must declare a symmetry.
func (m *Machine[S, L]) Mapping(r *Renaming) Mapping {
	t := reflect.TypeFor[S]()
	b := mapper{sym: m.Class.Symmetry, r: r, m: make(Mapping, t.Size())}
	b.walk(t, 0, 0, "", m.Class.Name)
	return b.m
}

// Apply makes dst the renamed src.
func (m Mapping) Apply(dst, src unsafe.Pointer) {
	for i := range m {
		*(*uint8)(unsafe.Add(dst, i)) = m[i].At(src)
	}
}

// Words returns where the bytes of a set go.
func (m Mapping) Words(w *Words) (out Words) {
	for i := range m[:min(len(m), maxWords)] {
		if off := m[i].off; off < maxWords && w.Has(int(off)) {
			out[i/64] |= 1 << (i % 64)
		}
	}
	return out
}

// Offset returns where a byte goes.
func (m Mapping) Offset(off uint16) uint16 {
	for i := range m {
		if m[i].off == off {
			return uint16(i)
		}
	}
	panic("vm: an offset outside of the state")
}

// A mapper builds a mapping.
type mapper struct {
	sym *Symmetry
	r   *Renaming
	m   Mapping

	depth uint16 // where the walk is, as in a Source
	level uint8
}

type renamer interface{ Rename(*Renaming) }

// walk maps a piece of the state at src to its place dst. The tag is that of the
// field that it is or is an element of.
func (b *mapper) walk(t reflect.Type, src, dst uintptr, tag, name string) {
	if content := b.content(t, tag); content != nil {
		b.word(t, src, dst, content)
		return
	}
	switch t.Kind() {
	case reflect.Array:
		b.array(t, src, dst, tag, name)
	case reflect.Struct:
		if strings.HasPrefix(t.Name(), "CPU[") {
			b.depth, b.level = uint16(src)+1, 0 // the first byte of a head
			defer func() { b.depth = 0 }()
		}
		for i := range t.NumField() {
			f := t.Field(i)
			b.walk(f.Type, src+f.Offset, dst+f.Offset, f.Tag.Get("sym"), name+"."+f.Name)
		}
	default:
		if tag != "" && tag != "result" {
			panic(fmt.Sprintf("vm: %s has the tag sym:%q, which means nothing for a %v", name, tag, t))
		}
		b.word(t, src, dst, nil)
	}
}

// array maps the elements of an array to where their numbers go.
func (b *mapper) array(t reflect.Type, src, dst uintptr, tag, name string) {
	index, content, _ := strings.Cut(tag, " ")
	to := func(i int) int { return i }
	switch {
	case index == "percpu" || strings.HasPrefix(t.Elem().Name(), "CPU["):
		to = b.r.CPU
	case index == "perobject":
		to = b.r.Object
	default:
		content = tag
	}
	size := t.Elem().Size()
	for i := range t.Len() {
		if strings.HasPrefix(t.Elem().Name(), "frame[") {
			b.level = uint8(i)
		}
		b.walk(t.Elem(), src+uintptr(i)*size, dst+uintptr(to(i))*size, content, name)
	}
}

// word maps one word of the state, byte by byte.
func (b *mapper) word(t reflect.Type, src, dst uintptr, content func(uint8) uint8) {
	var table *[256]uint8
	if content != nil {
		table = new([256]uint8)
		for v := range table {
			table[v] = content(uint8(v))
		}
	}
	for i := range t.Size() {
		b.m[dst+i] = Source{uint16(src + i), b.depth, b.level, table}
	}
}

// content returns what the renaming does to each byte of a word, nil if nothing.
func (b *mapper) content(t reflect.Type, tag string) func(uint8) uint8 {
	if t == reflect.TypeFor[List]() && tag == "objects" {
		return func(v uint8) uint8 { return b.entry(v&15) | b.entry(v>>4)<<4 }
	}
	if t.Size() != 1 || t.Kind() == reflect.Array {
		return nil
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[renamer]()) {
		return func(v uint8) uint8 {
			reflect.NewAt(t, unsafe.Pointer(&v)).Interface().(renamer).Rename(b.r)
			return v
		}
	}
	switch {
	case t == reflect.TypeFor[Spinlock](), tag == "cpu+1":
		return func(v uint8) uint8 { return uint8(b.r.CPU(int(v)-1) + 1) }
	case t == reflect.TypeFor[WaitQueue](), tag == "cpus":
		return func(v uint8) uint8 { return uint8(b.r.CPUs(Set(v))) }
	case tag == "cpu":
		return func(v uint8) uint8 { return uint8(b.r.CPU(int(v))) }
	case tag == "object":
		return func(v uint8) uint8 { return uint8(b.r.Object(int(v))) }
	case tag == "object+1":
		return b.entry
	case tag == "objects":
		return func(v uint8) uint8 { return uint8(b.r.Objects(Set(v))) }
	case tag == "result" && b.sym.Result != nil:
		return func(v uint8) uint8 { return b.sym.Result(v, b.r) }
	}
	return nil
}

func (b *mapper) entry(v uint8) uint8 { return uint8(b.r.Object(int(v)-1) + 1) }
