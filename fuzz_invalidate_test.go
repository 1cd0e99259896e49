package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
)

// FuzzInvalidate hunts races between the invalidation of a page and faults that
// map it. With -kernel=2.6.16 it finds Arcangeli's mapped page without mapping.
func FuzzInvalidate(f *testing.F) {
	t := target(f, fuzz.Of(&invalidate.Invalidate))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
