package fuzz

import (
	"encoding/binary"
	"math/bits"
)

// hash hashes a few words. It is a multiply and fold for each two, as in wyhash,
// and unlike [hash/maphash] small enough for strings of this length; nobody
// chooses states so that they collide.
func hash(b []byte) uint64 {
	const p, q = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b)) ^ p
	var x, y uint64
	switch n := len(b); {
	case n >= 16:
		x, y = binary.LittleEndian.Uint64(b[n-16:]), binary.LittleEndian.Uint64(b[n-8:])
		for ; len(b) > 16; b = b[16:] {
			h = fold(h^binary.LittleEndian.Uint64(b), q^binary.LittleEndian.Uint64(b[8:]))
		}
	case n >= 8:
		x, y = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	default:
		for i, v := range b {
			x |= uint64(v) << (8 * i)
		}
	}
	return fold(fold(x^h, y^q), p)
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
