package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/lrulock"
)

// FuzzPagevec hunts races between scans of the LRU lists, pagevecs and the last
// put. With -kernel=morton-mixed it finds a double free, with -kernel=morton a
// leak.
func FuzzPagevec(f *testing.F) {
	t := target(f, fuzz.Of(&lrulock.Pagevec))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
