package vm

// Unfrozen accuses an unfreeze of a count that somebody changed meanwhile.
const Unfrozen Kind = "unfreeze of a count that is not zero"

// Freeze is page_ref_freeze, atomic_cmpxchg(n, 0): the count is hidden if it is
// what the caller expects, and every IncNotZero fails until Unfreeze. The
// references are not gone: the caller answers for all of them.
func (r *Ref) Freeze(x *Exec, n int) bool {
	if int(Load(x, r)) != n {
		return false
	}
	Store(x, r, 0)
	return true
}

// Unfreeze is page_ref_unfreeze, atomic_set_release(n). It overwrites whatever
// is there. Its oracle: that is no longer zero.
func (r *Ref) Unfreeze(x *Exec, n int) {
	if Load(x, r) != 0 {
		x.Bug(Unfrozen, -1, "")
	}
	Store(x, r, Ref(n))
}
