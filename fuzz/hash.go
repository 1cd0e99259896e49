package fuzz

import (
	"encoding/binary"
	"math/bits"
)

// hash hashes a few words. It is a multiply and fold for each, as in wyhash, and
// unlike [hash/maphash] small enough for strings of this length; nobody chooses
// states so that they collide.
func hash(b []byte) uint32 {
	const p, q = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h, last := uint64(len(b)), uint64(0)
	if len(b) >= 8 {
		last = binary.LittleEndian.Uint64(b[len(b)-8:])
		for ; len(b) > 8; b = b[8:] {
			h = fold(h^binary.LittleEndian.Uint64(b), p)
		}
	} else {
		for i, v := range b {
			last |= uint64(v) << (8 * i)
		}
	}
	return uint32(fold(h^last, q) >> 32)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
