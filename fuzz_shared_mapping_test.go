package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
)

// FuzzSharedMapping hunts races between invalidations of a file that is mapped
// shared, faults and write-back. With -kernel=2.6.30 it finds the page that an
// unmap passes over because of another one's bookmark.
func FuzzSharedMapping(f *testing.F) {
	t := target(f, fuzz.Of(&invalidate.SharedMapping))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
