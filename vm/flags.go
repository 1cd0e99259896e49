package vm

// Flags is a word of flag bits that are tested and changed one at a time, each
// by one atomic operation. Name the bits with a field tag `bits:"…"`.
type Flags uint8

// Test reports whether the bit is set.
func (f *Flags) Test(x *Exec, bit Flags) bool { return Load(x, f)&bit != 0 }

// Set sets the bit.
func (f *Flags) Set(x *Exec, bit Flags) { Store(x, f, *f|bit) }

// Clear clears the bit.
func (f *Flags) Clear(x *Exec, bit Flags) { Store(x, f, *f&^bit) }

// TestSet sets the bit and tells whether it was set before.
func (f *Flags) TestSet(x *Exec, bit Flags) bool {
	old := Load(x, f)
	Store(x, f, old|bit)
	return old&bit != 0
}

// TestClear clears the bit and tells whether it was set before.
func (f *Flags) TestClear(x *Exec, bit Flags) bool {
	old := Load(x, f)
	Store(x, f, old&^bit)
	return old&bit != 0
}

// Has reports whether the bit is set, for oracles: it leaves no footprint.
func (f Flags) Has(bit Flags) bool { return f&bit != 0 }
