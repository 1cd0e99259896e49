package swapoff

import "github.com/vmrace/vmrace/vm"

// The patches. The kernel without any is 2.3.99-pre4-5. H1 to H14 are the hunks
// of Sarcar's patch, in the order of its files.
const (
	// H1 puts a new mm at the tail of mmlist, in mm_alloc.
	H1 vm.Patch = 1 << iota
	// H2 takes the mm off the list in __mmdrop.
	H2
	// H3 holds mmap_sem over exit_mmap.
	H3
	// H4 marks an mm without users as MM_GONE, once exit_mmap is done with it.
	H4
	// H5 is hold_mm and release_mm: the walk pins an mm unless it is MM_GONE.
	H5
	// H6 takes mmap_sem of the mm whose page tables swapoff walks.
	H6
	// H7 walks mmlist instead of the task list.
	H7
	// H8 locks the page and tests PageSwapCache again before swapoff deletes it.
	H8
	// H9 moves shm_unuse before the walk.
	H9
	// H10 clears WRITEOK under swap_list_lock and swap_device_lock.
	H10
	// H11 stops readahead on a device that is not WRITEOK.
	H11
	// H12 lets acquire_swap_entry refuse a handle of such a device.
	H12
	// H13 lets try_to_swap_out use acquire_swap_entry for a page in the swap cache.
	H13
	// H14 is the same walk for the swap in ST-RAM of the Atari.
	H14
	// Ptl holds page_table_lock over the walk of an mm.
	Ptl
	// ListFlags clears WRITEOK under swap_list_lock.
	ListFlags
	// PlainLookup is lookup_swap_cache without the page lock.
	PlainLookup
	// DelFirst deletes the page from the swap cache before the walk.
	DelFirst
	// Hugh is Dickins' rewrite: an mmlist in fork order, the page locked over the
	// walk, no force to 0 but another round, faults that look at their pte again.
	Hugh
	// PinUsers pins an mm by mm_users, takes mmap_sem, and lists mms that have swap.
	PinUsers
	// ShmSem lets shm_unuse take i_sem, the "sleeping lock in the shm code".
	ShmSem
	// ExecBKL lets exec_mmap hold the kernel lock.
	ExecBKL
	// NotZero lets hold_mm raise mm_count only from a value that is not 0.
	NotZero
	// LockedEnd takes the device down under both locks and frees the map after.
	LockedEnd
	// KeepBKL lets shm_swap hold the kernel lock until its page is in the cache.
	KeepBKL
	// Retest lets free_page_and_swap_cache and do_wp_page test PageSwapCache again
	// once they have locked the page.
	Retest
	// FreeLocked lets shrink_mmap take the page out of the hash and free the handle
	// in one section of swap_device_lock. Either of the two first, without the lock,
	// leaves swapoff a moment at which they contradict each other.
	FreeLocked
	// SwapOutLock lets try_to_swap_out lock the page instead of looking at the lock.
	SwapOutLock
	// SwapOutFree lets swap_out run without the kernel lock.
	SwapOutFree
	// MaxCheck lets valid_swaphandles stop at SWAP_MAP_MAX.
	MaxCheck
	// TruncateFree lets vmtruncate run without the kernel lock.
	TruncateFree
	// LateLock lets do_wp_page lock the page only once it knows that it is not shared.
	LateLock
	// LateHead lets exit_mmap read mm->mmap under mmap_sem.
	LateHead
	// ListHead puts a new mm at the head of mmlist, not at the tail.
	ListHead
	// Swaplist lists the inodes that have swap, and only those, on shmem_swaplist.
	Swaplist
	// TruncateAgain lets shmem_truncate empty the page cache once more, of what
	// shmem_unuse has put there since.
	TruncateAgain
	// PruneLocked lets shmem_unuse take an inode without swap off the list under
	// info->lock.
	PruneLocked
	// ListIgrab lets shmem_writepage hold the inode until it has listed it.
	ListIgrab
	// ArchSleeps is an architecture whose pgd_free may sleep.
	ArchSleeps

	// absent marks lines that a race has no use for. No kernel has it.
	absent vm.Patch = 1 << 63
)

var patchNames = []string{
	"h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10", "h11", "h12", "h13", "h14",
	"ptl", "list-flags", "plain-lookup", "del-first", "hugh", "pin-users",
	"shm-sem", "exec-bkl", "not-zero", "locked-end", "keep-bkl", "retest", "free-locked", "swap-out-lock", "swap-out-free", "max-check",
	"truncate-free", "late-lock", "late-head", "list-head", "swaplist", "truncate-again", "prune-locked", "list-igrab", "arch-sleeps",
}

// kanoj is Sarcar's patch, the sum of its hunks.
const kanoj = H1 | H2 | H3 | H4 | H5 | H6 | H7 | H8 | H9 | H10 | H11 | H12 | H13 | H14
