package fuzz

import (
	"slices"
	"unsafe"
)

// A table is a set of keys, numbered in the order in which they were added,
// each with how it was first reached. It is exact.
//
// Entries stand in chunks that never move. The slots of the hash tables hold the
// number of a key and 32 bits of its hash, so that growing needs no second look
// at the keys and a miss seldom costs a comparison. There is one hash table per
// worker; the low bits of a hash say which.
type table struct {
	width  int // words of a key
	stride int // words of an entry
	chunks [][]uint32
	n      int
	shards []shard
}

type shard struct {
	slots []slot
	used  int
}

type slot struct {
	hash uint32
	id   uint32 // number of the key plus one; 0: empty
}

const slotSize = int(unsafe.Sizeof(slot{}))

// An entry is the words of a key, and behind them these.
const (
	entryFrom = iota // the state that it was first reached from
	entryMove        // the move from there
	entryMore
)

// A chunk is some entries, and behind them a word for each, its exit.
const chunkLen = 1 << 12

// maxStates is what the numbering of states has room for.
const maxStates = 1<<31 - 2

// newTable returns a table of keys of that many words for that many workers, a
// power of two.
func newTable(width, shards int) *table {
	t := &table{width: width, stride: width + entryMore, shards: make([]shard, shards)}
	for i := range t.shards {
		t.shards[i] = shard{slots: make([]slot, 1<<8)}
	}
	return t
}

// hash returns the hash of a key that the table knows it by.
func (t *table) hash(k key) uint32 { return hash(k.bytes()) }

// shard returns the hash table that a hash belongs to.
func (t *table) shard(hash uint32) *shard { return &t.shards[int(hash)&(len(t.shards)-1)] }

// find returns the number of a key.
func (t *table) find(k key) (id uint32, ok bool) {
	hash := t.hash(k)
	sh := t.shard(hash)
	for i := sh.first(hash); sh.slots[i].id != 0; i = sh.next(i) {
		if s := sh.slots[i]; s.hash == hash && t.key(s.id-1).is(k) {
			return s.id - 1, true
		}
	}
	return 0, false
}

// make makes room for the entries below n.
func (t *table) make(n int) {
	for len(t.chunks)*chunkLen < n {
		size := t.chunkSize()
		slab := make([]uint32, t.slab()*size)
		for ; len(slab) > 0; slab = slab[size:] {
			t.chunks = append(t.chunks, slab[:size:size])
		}
	}
}

// chunkSize returns the words of a chunk.
func (t *table) chunkSize() int { return chunkLen * (t.stride + 1) }

// slab returns how many chunks are made at once.
func (t *table) slab() int {
	if len(t.chunks) < 64 {
		return 1
	}
	return 64
}

// entry returns what the table holds under a number.
func (t *table) entry(id uint32) []uint32 {
	at := int(id%chunkLen) * t.stride
	return t.chunks[id/chunkLen][at : at+t.stride]
}

// set fills in an entry.
func (t *table) set(id uint32, k key, from uint32, m Move) {
	copy(t.entry(id), k)
	t.reached(id, from, m)
}

// key returns the key of a number.
func (t *table) key(id uint32) key { return t.entry(id)[:t.width] }

// reached notes how a state was reached.
func (t *table) reached(id, from uint32, m Move) {
	e := t.entry(id)[t.width:]
	e[entryFrom], e[entryMove] = from, uint32(m.CPU)<<8|uint32(m.Choice)
}

// path returns the moves that lead to a state.
func (t *table) path(id uint32) []Move {
	var moves []Move
	for id != 0 {
		e := t.entry(id)[t.width:]
		moves = append(moves, Move{uint8(e[entryMove] >> 8), uint8(e[entryMove])})
		id = e[entryFrom]
	}
	slices.Reverse(moves)
	return moves
}

// exit returns the word of a state that names one of its successors, the one of
// the highest number, or says that the state is an end.
func (t *table) exit(id uint32) *uint32 {
	return &t.chunks[id/chunkLen][chunkLen*t.stride+int(id%chunkLen)]
}

// first returns the slot at which to look for a hash, next the one after a slot.
// The number of slots may be any: a hash is taken as a fraction of 2^32.
func (sh *shard) first(hash uint32) int { return int(uint64(hash) * uint64(len(sh.slots)) >> 32) }

func (sh *shard) next(i int) int {
	if i++; i < len(sh.slots) {
		return i
	}
	return 0
}

// full reports whether that many more keys need a larger hash table.
func (sh *shard) full(more int) bool { return sh.used+more > len(sh.slots)/8*5 }

// room returns the number of slots that have room for that many more keys.
func (sh *shard) room(more int) int {
	n := len(sh.slots)
	for sh.used+more > n/8*5 {
		n += n / 2 // less than doubling: slots are a third of the memory
	}
	return n
}

// grow makes room for that many more keys.
func (sh *shard) grow(more int) {
	old := sh.slots
	sh.slots = make([]slot, sh.room(more))
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := sh.first(s.hash)
		for sh.slots[i].id != 0 {
			i = sh.next(i)
		}
		sh.slots[i] = s
	}
}

// growth returns what that many more keys take, and for a moment growing.
func (t *table) growth(more int) int {
	n := 0
	if t.n+more > len(t.chunks)*chunkLen {
		n = 4 * t.slab() * t.chunkSize()
	}
	for i := range t.shards {
		if sh := &t.shards[i]; sh.full(more) {
			n += slotSize * sh.room(more)
		}
	}
	return n
}

// bytes returns the memory that the table takes.
func (t *table) bytes() int {
	n := 4 * len(t.chunks) * t.chunkSize()
	for i := range t.shards {
		n += slotSize * len(t.shards[i].slots)
	}
	return n
}
