package vm

// Head returns the first entry; ok is false if the list is empty.
func (l *List) Head(x *Exec) (e int, ok bool) {
	v := Load(x, l)
	if v == 0 {
		return 0, false
	}
	return v.entry(0), true
}

// Next returns the entry behind e; ok is false if e is the last. Its oracle: the
// walk stands on an entry that is not linked.
func (l *List) Next(x *Exec, e int) (n int, ok bool) {
	v := Load(x, l)
	for i := range v.Len() {
		if v.entry(i) == e {
			if i+1 == v.Len() {
				return 0, false
			}
			return v.entry(i + 1), true
		}
	}
	x.Bug(ListCorruption, e, "walk from an unlinked entry")
	return 0, false
}

// AddAfter is list_add behind an entry of the list.
func (l *List) AddAfter(x *Exec, at, e int) {
	v := Load(x, l)
	for i := range v.Len() {
		if v.entry(i) == at {
			low := v & (1<<(4*i+4) - 1)
			Store(x, l, low|List(e+1)<<(4*i+4)|v>>(4*i+4)<<(4*i+8))
			return
		}
	}
	x.Bug(ListCorruption, e, "list_add behind an unlinked entry")
}
