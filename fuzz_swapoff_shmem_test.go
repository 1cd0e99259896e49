package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/swapoff"
)

// FuzzSwapoffShmem hunts races between shared memory of 2.4 and swapoff. With
// -kernel=2.6.11 it finds the inode that is freed before it is listed.
func FuzzSwapoffShmem(f *testing.F) {
	t := target(f, fuzz.Of(&swapoff.Shmem))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
