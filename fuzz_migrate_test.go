package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/migrate"
)

// FuzzMigrate hunts races between the freeze of a page's count and others who
// use the page. With -kernel=5.0-rc4 it finds the BUG that Savkov reported.
func FuzzMigrate(f *testing.F) {
	t := target(f, fuzz.Of(&migrate.Migrate))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
