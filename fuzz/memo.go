package fuzz

import (
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// A memo remembers what lines have done. What a line does is up to its CPU and to
// what all CPUs share; where the others stand matters to the few lines that say
// so, see [vm.Exec.LookAround], which are not remembered. So most lines of a search
// were executed before, while another CPU stood elsewhere, and need not be again.
//
// Workers may use it at once, but between batches, when it is made larger or empty. It
// has no room for all: what finds none is lost, and when that is too much, all of it is
// forgotten.
type memo struct {
	slots []known // a power of two
	shift int     // of a hash, to the number of a slot
	used  atomic.Int64
	lost  atomic.Int64
}

// A known is a slot of a memo. Whoever writes the cause first writes the outcome behind
// it, and nobody writes there again, so that what is read is never half of two.
type known struct {
	cause   atomic.Uint64 // plus one; 0: empty
	outcome atomic.Uint64
}

// A cause is all that decides what a line does: the number of what the CPUs share
// and, below, the number of its CPU as it stands, which CPU that is, and the choice.
type cause uint64

// An outcome is what a line has done: the number of what the CPUs share, afterwards,
// and, below, that of the CPU, the number of choices and the result. 0 stands for none.
type outcome uint64

// A result is what has come of a line.
type result uint8

const (
	_        result = iota
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

func newOutcome(r result, choices int, rest, own uint32) outcome {
	return outcome(rest)<<32 | outcome(own)<<(choiceBits+resultBits) | outcome(choices)<<resultBits | outcome(r)
}

func (o outcome) result() result { return result(o & (1<<resultBits - 1)) }
func (o outcome) choices() int   { return int(uint8(o >> resultBits)) }
func (o outcome) own() uint32    { return uint32(o) >> (choiceBits + resultBits) }
func (o outcome) rest() uint32   { return uint32(o >> 32) }

const (
	memoBits    = 8
	maxMemoBits = 18 // 4 MiB
	memoWays    = 4  // slots of a cause
	memoStep    = 16 // and how far they are apart
	auditEvery  = 64 // outcomes that are known
)

// at returns the number of the first slot of a cause. The slots for all choices stand
// side by side.
func (t *memo) at(c cause) int {
	choice := uint64(c) & (1<<choiceBits - 1)
	return int((fold((uint64(c)-choice)^0xa0761d6478bd642f, 0xe7037ed1a0b428db)>>t.shift + choice) & uint64(len(t.slots)-1))
}

// slot returns the i-th slot of a cause whose first one has that number. They are
// filled in that order.
func (t *memo) slot(at, i int) *known { return &t.slots[at^i*memoStep] }

// touch reads the memory that finding the outcomes of some causes will need.
func (t *memo) touch(causes []cause) (sum uint32) {
	for _, c := range causes {
		sum += uint32(t.slots[t.at(c)].outcome.Load())
	}
	return sum
}

// find returns the outcome of a cause, none if it is not known.
func (t *memo) find(c cause) outcome {
	at := t.at(c)
	for i := range memoWays {
		k := t.slot(at, i)
		switch k.cause.Load() {
		case 0:
			return 0
		case uint64(c) + 1:
			return outcome(k.outcome.Load())
		}
	}
	return 0
}

// keep remembers an outcome, and reports whether it is what was known of the cause,
// if anything was.
func (t *memo) keep(c cause, o outcome) (same bool) {
	at := t.at(c)
	for i := range memoWays {
		k := t.slot(at, i)
		if k.cause.Load() == 0 && k.cause.CompareAndSwap(0, uint64(c)+1) {
			k.outcome.Store(uint64(o))
			t.used.Add(1)
			return true
		}
		if k.cause.Load() == uint64(c)+1 {
			was := outcome(k.outcome.Load())
			return was == 0 || was == o
		}
	}
	t.lost.Add(1)
	return true
}

// tend makes the memo larger or empty, if it is time to.
func (t *memo) tend() {
	n := len(t.slots)
	switch {
	case n < 1<<maxMemoBits && 2*int(t.used.Load()) >= n:
		t.grow()
	case int(t.lost.Load()) >= n/4:
		t.forget()
	}
}

// grow makes the memo larger.
func (t *memo) grow() {
	old := t.slots
	t.resize(bits.Len(uint(2 * int(t.used.Load()))))
	for i := range old {
		if o := old[i].outcome.Load(); o != 0 {
			t.keep(cause(old[i].cause.Load()-1), outcome(o))
		}
	}
}

// resize makes an empty memo.
func (t *memo) resize(bits int) {
	bits = min(bits, maxMemoBits)
	t.slots, t.shift = make([]known, 1<<bits), 64-bits
	t.used.Store(0)
	t.lost.Store(0)
}

// forget forgets everything.
func (t *memo) forget() {
	clear(t.slots)
	t.used.Store(0)
	t.lost.Store(0)
}

// growth returns what growing takes if that many more outcomes are to be kept.
func (t *memo) growth(more int) int {
	n := len(t.slots)
	for n < 1<<maxMemoBits && int(t.used.Load())+more >= n/2 {
		n *= 2
	}
	return (n - len(t.slots)) * int(unsafe.Sizeof(known{}))
}

func (t *memo) bytes() int { return len(t.slots) * int(unsafe.Sizeof(known{})) }

// recall returns what a move has led to before, none if it must be made. Now and then
// it says of one that is known that it must, so that both are compared.
func (w *worker[S, L]) recall(m Move) outcome {
	c, ok := causeOf(w.key, m)
	if !ok || w.stale || w.e.o.thorough {
		return 0
	}
	o := w.e.memo.find(c)
	if o == 0 || o.result() == finished && w.last(int(m.CPU)) {
		return 0
	}
	if w.hits++; w.hits%auditEvery == 0 {
		return 0
	}
	return o
}

// keep remembers what a move has led to.
func (w *worker[S, L]) keep(m Move, r result, choices int, to key) {
	c, ok := causeOf(w.key, m)
	own := to[keyCPU+m.CPU]
	if !ok || own>>ownBits != 0 || w.stale {
		return
	}
	if !w.e.memo.keep(c, newOutcome(r, choices, to[keyRest], own)) {
		panic("fuzz: " + lineOf(w.e.m, w.e.m.CPU(w.state(), int(m.CPU))) + " has done something else than before, where its CPU and what all share were the same: does it use another CPU without LookAround?")
	}
}
