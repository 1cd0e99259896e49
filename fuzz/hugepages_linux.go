package fuzz

import (
	"syscall"
	"unsafe"
)

// hugePages asks for huge pages for memory that nobody has touched yet. Touching it
// for the first time is dear on a virtual machine, and so is looking up where a page
// is. It is a wish, and so it does not matter whether it is granted.
func hugePages[T any](s []T) {
	const size = 2 << 20
	p := unsafe.Pointer(unsafe.SliceData(s))
	from := uintptr(p)
	end := from + uintptr(len(s))*unsafe.Sizeof(*new(T))
	from, end = (from+size-1)&^(size-1), end&^(size-1)
	if from < end {
		_ = syscall.Madvise(unsafe.Slice((*byte)(unsafe.Add(p, from-uintptr(p))), end-from), syscall.MADV_HUGEPAGE)
	}
}
