package invalidate

import "github.com/vmrace/vmrace/vm"

// The patches. The kernel without any is 2.6.16.
const (
	// Always zaps the page in every case, not only if it is mapped.
	Always vm.Patch = 1 << iota
	// TestMapped tests page_mapped under the tree_lock.
	TestMapped
	// TestCount tests page_count under the tree_lock.
	TestCount
	// DirtyLast tests PageDirty behind page_count, as remove_mapping does: who
	// dirties a page does so before he drops his reference.
	DirtyLast
	// PlainDirty sets PG_dirty without the tree_lock, not by set_page_dirty.
	PlainDirty
	// TwoFunctions gives invalidate_inode_pages2 its own invalidate_complete_page2,
	// without TestCount.
	TwoFunctions
	// ClearFailed is 2.6.19-rc1: PG_uptodate is cleared even if the removal failed.
	ClearFailed
	// SeqLock is the seqschedlock of December 2005.
	SeqLock
	// SeqPosted is a slip in it as it was posted.
	SeqPosted
	// SeqZap zaps under the page table lock in invalidate_mapping_pages, too.
	SeqZap
	// PGTruncate is the page flag and the page lock of March 2006.
	PGTruncate
	// UnlockLate is PGTruncate with the page unlocked behind the page table lock.
	UnlockLate
	// MapTest tests page->mapping under the page lock, in place of the flag.
	MapTest
	// MapAny does so in every vma, MapFlag only in a vma that allows it.
	MapAny
	// MapFlag is VM_CAN_INVALIDATE.
	MapFlag
	// Locked is d00806b18315, 2.6.23: the fault keeps the page locked.
	Locked
	// FaultAll is 54cb8821de07: nonlinear vmas fault as all others do.
	FaultAll
	// Linear leaves nonlinear vmas out.
	Linear
	// Linux24 is 2.4.
	Linux24
	// Linux24Hold is 2.4 with the page removed before pagecache_lock is dropped.
	Linux24Hold
	// StrictRmap is the BUG_ON of the objrmap trees in page_add_file_rmap.
	StrictRmap
	// Directory is a caller that relies on the invalidation.
	Directory

	// NoRecheck is a fault that does not know truncate_count.
	NoRecheck
	// SizeFirst lets the processor of the fault read i_size before truncate_count.
	SizeFirst
	// CountFirst lets truncate_count change before i_size in truncation.
	CountFirst
	// Punch is MADV_REMOVE, truncation in the middle of a file.
	Punch
	// FaultLeak is the fault of 2.6.23-rc1, which forgets to put a page.
	FaultLeak
)

var patchNames = []string{
	"always", "test-mapped", "test-count", "dirty-last", "plain-dirty", "two-functions", "clear-failed", "seqlock", "seq-posted", "seq-zap",
	"pg-truncate", "unlock-late", "map-test", "map-any", "map-flag", "locked", "fault-all", "linear", "linux-24", "linux-24-hold",
	"strict-rmap", "directory", "no-recheck", "size-first", "count-first", "punch", "fault-leak",
}

// Sets of patches that belong together.
const (
	// noCount is any fault that does not look at truncate_count.
	noCount = NoRecheck | Linux24 | Locked
)
