package fuzz

import (
	"slices"
	"sync/atomic"
)

// A table is a set of keys, numbered in the order in which they were added,
// each with how it was first reached. Its entries stand in chunks that never move.
// It is exact, unless it has a front.
type table struct {
	width  int    // words of a key
	front  *front // nil: entries have whole keys
	kept   int    // words of a key, or of its fingerprint, in an entry
	stride int    // words of an entry
	chunks [][]uint32
	n      int
	index  index

	promised atomic.Int64 // states that the batch at hand may add
}

// An entry is the words of a key, or a fingerprint, and behind them these.
const (
	entryFrom = iota // the state that it was first reached from
	entryMove        // the move from there and, above, the CPUs that sleep and the chosen ones, or a foot
	entryMore
)

// A chunk is some entries, and behind them a word for each, its exit.
const chunkLen = 1 << 10

// maxStates is what the numbering of states has room for.
const maxStates = 1<<31 - 2

// newTable returns a table of keys of that many words for that many workers,
// compact or exact.
func newTable(width, workers int, compact bool) *table {
	t := &table{width: width, kept: width, index: index{bins: []*bin{{}}, alone: workers == 1}}
	if compact {
		t.front, t.kept = &front{width: width}, 1
	}
	t.stride = t.kept + entryMore
	return t
}

// hash returns the hash of a key that the table knows it by, and a fingerprint.
func (t *table) hash(k key) (hashed, print uint32) {
	h := hash(k.bytes())
	return uint32(h >> 32), uint32(h)
}

// is reports whether a number is that of a key.
func (t *table) is(id uint32, k key, print uint32) bool {
	if t.front != nil {
		return t.entry(id)[0] == print
	}
	return t.key(id).is(k)
}

// find returns the number of a key.
func (t *table) find(k key) (id uint32, ok bool) {
	hash, print := t.hash(k)
	x := &t.index
	first := x.first(hash)
	for i := first; ; i = next(i, first) {
		s := x.get(i)
		if s == 0 {
			return 0, false
		}
		if uint32(s>>32) == hash && t.is(uint32(s)-1, k, print) {
			return uint32(s) - 1, true
		}
	}
}

// make makes room for the entries below n.
func (t *table) make(n int) {
	if t.front != nil {
		t.front.make(n)
	}
	size := t.chunkSize()
	slab := make([]uint32, t.missing(n)*size)
	hugePages(slab)
	for ; len(slab) > 0; slab = slab[size:] {
		t.chunks = append(t.chunks, slab[:size:size])
	}
}

// promise reserves room for some states more, if there is enough.
func (t *table) promise(more int) bool {
	return t.n+int(t.promised.Add(int64(more))) <= min(capacity(len(t.index.bins)), t.room())
}

// room returns for how many states there are entries.
func (t *table) room() int {
	n := len(t.chunks)
	if t.front != nil {
		n = min(n, t.front.first+len(t.front.chunks))
	}
	return n * chunkLen
}

// missing returns how many chunks it takes to make room for the entries below n.
// Many are made at once, if there are many.
func (t *table) missing(n int) int {
	if n <= len(t.chunks)*chunkLen {
		return 0
	}
	return max((n+chunkLen-1)/chunkLen-len(t.chunks), min(len(t.chunks)/16, 512))
}

// chunkSize returns the words of a chunk.
func (t *table) chunkSize() int { return chunkLen * (t.stride + 1) }

// entry returns what the table holds under a number.
func (t *table) entry(id uint32) []uint32 {
	at := int(id%chunkLen) * t.stride
	return t.chunks[id/chunkLen][at : at+t.stride]
}

// set fills in an entry.
func (t *table) set(id uint32, k key, print, from uint32, m Move) {
	if t.front != nil {
		t.entry(id)[0] = print
		copy(t.front.key(id), k)
	} else {
		copy(t.entry(id), k)
	}
	t.reached(id, from, m)
}

// key returns the key of a number, nil if a compact table has it no longer.
func (t *table) key(id uint32) key {
	if t.front != nil {
		return t.front.key(id)
	}
	return t.entry(id)[:t.width]
}

// reached notes how a state was reached.
func (t *table) reached(id, from uint32, m Move) {
	e := t.entry(id)[t.kept:]
	e[entryFrom], e[entryMove] = from, uint32(m.CPU)<<8|uint32(m.Choice)
}

// origin returns how a state was first reached.
func (t *table) origin(id uint32) (from uint32, m Move) {
	e := t.entry(id)[t.kept:]
	return e[entryFrom], Move{uint8(e[entryMove] >> 8), uint8(e[entryMove])}
}

// foot returns the number of what the line touched that has first led to a state,
// and its CPU.
func (t *table) foot(id uint32) (foot uint16, cpu int) {
	m := t.entry(id)[t.kept+entryMove]
	return uint16(m >> 16), int(uint8(m >> 8))
}

// setFoot stores it.
func (t *table) setFoot(id uint32, foot uint16) { t.entry(id)[t.kept+entryMove] |= uint32(foot) << 16 }

// sleep returns the CPUs of a state that sleep, one bit each.
func (t *table) sleep(id uint32) uint8 { return uint8(t.entry(id)[t.kept+entryMove] >> 16) }

// setSleep stores them.
func (t *table) setSleep(id uint32, set uint8) {
	e := t.entry(id)
	e[t.kept+entryMove] = e[t.kept+entryMove]&^(0xff<<16) | uint32(set)<<16
}

// chosen returns the CPUs of a state that were chosen to be executed, one bit each.
func (t *table) chosen(id uint32) uint8 { return uint8(t.entry(id)[t.kept+entryMove] >> 24) }

// choose stores them.
func (t *table) choose(id uint32, set uint8) {
	e := t.entry(id)
	e[t.kept+entryMove] = e[t.kept+entryMove]&^(0xff<<24) | uint32(set)<<24
}

// path returns the moves that lead to a state.
func (t *table) path(id uint32) []Move {
	var moves []Move
	for id != 0 {
		from, m := t.origin(id)
		moves = append(moves, m)
		id = from
	}
	slices.Reverse(moves)
	return moves
}

// exit returns the word of a state that names one of its successors, the one of
// the highest number, or says that the state is an end.
func (t *table) exit(id uint32) *uint32 {
	return &t.chunks[id/chunkLen][chunkLen*t.stride+int(id%chunkLen)]
}

// exits returns those words of the states from first up to end, which stand in one
// chunk.
func (t *table) exits(first, end uint32) []uint32 {
	at := chunkLen*t.stride + int(first%chunkLen)
	return t.chunks[first/chunkLen][at : at+int(end-first)]
}

// full reports whether that many more keys need a larger index.
func (t *table) full(more int) bool { return t.n+more > capacity(len(t.index.bins)) }

// growth returns the memory that growing takes for that many more keys.
func (t *table) growth(more int) int {
	n := 4 * t.missing(t.n+more) * t.chunkSize()
	if t.front != nil {
		n += t.front.growth(t.n + more)
	}
	if t.full(more) {
		n += binSize * (t.index.size(t.n+more) - len(t.index.bins))
	}
	return n
}

// bytes returns the memory that the table takes.
func (t *table) bytes() int {
	n := 4*len(t.chunks)*t.chunkSize() + binSize*len(t.index.bins)
	if t.front != nil {
		n += t.front.bytes()
	}
	return n
}
