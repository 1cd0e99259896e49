package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffTeardown hunts races between late users of a handle and the end of swapoff. With
// -kernel=2.3.99-pre4-5 it finds the map that is freed.
func FuzzSwapoffTeardown(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Teardown))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
