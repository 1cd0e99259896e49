package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/objrmap"
)

// FuzzReserved hunts pages that reclaim takes away from a driver's vma. With
// -kernel=2.6.5-rc2 it finds the private copy that is swapped out.
func FuzzReserved(f *testing.F) {
	t := target(f, fuzz.Of(&objrmap.Reserved))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
