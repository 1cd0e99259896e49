package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/objrmap"
)

// FuzzVMAList hunts races of munmap, mmap and fork against swapout and swapoff,
// which walk the list and tree of vmas. With -kernel=2.6.3-mjb2 it finds what
// Arcangeli's first hunk is about.
func FuzzVMAList(f *testing.F) {
	t := target(f, fuzz.Of(&objrmap.VMAList))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
