package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffExit hunts races between exit, exec, munmap and mremap, which hide handles from swapoff. With
// -kernel=2.3.99-pre4-5 it finds the handle that exit frees after swapoff has gone.
func FuzzSwapoffExit(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Exit))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
