package fuzz

import (
	"bytes"
	"math/bits"
	"sync"
	"sync/atomic"
)

// A store keeps byte strings of one length, each once, and numbers them. It may
// be used by several goroutines: which numbers they get depends on timing, but
// equal strings have equal numbers.
//
// Looking up takes no lock: slots are written once, after the bytes that they
// point to, and a table that has grown leaves the old one as it was. Who does not
// find a string takes the lock and looks again.
type store struct {
	size  int
	slots atomic.Pointer[[]uint64] // hash in the high half, number plus one in the low; 0: empty
	seg   [storeSegs]atomic.Pointer[[]byte]

	grow sync.Mutex
	n    int
	held atomic.Int64 // bytes
}

// Segment 0 holds the strings below storeBase, segment i the next storeBase<<(i-1).
const (
	storeSegs = 24
	storeBase = 1 << 8
)

func newStore(size int) *store {
	st := &store{size: size}
	slots := make([]uint64, 2*storeBase)
	st.slots.Store(&slots)
	st.held.Store(8 * 2 * storeBase)
	return st
}

// number returns the number of a string, which is added if it is new.
func (st *store) number(b []byte) uint32 {
	hash := uint32(hash(b) >> 32)
	if id, _, ok := st.find(*st.slots.Load(), b, hash); ok {
		return id
	}
	return st.add(b, hash)
}

// find returns the number of a string, or the empty slot where it belongs.
func (st *store) find(slots []uint64, b []byte, hash uint32) (id uint32, at int, ok bool) {
	mask := len(slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		s := atomic.LoadUint64(&slots[i])
		if s == 0 {
			return 0, i, false
		}
		if uint32(s>>32) == hash && bytes.Equal(st.at(uint32(s)-1), b) {
			return uint32(s) - 1, i, true
		}
	}
}

func (st *store) add(b []byte, hash uint32) uint32 {
	st.grow.Lock()
	defer st.grow.Unlock()
	slots := *st.slots.Load()
	id, at, ok := st.find(slots, b, hash)
	if ok {
		return id
	}
	id = uint32(st.n)
	copy(st.room(id), b)
	st.n++
	atomic.StoreUint64(&slots[at], uint64(hash)<<32|uint64(id+1))
	if 2*st.n > len(slots) {
		st.double(slots)
	}
	return id
}

func (st *store) double(old []uint64) {
	slots := make([]uint64, 2*len(old))
	mask := len(slots) - 1
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := int(s>>32) & mask
		for slots[i] != 0 {
			i = (i + 1) & mask
		}
		slots[i] = s
	}
	st.held.Add(int64(8 * len(old)))
	st.slots.Store(&slots)
}

// segment returns the segment of a number and the place in it.
func segment(id uint32) (seg, at int) {
	seg = bits.Len32(id / storeBase)
	if seg == 0 {
		return 0, int(id)
	}
	return seg, int(id) - storeBase<<(seg-1)
}

// at returns the string of a number.
func (st *store) at(id uint32) []byte {
	seg, i := segment(id)
	return (*st.seg[seg].Load())[i*st.size : (i+1)*st.size]
}

// room returns the memory of the next number.
func (st *store) room(id uint32) []byte {
	seg, i := segment(id)
	if i == 0 {
		b := make([]byte, storeBase<<max(0, seg-1)*st.size)
		st.seg[seg].Store(&b)
		st.held.Add(int64(len(b)))
	}
	return st.at(id)
}

// growth returns what growing would take for a moment, if that many more strings
// need it.
func (st *store) growth(more int) int {
	n := 0
	if slots := len(*st.slots.Load()); 2*(st.n+more) > slots {
		n += 8 * 2 * slots
	}
	if seg, _ := segment(uint32(st.n + more)); st.seg[seg].Load() == nil {
		n += storeBase << max(0, seg-1) * st.size
	}
	return n
}

// bytes returns the memory that the store takes.
func (st *store) bytes() int { return int(st.held.Load()) }
