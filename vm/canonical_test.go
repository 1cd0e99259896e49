package vm

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestCanonical spells out the bytes of a state: CPUs and hidden words too, the
// highest byte of a word first, no blank fields.
func TestCanonical(t *testing.T) {
	type locals struct{ n, _ uint8 }
	type state struct {
		Wide  uint64
		Half  uint32
		CPU   [1]CPU[locals] `name:"-"`
		Count Ref
		Spare [3]uint8
	}
	s := state{Wide: 0x0102030405060708, Half: 0x090a0b0c, Count: -1}
	s.CPU[0].head = head{depth: 1, op: 2, held: 3, ret: 4}
	s.CPU[0].frame[0] = frame[locals]{fn: 5, line: 6, loc: locals{n: 7}}
	got := newLayout[state]().Canonical([]byte{0xee}, unsafe.Pointer(&s))
	require.Equal(t, []byte{
		0xee,
		1, 2, 3, 4, 5, 6, 7, 8,
		9, 10, 11, 12,
		1, 2, 3, 4,
		5, 6, 7, 0, 0, 0, 0, 0, 0,
		0xff, 0, 0, 0,
	}, got)
}
