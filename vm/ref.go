package vm

// A Ref is an atomic reference count as the hardware sees it. It is plain, 0
// meaning no reference, or biased by -1, where -1 means no reference: then use
// AddNegative, IncAndTest and Skewed.
type Ref int8

// Read is atomic_read.
func (r *Ref) Read(x *Exec) int { return int(Load(x, r)) }

// Set is atomic_set.
func (r *Ref) Set(x *Exec, v int) { Store(x, r, Ref(v)) }

// Inc is atomic_inc, a get by someone who must already know that the count is
// not zero. Its oracle: the count is raised from zero.
func (r *Ref) Inc(x *Exec) {
	if Load(x, r) <= 0 {
		x.Bug(RaisedFromZero, -1, "")
	}
	Store(x, r, *r+1)
}

// IncUnder is atomic_inc by a holder of the lock under which a count may be
// raised from zero; by anybody else that is a bug.
func (r *Ref) IncUnder(x *Exec, l *Spinlock) {
	if l.HeldBy(x.CPU) {
		Store(x, r, Load(x, r)+1)
		return
	}
	r.Inc(x)
}

// Dec is atomic_dec, a put whose caller does not want to know. Its oracle: the
// count falls below zero.
func (r *Ref) Dec(x *Exec) { r.DecAndTest(x) }

// DecAndTest is atomic_dec_and_test, a put: it tells whether no reference is left.
// Its oracle: the count falls below zero.
func (r *Ref) DecAndTest(x *Exec) bool {
	if Load(x, r) <= 0 {
		x.Bug(CountBelowZero, -1, "")
	}
	Store(x, r, *r-1)
	return *r == 0
}

// IncNotZero is get_page_unless_zero: a get that fails on a count of zero.
func (r *Ref) IncNotZero(x *Exec) bool {
	if Load(x, r) == 0 {
		return false
	}
	Store(x, r, *r+1)
	return true
}

// AddNegative is atomic_add_negative(-1) on a biased count, a put: it tells
// whether no reference is left. Its oracle: the count falls below none.
func (r *Ref) AddNegative(x *Exec) bool {
	if Load(x, r) < 0 {
		x.Bug(CountBelowZero, -1, "")
	}
	Store(x, r, *r-1)
	return *r < 0
}

// IncAndTest is atomic_inc_and_test on a biased count, a get: it tells whether
// there was no reference before. The caller then takes its own back with Undo.
func (r *Ref) IncAndTest(x *Exec) bool {
	Store(x, r, Load(x, r)+1)
	return *r == 0
}

// Undo is __put_page, atomic_dec, after a get that found no reference.
func (r *Ref) Undo(x *Exec) { Store(x, r, Load(x, r)-1) }

// Skewed is page_count on a biased count.
func (r *Ref) Skewed(x *Exec) int { return r.Read(x) + 1 }
