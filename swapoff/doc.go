// Package swapoff models the races of swapoff in 2.3.99 and after, 2000 to 2005.
//
// swapoff (S) brings in each handle e of the device, puts the page wherever e
// stands in a page table or a shared memory segment, and at last forces the count
// of e to 0. In 2.3.99-pre4-5 it walks the task list under the kernel lock, and
// everybody who sleeps with that lock lets it go:
//
//	P  fork                                  S  swapoff                 swap_map[e]
//	lock_kernel                                                             1
//	swap_duplicate(e); child: e                                             2
//	kmem_cache_alloc sleeps
//	                                         lock_kernel; own reference     3
//	                                         read_swap_cache: page
//	                                         tasks: parent's e becomes page 2
//	                                         drops its reference            1
//	                                         "Undead swap entry": forced    0
//	                                         vfree(swap_map); returns 0
//	wakes; SET_LINKS: the child holds e, which is nothing, or data of the next device
//
// Claim (Kanoj Sarcar, 21 Apr 2000): there are six such races, and mmap_sem of
// each mm on a list of all mms, no new references to a dying device, and the
// page lock at the delete close all but one, of shared memory.
//
// # What the search says
//
// The patch closes the races of fork, exit and faults. It leaves open, beside what
// the mail says of shared memory:
//
//   - munmap and exec against the delete: free_page_and_swap_cache sees
//     PageSwapCache, swapoff deletes the page and lets go of it, TryLockPage
//     succeeds, and the page is not tested again: BUG. The walk is over by then,
//     so that mmap_sem does not help.
//   - shrink_mmap, which takes a page out of the hash and frees the handle after
//     that: swapoff does not need the page, and forces the count to 0 in between.
//   - try_to_swap_out, which tests PageLocked and later adds the page to the swap
//     cache while free_page_and_swap_cache has locked it.
//   - hold_mm against an exec, which takes no kernel lock.
//   - the death of a shared memory segment, and a permanent count that readahead
//     turns into a bad one.
//
// Three hunks can be dropped without a new bug in any workload: the page lock at
// the delete (H8), the locks round the flags (H10), and stram.c (H14), which is a
// lock order inversion. Readahead (H11) is needed, but only if a second process
// holds the page lock. See testdata/hunks.txt.
//
// # Kernels
//
// The base is 2.3.99-pre4-5. H1 to H14 are the hunks of the patch. Arcangeli's
// patch of 7 Apr 2000 and 2.4.0 hold page_table_lock in unuse_process; 2.4.0
// deletes the page before the walk. 2.4.10 has Dickins' rewrite, with rounds until
// no handle is in use, 2.6.11 pins an mm by mm_users. The kernels kanoj-... are
// the patch with what it lacks, each change a patch of its own.
//
// # Races
//
// [Fork], [Exit], [Fault], [Shm], [COW], [Readahead], [Reestablish], [Teardown] and
// [Hold] are small and searched in full; [Shared] is about is_page_shared, without
// a swapoff; [All] has every path for the fuzzer. They share one state and the
// listings, of which each leaves out what it has no use for.
//
// # What is left out
//
// Asynchronous I/O: a read or write is over before its caller goes on, though
// others run meanwhile. I/O errors, PG_swap_entry, buffers, highmem copies, rss,
// vmtruncate, /dev/zero maps, clear_page_tables, priorities, and more than two
// handles of the device. Counts of handles saturate at 6. What pagecache_lock and
// swap_device_lock protect is one line each. start_mm of 2.4.10 is the head of
// mmlist, and shared memory and readahead of 2.4 are not modelled. The new mm of
// an exec is not followed.
//
// # Sources
//
// 2.3.99-pre4-5: mm/swapfile.c, swap_state.c, memory.c, vmscan.c, filemap.c, mmap.c,
// mremap.c, kernel/fork.c, exit.c, fs/exec.c, ipc/shm.c; 2.4.32 and 2.6.11: mm/swapfile.c,
// memory.c. Kanoj Sarcar, "[PATCH] swapdeletion race fixes", linux-mm, 21 Apr 2000;
// Andrea Arcangeli and Kanoj Sarcar, "PG_swap_entry bug in recent kernels", linux-mm,
// Apr 2000; Christoph Rohland, 27 Dec 2000; Hugh Dickins, Aug 2001.
package swapoff
