package refcount

import "github.com/vmrace/vmrace/vm"

// The patches. The kernel without any is 2.5.31-bk7.
const (
	// Unlocked is __page_cache_release before bk:88d4b538: PG_lru is tested
	// outside the lock.
	Unlocked vm.Patch = 1 << iota
	// Strict is __page_cache_release before bk:d4cc4412: a page that turns out to
	// be off the LRU under the lock is a BUG, and the count is not checked again.
	Strict
	// FreePage is __page_cache_release before bk:29c3f6ff: it frees with
	// __free_page, which puts once more.
	FreePage
	// RefillCheck gives refill_inactive the count check of shrink_cache.
	RefillCheck
	// NoBugOn is the half of bk:3f76fabd that deletes a bogus BUG_ON.
	NoBugOn
	// Skewed biases page->count by -1.
	Skewed
	// InPlace is Ehrhardt's scan: a get that notices a dead page, before
	// anything else is done to it.
	InPlace
	// Owner is Ehrhardt's releaser: who made the count zero frees and never reads
	// the count again.
	Owner
	// Counted lets the scans count the dead pages that they meet.
	Counted
	// TestOne is bk:ad5d48f2: a get that notices a dead page, after it was taken
	// off the list.
	TestOne
	// GetFirst is 46453a6e194: a dead page keeps PG_lru, and so the releaser may
	// test the flag without the lock.
	GetFirst
	// UnlessZero is 7c8ee9a8634: get_page_unless_zero.
	UnlessZero
	// ScanFrees lets the scans free the pages with a count of zero.
	ScanFrees
	// PlainPutback lets the scans give back their references without a look at
	// the result: a page left without a reference waits on the LRU.
	PlainPutback
	// Leave lets page_cache_release leave every page to the scans.
	Leave
	// DropPeek lets page_cache_release drop the count and then test PG_lru
	// without the lock.
	DropPeek
	// DropLock lets page_cache_release drop the count and then test PG_lru and
	// the count under the lock.
	DropLock
	// LockFirst lets page_cache_release take the lock before it drops the count.
	LockFirst
	// VecLockFirst lets __pagevec_release take the lock before it drops the counts.
	VecLockFirst
	// PlainNonLRU lets shrink_list drop pages that are not on the LRU without a
	// look at the result.
	PlainNonLRU
	// LRUOwner is Phillips' patch: presence on the LRU holds a reference.
	LRUOwner
	// Claim is 5.11: who clears PG_lru, atomically and without the lock, has the
	// page to itself.
	Claim
	// ScanLocked is the scan of 2.4, which holds the LRU lock except to wait.
	ScanLocked
	// RMap is the scan of 2.5.31 and of the -ac kernels: the one of 2.4 with
	// pte.chain.
	RMap
	// Walker24 gives the scan of 2.4 a get_page_unless_zero.
	Walker24
	// SetEarly sets PG_lru before the page is on the list.
	SetEarly
	// NonAtomic is 674539115cc: the releaser has the flags of a dead page to
	// itself, and clears PG_lru by a plain load and store.
	NonAtomic
	// GetUnlocked lets shrink_cache call page_cache_get_lru without the LRU lock.
	GetUnlocked
)

var patchNames = []string{
	"unlocked", "strict", "free-page", "refill-check", "no-bug-on", "skewed", "in-place", "owner", "counted",
	"test-one", "get-first", "unless-zero", "scan-frees", "plain-putback", "leave", "drop-peek", "drop-lock",
	"lock-first", "vec-lock-first", "plain-nonlru", "lru-owner", "claim", "scan-locked", "rmap", "walker-24", "set-early", "non-atomic", "get-unlocked",
}

// Sets of patches that belong together.
const (
	// atomicGet is any get that notices a page without a reference.
	atomicGet = InPlace | TestOne | GetFirst
	// keepsFlag is any scan that clears PG_lru only once it has its reference.
	keepsFlag = GetFirst
)
