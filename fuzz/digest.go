package fuzz

import (
	"encoding/binary"
	"hash/crc64"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

var crcTable = crc64.MakeTable(crc64.ECMA)

// Digest returns a hash of the last run: its moves, its bugs and where they
// showed, the abstract states that it noted, and the state it ended in. The same
// input on the same kernel has the same digest on every architecture.
func (r *Runner[S, L]) Digest() uint64 {
	b := r.digest[:0]
	for _, mv := range r.res.Moves {
		b = append(b, mv.CPU, mv.Choice)
	}
	for i, bug := range r.res.Bugs {
		b = append(b, bug.Name()...)
		b = append(b, byte(bug.Object), byte(bug.CPU))
		b = binary.BigEndian.AppendUint32(b, uint32(r.res.At[i]))
	}
	for _, hit := range r.hits {
		b = binary.BigEndian.AppendUint32(b, hit)
	}
	r.digest = r.m.Layout.Canonical(b, unsafe.Pointer(&r.s))
	return crc64.Checksum(r.digest, crcTable)
}

func (r *race[S, L]) Digests(k vm.Kernel, s vm.Sched) func(input []byte) uint64 {
	m := vm.New(r.c, k, s)
	run, codec := NewRunner(m, true), CodecOf(r.c)
	var in Input
	return func(input []byte) uint64 {
		decodeTo(m, codec, &in, input)
		run.Run(&in)
		return run.Digest()
	}
}

func (r *race[S, L]) Canonical(input []byte) []byte {
	c := CodecOf(r.c)
	return c.Encode(c.Decode(input))
}
