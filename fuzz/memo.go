package fuzz

import (
	"math/bits"
	"unsafe"
)

// A memo remembers what lines have done. What a line does is up to its CPU and to
// what all CPUs share; where the others stand matters to the few lines that say
// so, see [vm.Exec.LookAround], which are not remembered. So most lines of a search
// were executed before, while another CPU stood elsewhere, and need not be again.
//
// It forgets: an outcome takes the place of another one with the same hash.
type memo struct {
	slots []outcome // a power of two
	shift int       // of a hash, to the number of a slot
	used  int       // slots
	hits  int
}

// A cause is all that decides what a line does: the number of what the CPUs share
// and, below, the number of its CPU as it stands, which CPU that is, and the choice.
type cause uint64

// An outcome is what a line has done.
type outcome struct {
	cause cause
	rest  uint32 // the number of what the CPUs share, afterwards
	own   uint32 // that of the CPU and, below, the number of choices and the result
}

// A result is what has come of a line.
type result uint8

const (
	unknown  result = iota
	stood           // the line could not go on, or there was none
	went            // the line was executed
	finished        // and the CPU has come to the end of its program
)

const (
	resultBits = 2
	choiceBits = 8
	cpuBits    = 3
	ownBits    = 32 - choiceBits - cpuBits
)

// causeOf returns the cause of a move from a key; ok is false if the number of the
// CPU is too large for one.
func causeOf(k key, m Move) (c cause, ok bool) {
	own := k[keyCPU+m.CPU]
	return newCause(k[keyRest], own, m), own>>ownBits == 0
}

func newCause(rest, own uint32, m Move) cause {
	return cause(rest)<<32 | cause(own)<<(choiceBits+cpuBits) | cause(m.CPU)<<choiceBits | cause(m.Choice)
}

func newOutcome(c cause, r result, choices int, rest, own uint32) outcome {
	return outcome{c, rest, own<<(choiceBits+resultBits) | uint32(choices)<<resultBits | uint32(r)}
}

func (o *outcome) result() result { return result(o.own & (1<<resultBits - 1)) }
func (o *outcome) choices() int   { return int(uint8(o.own >> resultBits)) }
func (o *outcome) to() uint32     { return o.own >> (choiceBits + resultBits) }

const (
	memoBits    = 8
	maxMemoBits = 18 // 4 MiB
	auditEvery  = 64 // outcomes that are known
)

// at returns the number of the slot of a cause; other is that of its second one. The
// slots for all choices stand side by side.
func (t *memo) at(c cause) (slot, other uint64) {
	choice := uint64(c) & (1<<choiceBits - 1)
	slot = (fold((uint64(c)-choice)^0xa0761d6478bd642f, 0xe7037ed1a0b428db)>>t.shift + choice) & uint64(len(t.slots)-1)
	return slot, slot ^ 16
}

// touch reads the memory that finding the outcome of a cause will need.
func (t *memo) touch(c cause) uint32 {
	if t.slots == nil {
		return 0
	}
	slot, _ := t.at(c)
	return t.slots[slot].rest
}

// find returns the outcome of a cause, nil if it is not known.
func (t *memo) find(c cause) *outcome {
	if t.slots == nil {
		return nil
	}
	slot, other := t.at(c)
	o := &t.slots[slot]
	if o.cause != c {
		o = &t.slots[other]
	}
	if o.cause != c || o.result() == unknown {
		return nil
	}
	return o
}

// recall does the same, but now and then says of an outcome that it is not known,
// so that the line is executed and the outcomes are compared.
func (t *memo) recall(c cause) *outcome {
	o := t.find(c)
	if o == nil {
		return nil
	}
	if t.hits++; t.hits%auditEvery == 0 {
		return nil
	}
	return o
}

// keep remembers an outcome, and reports whether it is what was known of the cause,
// if anything was.
func (t *memo) keep(o outcome) (same bool) {
	if 2*t.used >= len(t.slots) && len(t.slots) < 1<<maxMemoBits {
		t.grow()
	}
	slot, other := t.at(o.cause)
	for _, at := range []*outcome{&t.slots[slot], &t.slots[other]} {
		if at.result() == unknown {
			t.used++
			*at = o
			return true
		}
		if at.cause == o.cause {
			return *at == o
		}
	}
	t.slots[slot], t.slots[other] = o, t.slots[slot]
	return true
}

// grow makes the memo larger.
func (t *memo) grow() {
	old := t.slots
	t.slots, t.used = make([]outcome, max(1<<memoBits, 2*len(old))), 0
	t.shift = 64 - (bits.Len(uint(len(t.slots))) - 1)
	for i := range old {
		if old[i].result() != unknown {
			t.keep(old[i])
		}
	}
}

// forget forgets everything.
func (t *memo) forget() {
	clear(t.slots)
	t.used = 0
}

// growth returns what growing takes if that many more outcomes are to be kept.
func (t *memo) growth(more int) int {
	n := max(1<<memoBits, len(t.slots))
	for n < 1<<maxMemoBits && t.used+more >= n/2 {
		n *= 2
	}
	return (n - len(t.slots)) * int(unsafe.Sizeof(outcome{}))
}

func (t *memo) bytes() int { return len(t.slots) * int(unsafe.Sizeof(outcome{})) }

// recall returns what a move has led to before, nil if it must be made.
func (w *worker[S, L]) recall(m Move) *outcome {
	c, ok := causeOf(w.key, m)
	if !ok {
		return nil
	}
	o := w.memo.recall(c)
	if o != nil && o.result() == finished && w.last(int(m.CPU)) {
		return nil
	}
	return o
}

// keep remembers what a move has led to.
func (w *worker[S, L]) keep(m Move, r result, choices int, to key) {
	own := to[keyCPU+m.CPU]
	if c, ok := causeOf(w.key, m); ok && own>>ownBits == 0 && !w.memo.keep(newOutcome(c, r, choices, to[keyRest], own)) {
		panic("fuzz: " + lineOf(w.e.m, w.e.m.CPU(w.state(), int(m.CPU))) + " has done something else than before, where its CPU and what all share were the same: does it use another CPU without LookAround?")
	}
}
