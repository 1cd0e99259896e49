package vm

import "unsafe"

// An Access is one touch of a word of the state, named by its offset and its
// size in bytes.
type Access struct {
	Off   uint16
	Size  uint8
	Write bool
	ghost bool // of an oracle, not of the kernel
}

// maxFoot is the number of accesses of one line that are told apart.
const maxFoot = 24

// A Footprint is the set of words that a line touched.
type Footprint struct {
	Accesses []Access
	Wide     bool // more words than there was room for: conflicts with everything
}

// Load reads a word of the state.
func Load[T any](x *Exec, p *T) T {
	x.touch(unsafe.Pointer(p), Access{Size: uint8(unsafe.Sizeof(*p))})
	return *p
}

// Store writes a word of the state.
func Store[T any](x *Exec, p *T, v T) {
	x.touch(unsafe.Pointer(p), Access{Size: uint8(unsafe.Sizeof(*p)), Write: true})
	*p = v
}

// Look returns its argument, a word, struct or array of the state of at most 255
// bytes, and notes that an oracle reads it, which the kernel does not. What is
// looked at is no part of [Exec.Foot]; but a line does not commute with another
// one that changes it, and so it is part of [Exec.Touched].
func Look[T any](x *Exec, p *T) *T {
	x.touch(unsafe.Pointer(p), Access{Size: uint8(unsafe.Sizeof(*p)), ghost: true})
	return p
}

// Mark returns its argument, as [Look] does, and notes that the line may change
// it beside the words of the kernel.
func Mark[T any](x *Exec, p *T) *T {
	x.touch(unsafe.Pointer(p), Access{Size: uint8(unsafe.Sizeof(*p)), Write: true, ghost: true})
	return p
}

// touch notes an access. The state lives on the heap, because a machine hands
// it to a function value, and so the offset from its base is stable.
func (x *Exec) touch(p unsafe.Pointer, a Access) {
	if x.note.foot == maxFoot {
		x.note.wide = true
		return
	}
	a.Off = x.offset(p)
	x.foot[x.note.foot] = a
	x.note.foot++
}

func (x *Exec) offset(p unsafe.Pointer) uint16 { return uint16(uintptr(p) - uintptr(x.state)) }

// LookAround notes that the line, or its oracle, depends on where other CPUs are
// or on their locals: it commutes with no other line, and a search does not
// remember what it has done.
func (x *Exec) LookAround() { x.note.around = true }

// Around reports whether what the last line has done may be up to other CPUs, and
// not only to its own and to what the CPUs share.
func (x *Exec) Around() bool {
	if x.note.around || x.note.wide {
		return true
	}
	own := x.cpus + uintptr(x.CPU)*x.size
	for _, a := range x.foot[:x.note.foot] {
		off := uintptr(a.Off)
		end := off + uintptr(a.Size)
		if off < x.cpusEnd && end > x.cpus && (off < own || end > own+x.size) {
			return true
		}
	}
	return false
}

// Words is a set of bytes of a state, by their offsets.
type Words [maxWords / 64]uint64

// maxWords is the size of a state, in bytes, up to which its words are told apart.
const maxWords = 256

// add adds the bytes of an access.
func (w *Words) add(a Access) (ok bool) {
	if int(a.Off)+int(a.Size) > maxWords {
		return false
	}
	for i := a.Off; i < a.Off+uint16(a.Size); i++ {
		w[i/64] |= 1 << (i % 64)
	}
	return true
}

// Has reports whether the byte at an offset is in the set.
func (w *Words) Has(off int) bool { return w[off/64]>>(off%64)&1 != 0 }

// Meets reports whether two sets have a byte in common.
func (w *Words) Meets(v *Words) bool {
	return w[0]&v[0]|w[1]&v[1]|w[2]&v[2]|w[3]&v[3] != 0
}

// has reports whether all bytes of an access are in the set.
func (w *Words) has(a Access) bool {
	if int(a.Off)+int(a.Size) > maxWords {
		return false
	}
	for i := a.Off; i < a.Off+uint16(a.Size); i++ {
		if w[i/64]>>(i%64)&1 == 0 {
			return false
		}
	}
	return true
}

// And leaves in the set what is also in another one.
func (w *Words) And(v *Words) {
	for i := range w {
		w[i] &= v[i]
	}
}

// Join adds a set and reports whether this one grew.
func (w *Words) Join(v *Words) (grew bool) {
	for i := range w {
		grew = grew || v[i]&^w[i] != 0
		w[i] |= v[i]
	}
	return grew
}

// A Touch is everything that a line depends on and changes outside of its own
// CPU: the words of the kernel and those of the oracles.
type Touch struct {
	Reads  Words // read, and perhaps written
	Writes Words
	Wide   bool // more than there was room for: all of the state
}

// Meets reports whether two lines may fail to commute: one of them changes what
// the other one reads or changes.
func (t *Touch) Meets(u *Touch) bool {
	return t.Wide || u.Wide || t.Writes.Meets(&u.Reads) || t.Reads.Meets(&u.Writes)
}

// Join adds another line's words and reports whether the set grew.
func (t *Touch) Join(u *Touch) (grew bool) {
	grew = u.Wide && !t.Wide
	t.Wide = t.Wide || u.Wide
	r := t.Reads.Join(&u.Reads)
	w := t.Writes.Join(&u.Writes)
	return grew || r || w
}

// Touched adds what the last line has touched, also if it blocked, to a set.
func (x *Exec) Touched(t *Touch) {
	t.Wide = t.Wide || x.Around()
	for _, a := range x.foot[:x.note.foot] {
		ok := t.Reads.add(a)
		if a.Write {
			t.Writes.add(a)
		}
		t.Wide = t.Wide || !ok
	}
}

// Within reports whether all that the last line has touched is in a set.
func (x *Exec) Within(t *Touch) bool {
	if t.Wide {
		return true
	}
	for _, a := range x.foot[:x.note.foot] {
		if !t.Reads.has(a) || a.Write && !t.Writes.has(a) {
			return false
		}
	}
	return !x.Around()
}

// Conflict returns the offset of a word that both lines touch and one of them
// writes. Two lines without a conflict commute.
func (f *Footprint) Conflict(g *Footprint) (off uint16, ok bool) {
	for _, a := range f.Accesses {
		for _, b := range g.Accesses {
			if a.Off < b.Off+uint16(b.Size) && b.Off < a.Off+uint16(a.Size) && (a.Write || b.Write) {
				return a.Off, true
			}
		}
	}
	return 0, f.Wide || g.Wide
}
