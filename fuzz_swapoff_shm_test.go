package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffShm hunts races between shared memory and swapoff. With
// -kernel=2.3.99-pre4-5 it finds the page that both delete from the swap cache.
func FuzzSwapoffShm(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Shm))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
