package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffReadahead hunts races between readahead and swapoff. With
// -kernel=2.3.99-pre4-5 it finds the reference that is forced to 0.
func FuzzSwapoffReadahead(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Readahead))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
