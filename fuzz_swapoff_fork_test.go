package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffFork hunts races between a fork whose child swapoff does not find. With
// -kernel=2.3.99-pre4-5 it finds the stale handle in the child.
func FuzzSwapoffFork(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Fork))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
