package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoff hunts races between swapoff and every path that copies, moves,
// drops or makes a reference to a swap handle.
func FuzzSwapoff(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.All))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
