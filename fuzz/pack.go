package fuzz

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A key stands for a state in the table: the number of all that the CPUs share,
// and behind it those of the CPUs. This is SPIN's collapse compression (Holzmann,
// "State compression in SPIN", 1997). Both parts have few values, of which a space
// is made by putting them together. The numbering is exact, and so is the table.
//
// A key that counts the CPU that ran last has that behind the numbers.
type key []uint32

const (
	keyRest = iota // the number of what the CPUs share
	keyCPU         // and those of the CPUs
)

// bytes returns the memory of a key.
func (k key) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(k))), 4*len(k))
}

func (k key) is(l key) bool { return bytes.Equal(k.bytes(), l.bytes()) }

// A packer turns states into keys and back.
//
// States have no padding, see [vm.New], so that they are equal if their bytes are.
type packer[S, L comparable] struct {
	cpus      int // of the workload
	from, end int // where the CPUs of the class begin and end in a state
	size      int // of one of them
	rest, cpu *store
}

func newPacker[S, L comparable](m *vm.Machine[S, L], cpus int) *packer[S, L] {
	s := new(S)
	all := m.Class.CPUs(s)
	p := &packer[S, L]{cpus: cpus, size: int(unsafe.Sizeof(vm.CPU[L]{}))}
	p.from = int(uintptr(unsafe.Pointer(unsafe.SliceData(all))) - uintptr(unsafe.Pointer(s)))
	p.end = p.from + len(all)*p.size
	p.rest, p.cpu = newStore(len(raw(s))-len(all)*p.size), newStore(p.size)
	return p
}

// width returns the number of words of a key.
func (p *packer[S, L]) width() int { return keyCPU + p.cpus }

// raw returns the bytes of a state.
func raw[S any](s *S) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s))
}

// pack writes the key of a state that a line of a CPU has led to, given the state
// before and its key, and reports whether the line has left the other CPUs as
// they were.
func (p *packer[S, L]) pack(k key, s *S, cpu int, before *S, beforeKey key) (alone bool) {
	b, c := raw(s), raw(before)
	own := p.from + cpu*p.size
	next := own + p.size
	copy(k, beforeKey)
	if !bytes.Equal(b[p.end:], c[p.end:]) || !bytes.Equal(b[:p.from], c[:p.from]) {
		k[keyRest] = p.restNumber(b)
	}
	k[keyCPU+cpu] = p.cpu.number(b[own:next])
	if bytes.Equal(b[p.from:own], c[p.from:own]) && bytes.Equal(b[next:p.end], c[next:p.end]) {
		return true
	}
	p.packCPUs(k, b)
	return false
}

func (p *packer[S, L]) restNumber(b []byte) uint32 {
	if p.from == 0 {
		return p.rest.number(b[p.end:])
	}
	return p.rest.number(slices.Concat(b[:p.from], b[p.end:]))
}

func (p *packer[S, L]) packCPUs(k key, b []byte) {
	for i := range p.cpus {
		k[keyCPU+i] = p.cpu.number(b[p.from+i*p.size:][:p.size])
	}
	for _, v := range b[p.from+p.cpus*p.size : p.end] {
		if v != 0 {
			panic("fuzz: a CPU without a program has changed: does a line run the wrong one?")
		}
	}
}

// cpuNumber returns the number of a CPU.
func (p *packer[S, L]) cpuNumber(s *S, cpu int) uint32 {
	return p.cpu.number(raw(s)[p.from+cpu*p.size:][:p.size])
}

// whole writes the key of a state of which nothing is known.
func (p *packer[S, L]) whole(k key, s *S) {
	k[keyRest] = p.restNumber(raw(s))
	p.packCPUs(k, raw(s))
}

// unpack writes the state of a key. The CPUs without a program must be zero.
func (p *packer[S, L]) unpack(s *S, k key) {
	b, rest := raw(s), p.rest.at(k[keyRest])
	copy(b, rest[:p.from])
	copy(b[p.end:], rest[p.from:])
	for i, at := 0, p.from; i < p.cpus; i, at = i+1, at+p.size {
		copy(b[at:at+p.size], p.cpu.at(k[keyCPU+i]))
	}
}

// growth returns what growing would take for a moment, if that many more states
// need it.
func (p *packer[S, L]) growth(more int) int { return p.rest.growth(more) + p.cpu.growth(more) }

// bytes returns the memory that the numbers take.
func (p *packer[S, L]) bytes() int { return p.rest.bytes() + p.cpu.bytes() }
