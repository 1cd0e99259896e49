package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/refcount"
)

// FuzzPageRelease hunts races between the last put of a page and the scan of
// the LRU lists. With -kernel=2.5.31-bk7 it finds Ehrhardt's double free.
func FuzzPageRelease(f *testing.F) {
	t := target(f, fuzz.Of(&refcount.PageRelease))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
