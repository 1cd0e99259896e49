package vm

// An Ordering is how strongly the one access of a line is ordered against the
// accesses around it, after Documentation/atomic_t.txt and memory-barriers.txt.
// The machine is sequentially consistent and takes no notice; the marks are for
// a weaker memory model that runs the same listings, and for the reader.
type Ordering uint8

const (
	// Plain orders nothing: READ_ONCE, WRITE_ONCE, atomic_inc, a failed cmpxchg.
	Plain Ordering = iota
	// Acquire keeps what stands behind it behind it: spin_lock, trylock_page.
	Acquire
	// Release keeps what stands before it before it: spin_unlock, atomic_set_release.
	Release
	// Full orders both ways: a successful atomic operation that returns a value.
	// One that fails, as a cmpxchg or an add_unless may, orders nothing.
	Full
)

func (o Ordering) String() string { return [...]string{"plain", "acquire", "release", "full"}[o] }
