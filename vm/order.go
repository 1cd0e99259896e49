package vm

import (
	"math/bits"
	"slices"
	"strings"
	"unsafe"
)

// A LockOrder is the graph of which class of lock was taken while which other
// was held, over all the runs it is shown. A cycle is a deadlock that waits to
// happen, even if no run has hit it. All locks of one array are one class, as
// in the kernel's lockdep; a trylock cannot deadlock and adds no edge.
type LockOrder struct {
	under [maxLockClasses]uint64 // by class, the classes that were taken under it
	edges int
}

// maxLockClasses is the number of classes of locks that a state has room for.
const maxLockClasses = 64

// note adds the edges from the locks that the CPU holds to the one it has just taken;
// held is how many it has taken in all and not given back.
func (o *LockOrder) note(x *Exec, l *Layout, held int) {
	inner := l.lockAt(x.locked, x.state)
	held--
	for i := range l.locks {
		w := &l.locks[i]
		p := unsafe.Add(x.state, w.off)
		if p == x.locked || !w.heldBy(p, x.CPU) {
			continue
		}
		x.touch(p, Access{Size: 1, ghost: true})
		held--
		if o.under[w.class]>>inner&1 != 0 {
			continue
		}
		o.cycles(inner, w.class, nil, func(cycle []int) { x.Bug(Inversion, -1, l.lockNames(cycle)) })
		o.under[w.class] |= 1 << inner
		o.edges++
	}
	if held > 0 {
		o.lost(x, l)
	}
}

// lost notes that it matters which locks the CPU does not hold: a stranger has
// unlocked one of its own.
func (o *LockOrder) lost(x *Exec, l *Layout) {
	for i := range l.locks {
		x.touch(unsafe.Add(x.state, l.locks[i].off), Access{Size: 1, ghost: true})
	}
}

// cycles reports each cycle that an edge from one class to another would close,
// beginning and ending with its lowest class: whatever the order in which edges
// come, the cycles of the graph are reported once each. The way so far leads to
// the class at.
func (o *LockOrder) cycles(at, to int, way []int, report func(cycle []int)) {
	way = append(way, at)
	if at == to {
		lowest := slices.Index(way, slices.Min(way))
		report(append(slices.Concat(way[lowest:], way[:lowest]), way[lowest]))
		return
	}
	for next := o.under[at]; next != 0; next &= next - 1 {
		if c := bits.TrailingZeros64(next); !slices.Contains(way, c) {
			o.cycles(c, to, way, report)
		}
	}
}

// Edges returns how many pairs of classes the graph has.
func (o *LockOrder) Edges() int { return o.edges }

// Reset forgets every edge.
func (o *LockOrder) Reset() { *o = LockOrder{} }

// lockClass is the name of a lock without the indices of arrays in it.
func lockClass(name string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, name)
}
