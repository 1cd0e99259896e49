package vm

import "fmt"

// A Life is what the model knows of an object behind the kernel's back: how
// often it stands in the allocator's free lists, how many threads owe its free,
// and its generation, which each allocation raises so that a later use of an
// old pointer shows. The buddy allocator of 2.5 is a multiset: it does not
// notice that a page is freed twice.
type Life uint8

const (
	lifeOwed = 0x03
	lifeFree = 0x0c
	lifeGen  = 0xf0

	oneOwed = 0x01
	oneFree = 0x04
	oneGen  = 0x10
)

// FreeLife is the life of an object that the allocator has.
const FreeLife Life = oneFree

// Owed returns how many threads saw the count fall to zero and have not freed
// the object since.
func (l Life) Owed() int { return int(l & lifeOwed) }

// Free returns how often the object stands in the free lists.
func (l Life) Free() int { return int((l & lifeFree) >> 2) }

// Gen returns how often the object has been allocated, modulo 16.
func (l Life) Gen() int { return int(l >> 4) }

// Owe notes that the caller has made the count zero and must free the object.
// Its oracle: another thread owes that already.
func (l *Life) Owe(x *Exec, object int) {
	Look(x, l)
	if l.Owed() > 0 {
		x.Bug(DoubleObligation, object, "")
	}
	if *l&lifeOwed != lifeOwed {
		Store(x, l, *l+oneOwed)
	}
}

// Forgive notes that the caller no longer has to free the object.
func (l *Life) Forgive(x *Exec) {
	Look(x, l)
	if l.Owed() > 0 {
		Store(x, l, *l-oneOwed)
	}
}

// Put gives the object back to the allocator. Its oracles: the object is free
// already, or belongs to a later owner than the caller, who knows generation gen.
func (l *Life) Put(x *Exec, object, gen int) {
	Look(x, l)
	switch {
	case l.Free() > 0:
		x.Bug(DoubleFree, object, "")
	case l.Gen() != gen:
		x.Bug(UseAfterFree, object, "free of a page with a new owner")
	}
	l.Forgive(x)
	if *l&lifeFree != lifeFree {
		Store(x, l, *l+oneFree)
	}
	x.Freed(object)
}

// Take gets the object from the allocator, which must have it.
func (l *Life) Take(x *Exec, object int) {
	if l.Free() == 0 {
		panic(fmt.Sprintf("vm: object %d taken from an allocator that does not have it", object))
	}
	Store(x, l, *l-oneFree+oneGen)
	x.Made(object)
}

// String says whether the object is free or owed, and its generation if that
// is not the first.
func (l Life) String() string {
	s := "live"
	if l.Free() > 0 {
		s = "free"
	}
	if l.Free() > 1 {
		s = fmt.Sprintf("free×%d", l.Free())
	}
	if l.Owed() > 0 {
		s += fmt.Sprintf(",owed×%d", l.Owed())
	}
	if l.Gen() > 0 {
		s += fmt.Sprintf(",gen%d", l.Gen())
	}
	return s
}
