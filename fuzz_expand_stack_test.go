package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/objrmap"
)

// FuzzExpandStack hunts races of two faults that grow one stack. With -kernel=2.6.7
// it finds the stack that shrinks.
func FuzzExpandStack(f *testing.F) {
	t := target(f, fuzz.Of(&objrmap.ExpandStack))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
