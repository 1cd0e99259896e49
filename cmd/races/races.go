// Package races lists the races of all classes.
package races

import (
	"slices"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
	"github.com/vmrace/vmrace/lrulock"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/objrmap"
	"github.com/vmrace/vmrace/refcount"
	"github.com/vmrace/vmrace/swapoff"
)

// All are the races, in the order of the mail threads that they are about.
var All = slices.Concat(
	[]fuzz.Race{
		fuzz.Of(&refcount.PageRelease),
		fuzz.Of(&lrulock.Pagevec),
		fuzz.Of(&lrulock.Mlock),
	},
	fuzz.Family(swapoff.Races...),
	[]fuzz.Race{
		fuzz.Of(&migrate.Migrate),
		fuzz.Of(&migrate.Wait),
		fuzz.Of(&invalidate.Invalidate),
		fuzz.Of(&invalidate.Truncate),
		fuzz.Of(&invalidate.SharedMapping),
		fuzz.Of(&objrmap.VMAList),
		fuzz.Of(&objrmap.Reserved),
		fuzz.Of(&objrmap.ExpandStack),
		fuzz.Of(&objrmap.PageTables),
	})
