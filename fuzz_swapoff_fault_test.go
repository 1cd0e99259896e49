package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffFault hunts races between a page fault and swapoff, which use the same handle. With
// -kernel=2.3.99-pre4-5 it finds the innocent task that is killed.
func FuzzSwapoffFault(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Fault))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
