package vm

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// A Layout knows the words of a state type: their names, and how to print them.
// It is what turns two states into the text of what changed.
//
// The name of a word is its path in the struct, without the class's CPUs. A
// field tag `name:"…"` replaces the field's name, `name:"-"` hides it from
// diagrams, and `bits:"a b c"` names the bits of a flags word.
type Layout struct {
	words   []word
	spans   []span
	locks   []lockWord
	classes []string // names of the classes of locks
}

type lockWord struct {
	off     uintptr
	class   int
	holders *[256]uint8 // nil if the lock is larger than a byte
	alone   bool        // it has one holder at a time, and who waits for it waits for that one
	typ     reflect.Type
}

type word struct {
	name string
	off  uintptr
	typ  reflect.Type
	bits []string
}

// A holder is a lock that can tell who holds it.
type holder interface{ HeldBy(cpu int) bool }

var holderType = reflect.TypeFor[holder]()

func newLayout[S any]() *Layout {
	t := reflect.TypeFor[S]()
	l := &Layout{spans: spansOf(t, 0)}
	if size := l.walk("", t, 0, reflect.StructTag("")); size != t.Size() {
		panic(fmt.Sprintf("vm: state %v has %d bytes of padding: order its fields by size", t, t.Size()-size))
	}
	return l
}

// walk adds the words of a type and returns how many bytes they take.
func (l *Layout) walk(name string, t reflect.Type, off uintptr, tag reflect.StructTag) uintptr {
	if tag.Get("name") == "-" {
		return (&Layout{}).walk("", t, off, "")
	}
	if leaf(t) {
		w := word{name: name, off: off, typ: t, bits: strings.Fields(tag.Get("bits"))}
		l.words = append(l.words, w)
		if reflect.PointerTo(t).Implements(holderType) {
			l.locks = append(l.locks, lockWord{off, l.classOf(lockClass(name)), holdersOf(t), oneHolder(t), t})
		}
		return t.Size()
	}
	size := uintptr(0)
	switch t.Kind() {
	case reflect.Array:
		for i := range t.Len() {
			size += l.walk(fmt.Sprintf("%s%d", name, i), t.Elem(), off+uintptr(i)*t.Elem().Size(), tag)
		}
	case reflect.Struct:
		if strings.HasPrefix(t.Name(), "CPU[") {
			return (&Layout{}).walkFields("", t, off)
		}
		return l.walkFields(name, t, off)
	default:
		panic(fmt.Sprintf("vm: %s in a state is a %v: a state holds integers, bools, arrays and structs only", name, t))
	}
	return size
}

func (l *Layout) walkFields(name string, t reflect.Type, off uintptr) uintptr {
	size := uintptr(0)
	for i := range t.NumField() {
		f := t.Field(i)
		n := strings.ToLower(f.Name)
		if v := f.Tag.Get("name"); v != "" && v != "-" {
			n = v
		}
		if name != "" {
			n = name + "." + n
		}
		size += l.walk(n, f.Type, off+f.Offset, f.Tag)
	}
	return size
}

func leaf(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int32, reflect.Uint32, reflect.Int64, reflect.Uint64:
		return true
	}
	return t.Implements(reflect.TypeFor[fmt.Stringer]())
}

func (l *Layout) classOf(name string) int {
	i := slices.Index(l.classes, name)
	if i < 0 {
		i = len(l.classes)
		l.classes = append(l.classes, name)
	}
	if i >= maxLockClasses {
		panic("vm: a state has more than 64 classes of locks")
	}
	return i
}

// lockAt returns the class of the lock at an address in a state.
func (l *Layout) lockAt(p, state unsafe.Pointer) int {
	off := uintptr(p) - uintptr(state)
	for i := range l.locks {
		if w := &l.locks[i]; w.off == off {
			return w.class
		}
	}
	panic("vm: a lock outside of the state was taken")
}

// kernelLocks returns the offsets of the big kernel locks.
func (l *Layout) kernelLocks() []uintptr {
	var out []uintptr
	for i := range l.words {
		if w := &l.words[i]; w.typ == reflect.TypeFor[KernelLock]() {
			out = append(out, w.off)
		}
	}
	return out
}

// heldBy reports whether the CPU holds the lock at an address.
func (w *lockWord) heldBy(p unsafe.Pointer, cpu int) bool {
	if w.holders != nil {
		return w.holders[*(*uint8)(p)]>>cpu&1 != 0
	}
	return reflect.NewAt(w.typ, p).Interface().(holder).HeldBy(cpu)
}

// oneHolder reports whether a lock of the type has one holder at a time.
func oneHolder(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[Spinlock](), reflect.TypeFor[PageLock](), reflect.TypeFor[Semaphore]():
		return true
	}
	return false
}

// holdersOf returns, for each value of a lock of one byte, the set of CPUs that
// hold it, because asking the lock itself is slow; nil for a larger lock.
func holdersOf(t reflect.Type) *[256]uint8 {
	if t.Size() != 1 {
		return nil
	}
	known.Lock()
	defer known.Unlock()
	if known.holders[t] == nil {
		table := new([256]uint8)
		for v := range table {
			b := uint8(v)
			lock := reflect.NewAt(t, unsafe.Pointer(&b)).Interface().(holder)
			for cpu := range 8 {
				if lock.HeldBy(cpu) {
					table[v] |= 1 << cpu
				}
			}
		}
		known.holders[t] = table
	}
	return known.holders[t]
}

var known = struct {
	sync.Mutex
	holders map[reflect.Type]*[256]uint8
}{holders: map[reflect.Type]*[256]uint8{}}

// lockNames joins the names of classes of locks in the order in which they are taken.
func (l *Layout) lockNames(classes []int) string {
	var names []string
	for _, c := range classes {
		names = append(names, l.classes[c])
	}
	return strings.Join(names, " > ")
}

// Name returns the name of the word at an offset, or "" if it has none.
func (l *Layout) Name(off uint16) string {
	for _, w := range l.words {
		if w.off <= uintptr(off) && uintptr(off) < w.off+w.typ.Size() {
			return w.name
		}
	}
	return ""
}

// Live returns how many objects with a [Life] a state has in use.
func (l *Layout) Live(s unsafe.Pointer) int {
	n := 0
	for _, w := range l.words {
		if w.typ == reflect.TypeFor[Life]() && (*Life)(unsafe.Add(s, w.off)).Free() == 0 {
			n++
		}
	}
	return n
}
