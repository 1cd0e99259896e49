package vmrace_test

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffShared hunts a page that is_page_shared takes for private though two processes have it. With
// -kernel=unlocked-decider it finds the store of one in the memory of the other.
func FuzzSwapoffShared(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Shared))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
