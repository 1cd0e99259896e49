package vm

import "unsafe"

// An Access is one touch of a word of the state, named by its offset in bytes.
type Access struct {
	Off   uint16
	Write bool
}

// maxFoot is the number of accesses of one line that are told apart.
const maxFoot = 6

// A Footprint is the set of words that a line touched.
type Footprint struct {
	Accesses []Access
	Wide     bool // more words than there was room for: conflicts with everything
}

// Load reads a word of the state.
func Load[T any](x *Exec, p *T) T {
	x.touch(unsafe.Pointer(p), false)
	return *p
}

// Store writes a word of the state.
func Store[T any](x *Exec, p *T, v T) {
	x.touch(unsafe.Pointer(p), true)
	*p = v
}

// touch notes an access. The state lives on the heap, because a machine hands
// it to a function value, and so the offset from its base is stable.
func (x *Exec) touch(p unsafe.Pointer, write bool) {
	if x.note.foot == maxFoot {
		x.note.wide = true
		return
	}
	x.foot[x.note.foot] = Access{uint16(uintptr(p) - uintptr(x.state)), write}
	x.note.foot++
}

// Conflict returns the offset of a word that both lines touch and one of them
// writes. Two lines without a conflict commute.
func (f *Footprint) Conflict(g *Footprint) (off uint16, ok bool) {
	for _, a := range f.Accesses {
		for _, b := range g.Accesses {
			if a.Off == b.Off && (a.Write || b.Write) {
				return a.Off, true
			}
		}
	}
	return 0, f.Wide || g.Wide
}
