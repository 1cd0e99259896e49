package vm

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// A span is where a word of a state lies in memory.
type span struct {
	off  uintptr
	size uint8 // 1, 2, 4 or 8 bytes
}

// Canonical appends the words of a state, those of its CPUs too, in the order of
// the struct and each with its highest byte first: equal states have equal
// bytes on every architecture.
func (l *Layout) Canonical(b []byte, s unsafe.Pointer) []byte {
	for _, w := range l.spans {
		p := unsafe.Add(s, w.off)
		switch w.size {
		case 1:
			b = append(b, *(*uint8)(p))
		case 2:
			b = binary.BigEndian.AppendUint16(b, *(*uint16)(p))
		case 4:
			b = binary.BigEndian.AppendUint32(b, *(*uint32)(p))
		default:
			b = binary.BigEndian.AppendUint64(b, *(*uint64)(p))
		}
	}
	return b
}

// spansOf returns the words of a type. Blank fields are none: comparing states
// passes over them, too.
func spansOf(t reflect.Type, off uintptr) (spans []span) {
	switch t.Kind() {
	case reflect.Array:
		for i := range t.Len() {
			spans = append(spans, spansOf(t.Elem(), off+uintptr(i)*t.Elem().Size())...)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.Name != "_" {
				spans = append(spans, spansOf(f.Type, off+f.Offset)...)
			}
		}
	default:
		spans = append(spans, span{off, uint8(t.Size())})
	}
	return spans
}
