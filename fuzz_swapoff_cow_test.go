package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffCOW hunts races between code that decides whether a page is shared, and swapoff. With
// -kernel=2.3.99-pre4-5 it finds the page that both delete from the swap cache.
func FuzzSwapoffCOW(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.COW))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
