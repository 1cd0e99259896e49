package lrulock

import "github.com/vmrace/vmrace/vm"

// The patches of the mlock race. The kernel without any is 2.6.4.
const (
	// Rotate leaves a page of a VM_LOCKED vma that a scan has met on the
	// inactive list.
	Rotate vm.Patch = 1 << iota
	// PGReserved marks mlocked pages PG_reserved.
	PGReserved
	// PGLocked keeps mlocked pages PG_locked.
	PGLocked
	// Sketch is Hellwig's mlock_page of 4 Mar 2004.
	Sketch
	// Zero sets the count to zero when the page comes off the LRU.
	Zero
	// OneLock makes the steps of the sketch one section under zone->lru_lock.
	OneLock
	// Piggin is the page lock, the extra reference and the count that is kept
	// only after an isolation, of 5 Mar 2007.
	Piggin
	// LazyCount lets a scan set the count to the number of VM_LOCKED vmas that
	// it saw, as on 5 Mar 2007.
	LazyCount
	// LazySem lets a scan count one vma at a time, under its mmap_sem, as from
	// 6 Mar 2007 on.
	LazySem
	// Adopt lets a scan set the count of the page that it has isolated itself,
	// and then drop its reference.
	Adopt
	// CowClear lets a copy on write take the old page out of the mlocked state
	// before it replaces the page table entry.
	CowClear
	// CowMunlock lets it munlock the old page after that, as in 2.6.38.
	CowMunlock
	// Unevictable is the list of unevictable pages, 2.6.28.
	Unevictable
	// Barrier is 6a7b95481d49: a full barrier before putback looks again.
	Barrier
	// Count is 5.18: the count again, changed by who has cleared PG_lru.
	Count
	// LockFirst lets 5.18 take the lock before mlock or munlock claims the page.
	LockFirst
	// AtOnce lets 5.18 do without the batches of mlock_pvec.
	AtOnce
	// FreeClear is 66edc3a5894c: the allocator clears PG_mlocked, whoever frees
	// the page.
	FreeClear
)

var mlockPatches = []string{
	"rotate", "pg-reserved", "pg-locked", "sketch", "zero", "one-lock", "piggin", "lazy-count", "lazy-sem", "adopt",
	"cow-clear", "cow-munlock", "unevictable", "barrier", "count", "lock-first", "at-once", "free-clear",
}

// Sets of patches that belong together.
const (
	pageLock  = Piggin | Unevictable         // the page lock guards the mlocked state
	reference = PGLocked | pageLock          // mlock holds a reference while it works
	flagged   = Sketch | pageLock | Count    // the page says that it is mlocked
	list3     = Unevictable | Count          // there is a list of unevictable pages
	lruFree   = Piggin | Unevictable | Count // the allocator links free pages by page->lru
)
