package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
)

// FuzzTruncate hunts races between truncation and faults. With -kernel=2.6.16-punch
// it finds what truncate_count is worth where i_size does not change.
func FuzzTruncate(f *testing.F) {
	t := target(f, fuzz.Of(&invalidate.Truncate))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
