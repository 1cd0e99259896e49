package fuzz

import (
	"cmp"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// A canon tells which of the states that are alike stands for all: the one whose
// bytes are the smallest, in the order of its columns.
type canon struct {
	columns []column
	renamed []*vm.Renaming // by element; nil for the first, the identity
	every   []uint64       // the set of all elements
}

// A column is a byte that some element changes or moves.
type column struct {
	off      uint16
	from     []vm.Source // by element
	branches []branch
}

// A branch is where some of the elements take a byte from. Many elements share
// their source, so that the byte is looked at once for all of them.
type branch struct {
	from vm.Source
	who  []uint64 // a set of elements
}

func newCanon[S, L comparable](m *vm.Machine[S, L], all []element) canon {
	c := canon{renamed: []*vm.Renaming{nil}}
	mappings := []vm.Mapping{m.Mapping(vm.NewRenaming(nil, nil))}
	for i := range all {
		c.renamed = append(c.renamed, all[i].r)
		mappings = append(mappings, all[i].mapping)
	}
	c.every = make([]uint64, len(mappings)/64+1)
	for i := range mappings {
		c.every[i/64] |= 1 << (i % 64)
	}
	for off := range mappings[0] {
		col := column{off: uint16(off)}
		moves := false
		for i := range mappings {
			from := mappings[i][off]
			moves = moves || from.Moves(off)
			col.from = append(col.from, from)
		}
		if moves {
			col.branch()
			c.columns = append(c.columns, col)
		}
	}
	slices.SortStableFunc(c.columns, func(a, b column) int {
		return cmp.Or(rank(m, &a)-rank(m, &b), len(a.branches)-len(b.branches))
	})
	return c
}

// rank returns how early a column is looked at: lines of CPUs first, as they mostly
// differ; what else there is of a CPU last, as its line has mostly decided.
func rank[S, L comparable](m *vm.Machine[S, L], c *column) int {
	var s S
	cpus := m.Class.CPUs(&s)
	at := int(c.off) - int(uintptr(unsafe.Pointer(m.CPU(&s, 0)))-uintptr(unsafe.Pointer(&s)))
	switch size := int(unsafe.Sizeof(cpus[0])); {
	case at < 0 || at >= size*len(cpus):
		return 1
	case at%size == int(m.LineOffset()):
		return 0
	}
	return 2
}

// branch finds which elements have the same source.
func (c *column) branch() {
	for i := range c.from {
		from := &c.from[i]
		at := slices.IndexFunc(c.branches, func(b branch) bool { return b.from.Is(from) })
		if at < 0 {
			at = len(c.branches)
			c.branches = append(c.branches, branch{*from, make([]uint64, len(c.from)/64+1)})
		}
		c.branches[at].who[i/64] |= 1 << (i % 64)
	}
}

// fewElements is how many elements are followed one by one.
const fewElements = 24

// least returns the element that makes the bytes of a state the smallest. Column by
// column, those remain that do so.
func (c *canon) least(s unsafe.Pointer) int {
	var sets [2][maxElements/64 + 1]uint64
	n, words := len(c.renamed), len(c.every)
	left, best := sets[0][:words], sets[1][:words]
	copy(left, c.every)
	columns := c.columns
	for ; n > fewElements && len(columns) > 0; columns = columns[1:] {
		n = columns[0].narrow(s, left, best)
	}
	var list [fewElements]int
	n = 0
	for i, w := range left {
		for ; w != 0 && n < fewElements; w &= w - 1 {
			list[n] = 64*i + bits.TrailingZeros64(w)
			n++
		}
	}
	for ; n > 1 && len(columns) > 0; columns = columns[1:] {
		n = columns[0].choose(s, list[:n])
	}
	return list[0]
}

// narrow leaves those of a set of elements that make the byte the smallest, and
// returns how many they are.
func (c *column) narrow(s unsafe.Pointer, left, best []uint64) (n int) {
	least := 256
	for i := range c.branches {
		b := &c.branches[i]
		if !b.meets(left) {
			continue
		}
		v := int(b.from.At(s))
		if v < least {
			least = v
			clear(best)
		}
		if v == least {
			for j, w := range b.who {
				best[j] |= w
			}
		}
	}
	for i := range left {
		left[i] &= best[i]
		n += bits.OnesCount64(left[i])
	}
	return n
}

func (b *branch) meets(left []uint64) bool {
	for i, w := range b.who {
		if w&left[i] != 0 {
			return true
		}
	}
	return false
}

// choose does what narrow does, for a list.
func (c *column) choose(s unsafe.Pointer, list []int) (n int) {
	least := 256
	for _, e := range list {
		v := int(c.from[e].At(s))
		if v < least {
			least, n = v, 0
		}
		if v == least {
			list[n] = e
			n++
		}
	}
	return n
}

// canonical replaces a state by the one that stands for it, and returns how it
// was renamed, nil if it was not.
func (g *symmetry[S, L]) canonical(s *S) *vm.Renaming {
	e := g.least(unsafe.Pointer(s))
	if e == 0 {
		return nil
	}
	var room [256]byte
	renamed := room[:0]
	for i := range g.columns {
		renamed = append(renamed, g.columns[i].from[e].At(unsafe.Pointer(s)))
	}
	for i := range g.columns {
		*byteAt(s, int(g.columns[i].off)) = renamed[i]
	}
	return g.renamed[e]
}
