package main

import (
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/invalidate"
	"github.com/vmrace/vmrace/lrulock"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/objrmap"
	"github.com/vmrace/vmrace/refcount"
	"github.com/vmrace/vmrace/swapoff"
)

// races are the race classes, in the order of the threads that they are about.
var races = []fuzz.Race{
	fuzz.Of(&refcount.PageRelease),
	fuzz.Of(&lrulock.Pagevec),
	fuzz.Of(&lrulock.Mlock),
	fuzz.Of(&swapoff.Fork),
	fuzz.Of(&swapoff.Exit),
	fuzz.Of(&swapoff.Fault),
	fuzz.Of(&swapoff.Shm),
	fuzz.Of(&swapoff.COW),
	fuzz.Of(&swapoff.Readahead),
	fuzz.Of(&swapoff.Reestablish),
	fuzz.Of(&swapoff.Teardown),
	fuzz.Of(&swapoff.Hold),
	fuzz.Of(&swapoff.Shared),
	fuzz.Of(&swapoff.All),
	fuzz.Of(&migrate.Migrate),
	fuzz.Of(&migrate.Wait),
	fuzz.Of(&invalidate.Invalidate),
	fuzz.Of(&invalidate.Truncate),
	fuzz.Of(&objrmap.VMAList),
	fuzz.Of(&objrmap.Reserved),
	fuzz.Of(&objrmap.ExpandStack),
	fuzz.Of(&objrmap.PageTables),
}
