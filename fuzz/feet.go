package fuzz

import (
	"sync"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// feet numbers footprints, for all workers of a search.
type feet struct {
	mu     sync.Mutex
	touch  []vm.Touch // by number
	number map[vm.Touch]uint16
}

const (
	anything = 0       // the number of a footprint that has to do with all others
	maxFeet  = 1 << 12 // footprints that are told apart
)

func newFeet() *feet {
	return &feet{touch: []vm.Touch{anything: {Wide: true}}, number: map[vm.Touch]uint16{}}
}

// add returns the number of a footprint, anything if there are too many.
func (f *feet) add(t *vm.Touch) uint16 {
	if t.Wide {
		return anything
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n, ok := f.number[*t]
	if !ok && len(f.touch) < maxFeet {
		n = uint16(len(f.touch))
		f.number[*t] = n
		f.touch = append(f.touch, *t)
	}
	return n
}

// meet reports whether two lines with these footprints may fail to commute.
func (f *feet) meet(a, b uint16) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.touch[a].Meets(&f.touch[b])
}

func (f *feet) bytes() int { return len(f.touch) * 2 * int(unsafe.Sizeof(vm.Touch{})) }

// relations remembers which footprints meet, for one worker.
type relations [][]relation

// A relation is that of two lines, by their footprints.
type relation uint8

const (
	strangers relation = iota // nobody has asked yet
	rivals                    // they may fail to commute
	untried                   // they commute, and none was passed over for that yet
	friends                   // they commute
)

// of returns the relation of two footprints.
func (r *relations) of(a, b uint16, f *feet) *relation {
	for len(*r) <= int(a) {
		*r = append(*r, nil)
	}
	row := &(*r)[a]
	for len(*row) <= int(b) {
		*row = append(*row, strangers)
	}
	at := &(*row)[b]
	if *at == strangers {
		*at = untried
		if f.meet(a, b) {
			*at = rivals
		}
	}
	return at
}

func (r relations) bytes() int {
	n := 0
	for _, row := range r {
		n += cap(row) + int(unsafe.Sizeof(row))
	}
	return n
}
