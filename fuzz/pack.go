package fuzz

import (
	"bytes"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A key stands for a state in the table. It is the numbers of the CPUs, behind
// all the rest of the state as it is: SPIN's collapse compression (Holzmann, "State
// compression in SPIN", 1997), but for the rest, which has too many values to be
// worth a number. The CPUs are most of a state and have few values. The numbering
// is exact, and so is the table.
//
// A key that counts the CPU that ran last has that behind the numbers.
type key []uint32

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
	rest      int // words of a key before the numbers
	cpu       *store
}

func newPacker[S, L comparable](m *vm.Machine[S, L], cpus int) *packer[S, L] {
	s := new(S)
	all := m.Class.CPUs(s)
	p := &packer[S, L]{cpus: cpus, size: int(unsafe.Sizeof(vm.CPU[L]{}))}
	p.from = int(uintptr(unsafe.Pointer(unsafe.SliceData(all))) - uintptr(unsafe.Pointer(s)))
	p.end = p.from + len(all)*p.size
	p.rest = (len(raw(s)) - len(all)*p.size + 3) / 4
	p.cpu = newStore(p.size)
	return p
}

// width returns the number of words of a key.
func (p *packer[S, L]) width() int { return p.rest + p.cpus }

// raw returns the bytes of a state.
func raw[S any](s *S) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s))
}

// pack writes the key of a state that a line of a CPU has led to, given the state
// before and its key.
func (p *packer[S, L]) pack(k key, s *S, cpu int, before *S, beforeKey key) {
	b, c := raw(s), raw(before)
	p.packRest(k, b)
	copy(k[p.rest:], beforeKey[p.rest:])
	own := p.from + cpu*p.size
	next := own + p.size
	k[p.rest+cpu] = p.cpu.number(b[own:next])
	if !bytes.Equal(b[p.from:own], c[p.from:own]) || !bytes.Equal(b[next:p.end], c[next:p.end]) {
		p.packCPUs(k, b)
	}
}

func (p *packer[S, L]) packRest(k key, b []byte) {
	to := k.bytes()
	copy(to, b[:p.from])
	copy(to[p.from:], b[p.end:])
}

func (p *packer[S, L]) packCPUs(k key, b []byte) {
	for i := range p.cpus {
		k[p.rest+i] = p.cpu.number(b[p.from+i*p.size:][:p.size])
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
	p.packRest(k, raw(s))
	p.packCPUs(k, raw(s))
}

// unpack writes the state of a key. The CPUs without a program must be zero.
func (p *packer[S, L]) unpack(s *S, k key) {
	b, rest := raw(s), k.bytes()
	copy(b, rest[:p.from])
	copy(b[p.end:], rest[p.from:])
	for i, at := 0, p.from; i < p.cpus; i, at = i+1, at+p.size {
		copy(b[at:at+p.size], p.cpu.at(k[p.rest+i]))
	}
}
