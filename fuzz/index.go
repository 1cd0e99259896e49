package fuzz

import (
	"slices"
	"sync/atomic"
)

// An index is the hash table of the keys of a table. A slot holds the hash of a
// key and its number plus one, so that growing needs no second look at the keys
// and a miss seldom costs a comparison; 0 stands for none. The key of a newcomer
// has no number yet: the slot then holds its place in the batch.
//
// The slots stand in bins of one size, each for a range of hashes. Growing shares
// out the keys of two bins to three, or of three to four, and goes on to use the
// old ones: moving keys is cheap, touching memory for the first time is not.
//
// Several workers may look keys up and fill slots at once.
type index struct {
	bins  []*bin
	alone bool // one worker fills slots and need not mind others
}

type bin [binLen]uint64

const (
	binBits = 11
	binLen  = 1 << binBits
	binSize = 8 * binLen
	lineLen = 8 // slots of a cache line
)

// unnumbered marks the place of a newcomer.
const unnumbered = 1 << 31

func slotOf(hash, content uint32) uint64 { return uint64(hash)<<32 | uint64(content) }

// first returns the number of the slot at which to look for a hash. The number of
// bins may be any: a hash is taken as a fraction of 2^32.
func (x *index) first(hash uint32) uint32 {
	return uint32(uint64(hash) * uint64(len(x.bins)) >> (32 - binBits))
}

// bin returns the bin of a slot.
func (x *index) bin(slot uint32) *bin { return x.bins[slot/binLen] }

// set stores into a slot that nobody else stores into now.
func (x *index) set(slot uint32, v uint64) {
	if x.alone {
		x.bin(slot)[slot%binLen] = v
		return
	}
	atomic.StoreUint64(&x.bin(slot)[slot%binLen], v)
}

// get returns what set has stored.
func (x *index) get(slot uint32) uint64 { return x.bin(slot).load(slot) }

// swap stores into a slot unless another worker was faster.
func (x *index) swap(b *bin, slot uint32, old, new uint64) bool {
	if x.alone {
		b[slot%binLen] = new
		return true
	}
	return atomic.CompareAndSwapUint64(&b[slot%binLen], old, new)
}

func (b *bin) load(slot uint32) uint64 { return atomic.LoadUint64(&b[slot%binLen]) }

// next returns the slot to look at after one, for a hash whose search has begun at
// first: all slots of a cache line, then those of the next line of the bin.
func next(slot, first uint32) uint32 {
	slot = slot&^(lineLen-1) | (slot+1)%lineLen
	if slot%lineLen != first%lineLen {
		return slot
	}
	slot = slot&^(binLen-1) | (slot+lineLen)%binLen
	if slot == first {
		panic("fuzz: a bin of the index is full: are the hashes of states not random?")
	}
	return slot
}

// capacity returns how many keys that many bins may hold.
func capacity(bins int) int { return bins * (binLen / 8 * 5) }

// sharing returns how many bins growing gives one more to share: one, as long as
// there are few bins, and then two or three. So the numbers of bins are 1, 2, 4 up to
// 64, then 96, 128, 192 and so on.
func sharing(bins int) int {
	switch {
	case bins < 64:
		return 1
	case bins&(bins-1) == 0:
		return 2
	default:
		return 3
	}
}

// size returns how many bins it takes to hold so many keys.
func (x *index) size(keys int) int {
	n := len(x.bins)
	for keys > capacity(n) {
		n += n / sharing(n)
	}
	return n
}

// extend puts an empty bin behind each few that share it, and returns how
// many these are together.
func (x *index) extend() (together int) {
	old, n := x.bins, sharing(len(x.bins))
	fresh := make([]bin, len(old)/n)
	hugePages(fresh)
	x.bins = make([]*bin, 0, len(old)+len(fresh))
	for i := range fresh {
		x.bins = append(x.bins, old[i*n:(i+1)*n]...)
		x.bins = append(x.bins, &fresh[i])
	}
	return n + 1
}

// share spreads the numbered keys of some bins over them; the last one is empty.
// It needs memory for the slots, which it returns to be used again.
func (x *index) share(bins []*bin, slots []uint64) []uint64 {
	slots = slices.Grow(slots[:0], binLen*len(bins))[:binLen*len(bins)]
	n := 0
	for _, b := range bins[:len(bins)-1] {
		for _, s := range b {
			slots[n] = s
			if s != 0 {
				n++
			}
		}
		clear(b[:])
	}
	for _, s := range slots[:n] {
		if s&unnumbered != 0 {
			continue
		}
		first := x.first(uint32(s >> 32))
		i, b := first, x.bin(first)
		for b[i%binLen] != 0 {
			i = next(i, first)
		}
		b[i%binLen] = s
	}
	return slots
}
