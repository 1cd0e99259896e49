package objrmap

import "github.com/vmrace/vmrace/vm"

// The patches of the vma-list race. The kernel without any is Linus' 2.6.4-rc2.
const (
	// Fork is bc3d0059577f: dup_mmap builds the child's own tree as it copies the
	// vmas, under page_table_lock.
	Fork vm.Patch = 1 << iota
	// SwapOut is the swapout of 2.4, which walks page tables instead of pages.
	SwapOut
	// Detach takes detach_vmas_to_be_unmapped out of page_table_lock.
	Detach
	// Merge takes vma_merge and vma_link out of page_table_lock.
	Merge
	// UnuseSem has unuse_process take mmap_sem, while its caller holds PG_locked.
	UnuseSem
	// UnuseTry is b7ae29f54c: unuse_process only tries for mmap_sem, and lets go of
	// PG_locked before it waits.
	UnuseTry
	// UnmapSem has try_to_unmap_one try for mmap_sem before find_vma.
	UnmapSem
	// AnonVMA is 8aa3448cab: swapout finds the vma of an anonymous page by the
	// page's anon_vma, and page_table_lock is for page tables.
	AnonVMA
)

var vmaPatchNames = []string{"fork", "swap-out", "detach", "merge", "unuse-sem", "unuse-try", "unmap-sem", "anon-vma"}

// nolock is McCracken's "Remove page_table_lock from vma manipulations".
const nolock = Detach | Merge
