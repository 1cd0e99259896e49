package vm

import "fmt"

// A SwapCount is one element of a swap_map: how many references a swap handle
// has. The kernel's SWAP_MAP_MAX is 0x7fff and SWAP_MAP_BAD is one more; here
// they are small, and still one apart.
type SwapCount uint8

const (
	SwapMapMax SwapCount = 6 // permanent: never counted down
	SwapMapBad SwapCount = 7 // not a handle
)

// Dup is the core of swap_duplicate: it adds a reference, and whatever is at or
// above SwapMapMax becomes that. It fails if the handle is not in use.
func (c *SwapCount) Dup(x *Exec) bool {
	v := Load(x, c)
	if v == 0 {
		return false
	}
	Store(x, c, min(v+1, SwapMapMax))
	return true
}

// Raise adds a reference without a look at the limits, as valid_swaphandles
// does: SwapMapMax becomes SwapMapBad.
func (c *SwapCount) Raise(x *Exec) { Store(x, c, Load(x, c)+1) }

// Drop is the core of swap_free: a count below SwapMapMax goes down. It fails if
// there was no reference.
func (c *SwapCount) Drop(x *Exec) bool {
	v := Load(x, c)
	if v == 0 {
		return false
	}
	if v < SwapMapMax {
		Store(x, c, v-1)
	}
	return true
}

// String prints the count.
func (c SwapCount) String() string {
	switch c {
	case SwapMapMax:
		return "MAX"
	case SwapMapBad:
		return "BAD"
	default:
		return fmt.Sprint(uint8(c))
	}
}
