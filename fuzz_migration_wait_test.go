package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/migrate"
)

// FuzzMigrationWait hunts races between page migration and the tasks that wait
// for it. With -kernel=5.0-rc4 it finds the BUG in put_and_wait_on_page_locked.
func FuzzMigrationWait(f *testing.F) {
	t := target(f, fuzz.Of(&migrate.Wait))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
