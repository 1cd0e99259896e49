package vmrace

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/objrmap"
)

// FuzzPageTables hunts races of neighbouring vmas for the page-table page that they
// share. With -kernel=per-vma it finds what a page_table_lock for each vma lacks.
func FuzzPageTables(f *testing.F) {
	t := target(f, fuzz.Of(&objrmap.PageTables))
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}
