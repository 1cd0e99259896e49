package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffReestablish hunts races between kswapd and swapoff. With
// -kernel=2.3.99-pre4-5 it finds the handle that comes back.
func FuzzSwapoffReestablish(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Reestablish))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
