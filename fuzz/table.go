package fuzz

import (
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"unsafe"
)

// A table is a set of states, numbered in the order in which they were added,
// each with the state and the move that it was first reached by. It is exact.
//
// States stand in chunks that never move. The slots of the hash table hold the
// number of a state and 32 bits of its hash, so that growing needs no second
// look at the states and a miss seldom costs a comparison.
type table[K comparable] struct {
	seed   maphash.Seed
	chunks []*chunk[K]
	n      int
	slots  []slot
	shift  uint // 32 minus the logarithm of len(slots)
}

type slot struct {
	hash uint32
	id   uint32 // number of the state plus one; 0: empty
}

// An entry is a state and what belongs to it.
type entry[K any] struct {
	key  K
	move Move
	from uint32
}

const chunkLen = 1 << 10

type chunk[K any] [chunkLen]entry[K]

// maxStates is what the numbering of states has room for.
const maxStates = min(1<<32-2, math.MaxInt)

func newTable[K comparable]() *table[K] {
	return &table[K]{seed: maphash.MakeSeed(), slots: make([]slot, 1<<8), shift: 24}
}

// hashOf returns the hash of a state that the table knows it by.
func hashOf[K comparable](t *table[K], k *K) uint32 {
	return uint32(maphash.Comparable(t.seed, *k) >> 32)
}

// add returns the number of a state with that hash and whether it is new.
func (t *table[K]) add(k *K, hash uint32) (id uint32, fresh bool) {
	mask := uint32(len(t.slots) - 1)
	for i := hash >> t.shift; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.id == 0 {
			*s = slot{hash, t.push(k)}
			if t.n > len(t.slots)/4*3 {
				t.grow()
			}
			return uint32(t.n - 1), true
		}
		if s.hash == hash && *t.at(s.id - 1) == *k {
			return s.id - 1, false
		}
	}
}

func (t *table[K]) push(k *K) (id uint32) {
	if t.n%chunkLen == 0 {
		t.chunks = append(t.chunks, new(chunk[K]))
	}
	t.chunks[t.n/chunkLen][t.n%chunkLen].key = *k
	t.n++
	return uint32(t.n)
}

func (t *table[K]) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	t.shift = uint(32 - bits.Len(uint(len(t.slots)-1)))
	mask := uint32(len(t.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := s.hash >> t.shift
		for t.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// entry returns what the table holds under a number.
func (t *table[K]) entry(id uint32) *entry[K] { return &t.chunks[id/chunkLen][id%chunkLen] }

// at returns the state of a number.
func (t *table[K]) at(id uint32) *K { return &t.entry(id).key }

// reached notes how a state was reached.
func (t *table[K]) reached(id, from uint32, m Move) {
	e := t.entry(id)
	e.from, e.move = from, m
}

// path returns the moves that lead to a state.
func (t *table[K]) path(id uint32) []Move {
	var moves []Move
	for id != 0 {
		e := t.entry(id)
		moves = append(moves, e.move)
		id = e.from
	}
	slices.Reverse(moves)
	return moves
}

// bytes returns the memory that the table takes.
func (t *table[K]) bytes() int {
	return len(t.slots)*int(unsafe.Sizeof(slot{})) + len(t.chunks)*int(unsafe.Sizeof(chunk[K]{}))
}

// growth returns what growing would take for a moment.
func (t *table[K]) growth() int { return 2 * len(t.slots) * int(unsafe.Sizeof(slot{})) }
