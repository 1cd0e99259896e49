package lrulock

import "github.com/vmrace/vmrace/vm"

// The patches of the pagevec race. The kernel without any is 2.5.32: a scan
// looks at the count before it takes a reference, who drops a reference looks
// at the count again under the lock.
const (
	// Counted lets a scan count the dead pages that it meets.
	Counted vm.Patch = 1 << iota
	// Owner lets who made the count zero free the page without another look.
	Owner
	// InPlace is page_cache_get_lru: a get that tells, before the page is touched.
	InPlace
	// Outside calls page_cache_get_lru without the LRU lock.
	Outside
	// TestOne is get_page_testone of 2.6.7: after the page came off the list.
	TestOne
	// UnlessZero is get_page_unless_zero of 2.6.17.
	UnlessZero
	// Claim is 5.11: who clears PG_lru, without the lock, has the page to itself.
	Claim
	// ScanFrees lets a scan free the pages with a count of zero.
	ScanFrees
	// Leave lets page_cache_release leave every page to the scans.
	Leave
	// DropLock lets page_cache_release drop the count, then look under the lock.
	DropLock
	// LockPut lets page_cache_release take the lock before it drops the count.
	LockPut
	// LockVec lets __pagevec_release take the lock before it drops the counts: the
	// flavour that expects pages to become free.
	LockVec
	// PlainBack lets a scan give its references back with the other flavour.
	PlainBack
	// PlainVec lets everybody use the other flavour.
	PlainVec
	// LRUOwner is Phillips' patch: presence on the LRU holds a reference.
	LRUOwner
	// SetEarly sets PG_lru before the page is on the list.
	SetEarly
)

var pagevecPatches = []string{
	"counted", "owner", "in-place", "outside", "test-one", "unless-zero", "claim", "scan-frees", "leave", "drop-lock",
	"lock-put", "lock-vec", "plain-back", "plain-vec", "lru-owner", "set-early",
}

// Sets of patches that belong together.
const (
	tells     = InPlace | TestOne | UnlessZero        // a get that tells a dead page
	noRelease = Leave | DropLock | LockPut | LRUOwner // page_cache_release is another one
	relook    = Owner | LockVec | PlainVec | LRUOwner // nobody looks at the count again
	oldScan   = InPlace | TestOne | UnlessZero | LRUOwner
)
