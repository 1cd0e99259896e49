package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffHold hunts races between swapoff, which pins a mm_struct, and its last user. With
// -kernel=kanoj it finds the count that is raised from zero.
func FuzzSwapoffHold(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Hold))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
