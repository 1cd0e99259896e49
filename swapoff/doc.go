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
// Of the kernels after it, 2.4.10 counts a handle twice in nr_swap_pages whose
// count was permanent, which 2.6.11 has mended; and no kernel up to 2.6.11 looks
// whether the page that it maps could be read.
//
// Shared memory of 2.4, mm/shmem.c, keeps its pages in a page cache. What the search
// finds in it was mended later, one after the other:
//
//   - 2.4.0 has R4, R7, R12 and R13, as 2.3 has. shmem_nopage reads the swap entry
//     without info->lock and does not look again; shmem_writepage gives the segment a
//     handle before its page is in the swap cache; the last iput takes the inode off
//     the list before it frees its handles. The first and the last sleep for a page
//     lock under that spinlock.
//   - 2.4.10 looks again. A fault that reads the handle once more still trips a BUG in
//     swapoff (R4'), which late 2.4 no longer has; and shmem_unuse puts a page into the
//     page cache of an inode that is being freed, after that was emptied (R13), for
//     which 2.6 empties it twice.
//   - 2.6.11 lists the inodes that have swap, and looks at the list without its lock.
//     The inode may have been freed when shmem_writepage lists it (R13), or swapoff
//     takes it off the list at the moment at which it goes on swap, so that no swapoff
//     will ever end (R12'). 2.6.25 has mended both.
//
// # Races and kernels
//
// `vmrace table swapoff-races` answers for each race and each kernel of history, V0
// to V5, whether there is a schedule. R1 to R6 are the races of the mail:
//
//	R1  fork           R7  shm after shm_unuse    R13  segment death
//	R2  exit, munmap   R8  kswapd                 R14  get_swap_page
//	R3  faults         R9  delete first           R15  teardown
//	R4  shm faults     R10 entry rewritten        R16  permanent count
//	R5  deciders       R11 mremap                 R17  swap_duplicate
//	R6  readahead      R12 shm_swap               R18  read errors
//
// P1 to P17 are doubts about the patch. Bugs are named by what they hurt, so that
// the last column of the table tells the races apart in a workload that has them
// all. R17 is none: who calls swap_duplicate has a reference of its own. R5' would
// be R5 the other way round, swapoff finding the page gone; it takes a
// lookup_swap_cache without the page lock, as in V2.
//
// Derived by hand, R5 was thought to be closed in V1; munmap has it. It was thought
// to be narrow in V3, where it is not, since the page is deleted before any
// entry points to it. R9 has two sides in V3, a dirty page that is dropped and a
// second read of the handle: the kernel lock shuts out the second. R15 is left in
// V1 by way of a dying segment only. R4 was thought to be narrow in V3, too; there one
// preemption is enough. Nothing was derived for R7, R12 and R13 from V3 on.
//
// Of the doubts, P8 is R7, P9 the oracle "reference forced to 0", P11 R15, P13 a
// matter of controls_test.go, and P15 of testdata/locksets.txt. P10 is the
// comment "Isn't page already locked?": it is not. P17 is R12, R13, R15 and R16, and
// a read of swap_info[-1] by whoever frees a handle of the only device.
//
// On one CPU without preemption V0 has R1, R2 in exit, R3, R4, R6, R7, R15 and R16:
// a sleep is all that they need. Preemption adds the rest of R2, and R11 to R13. Two
// CPUs are needed for walks of freed vmas, R5, R8 and R10, and of what V1 leaves
// open for munmap, kswapd and hold_mm, though not for shrink_mmap. See
// testdata/scheds.txt.
//
// # Kernels
//
// The base is 2.3.99-pre4-5. H1 to H14 are the hunks of the patch. Arcangeli's
// patch of 7 Apr 2000 and 2.4.0 hold page_table_lock in unuse_process; 2.4.0
// deletes the page before the walk. 2.4.10 has Dickins' rewrite, with rounds until
// no handle is in use, 2.6.11 pins an mm by mm_users. The kernels kanoj-... are
// the patch with what it lacks, each change a patch of its own; kanoj-late-lock
// is worse than the patch, to show what the page lock round is_page_shared is for.
//
// # Classes
//
// [Fork], [Exit], [Fault], [Shm], [Shmem], [COW], [Readahead], [Reestablish],
// [Teardown] and [Hold] are small and searched in full; [All] has every path for the
// fuzzer, but for shared memory of 2.4. They share one state and the listings, of
// which each leaves out what it has no use for.
//
// # What is left out
//
// Asynchronous I/O: a read or write is over before its caller goes on, though
// others run meanwhile. PG_swap_entry, buffers, highmem copies, rss, /dev/zero
// maps, priorities but for swap_list.next, and more than two handles of the device.
// Counts of handles saturate at 6. What pagecache_lock and swap_device_lock protect
// is one line each. start_mm of 2.4.10 is the head of mmlist. A segment has one page and
// no holes; a page of 2.4 shared memory is written to the device by shrink_mmap alone,
// and a fault on it reads nothing ahead. The new mm of an exec is not followed.
//
// # Sources
//
// 2.3.99-pre4-5: mm/swapfile.c, swap_state.c, memory.c, vmscan.c, filemap.c, mmap.c,
// mremap.c, mlock.c, kernel/fork.c, exit.c, fs/exec.c, ipc/shm.c; 2.6.11: mm/swapfile.c,
// memory.c. mm/swapfile.c and vmscan.c of 2.4.0, after 2.4.10, and of late 2.4 were read
// in copies that do not name their version. mm/shmem.c was read in 2.4.0, 2.4.16, and a
// copy of about 2.6.12-rc2; with it mm/filemap.c of 2.4.0 and 2.4.16, fs/inode.c and
// mm/swap_state.c of 2.4.0. The rest of 2.4 is 2.3.99 with what is known to have
// changed, from memory: its exec, munmap and do_swap_page, which in 2.4.0 still holds
// the kernel lock round the read. Of what 2.6.25 does in shmem_writepage only the words
// of the change were read.
//
// Kanoj Sarcar, "[PATCH] swapdeletion race fixes", linux-mm, 21 Apr 2000;
// Andrea Arcangeli and Kanoj Sarcar, "PG_swap_entry bug in recent kernels", linux-mm,
// Apr 2000; Christoph Rohland, 27 Dec 2000; Hugh Dickins, Aug 2001; "swap 2/4 unsafe
// SwapCache check", LKML, 12 Jun 2002; "tmpfs 2/3 swapoff-truncate race", LKML, 10 Jun
// 2003, and "tmpfs 3/7 swapoff/truncate race", LKML, 15 Oct 2003; "tmpfs: fix
// shmem_swaplist races", 1b1b32f2c6f6, Feb 2008.
package swapoff
