package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/lrulock"
)

// FuzzMlock hunts races between mlock and the other owners of page->lru. With
// -kernel=sketch-zero it finds the list that a second mlocker breaks.
func FuzzMlock(f *testing.F) {
	t := target(f, fuzz.Of(&lrulock.Mlock))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
