// Package objrmap models what guards the vmas of a process, and what is in them:
// mmap_sem against page_table_lock, VM_RESERVED, stack growth, and a
// page_table_lock for each vma.
//
// The vmas of an address space stand in a list and in a red-black tree. System
// calls change both under mmap_sem, held for writing, and take them apart one
// store at a time. Reclaim and swapoff cannot always sleep on mmap_sem and come
// under the spinlock page_table_lock. The rule of 2.4 and of Linus' 2.6 up to
// 2.6.6: a writer has both locks, and so a reader may choose either. In Mar 2004
// Arcangeli found that Bligh's 2.6.3-mjb2 had lost one of the two in the writers
// and still had it alone in a reader ("potentially generating random memory
// corruption"). A page of an mlocked vma is then swapped out:
//
//	CPU0: munmap(B)                          CPU1: reclaim of a page in C, mlocked
//	down_write(&mm->mmap_sem)
//	rb_erase(B): C is taken from under D,
//	  to take the place of B
//	                                         spin_lock(&mm->page_table_lock)
//	                                         find_vma: B ends too low, go right;
//	                                           D begins too high, go left: NULL;
//	                                           the answer is D
//	                                         D is not VM_LOCKED
//	                                         the pte in C becomes a swap entry
//	rb_erase(B): C stands where B was
//
// The claim is in two forms here. Contracts as data (vma_laws.go) say who may
// read and write under which locks; whether they are sound is computed, without
// a run. The search then shows what an unsound one comes to, and that a sound
// one holds. The two agree on every tree of Dickins' table of 26 Mar 2004.
//
// The fixes: both locks again (2.6.5), or no reader that lacks mmap_sem, which
// swapout can afford once it comes to a vma by the page's anon_vma (2.6.7, -aa).
// The latter makes swapoff sleep on mmap_sem, and as its caller holds PG_locked
// that is a deadlock against mlock until 2.6.8.
//
// The races, each a class of its own:
//
//   - [VMAList]: list and tree of vmas against swapout and swapoff; with them
//     fork, whose child had its parent's tree, and the order of mmap_sem and
//     PG_locked.
//   - [Reserved]: does reclaim leave a driver's vma alone? Its own pages are not
//     on the LRU, but a private copy of one is.
//   - [ExpandStack]: two faults grow one stack under mmap_sem for reading. A lock
//     round the growth is not enough: the decision to grow is older.
//   - [PageTables]: could page_table_lock be one for each vma? Only if pgd, pmd
//     and rss are guarded by something that is not.
//
// What the model leaves out. Two CPUs in VMAList: every bad interleaving known
// is of one writer and one reader. rb_parent and the colours, which only writers
// look at, and the erasure that rotates twice. PG_chainlock. The lists of a file's
// vmas with i_shared_sem. The queue of a rw-semaphore. A freed vma is never
// handed out again, so that each later use shows; a real one is, which is worse.
// The trees -mjb and -aa are known from the mails, from mm/rmap.c of -mjb and
// from McCracken's patch; what the mails do not mention is taken from the
// release that they are based on.
//
// Sources: 2.4.25 and 2.6.3 to 2.6.15: mm/mmap.c, mm/rmap.c, mm/swapfile.c,
// mm/vmscan.c, mm/memory.c, mm/mlock.c, kernel/fork.c, lib/rbtree.c; bk
// 8aa3448cab (anon_vma), b7ae29f54c (swapoff), bc3d0059577f (fork), fa6e49a249
// (stack), 101d2be764 (VM_RESERVED). Mails: "230-objrmap fixes for 2.6.3-mjb2",
// linux-kernel, 3 to 27 Mar 2004; "Remove page_table_lock from vma
// manipulations", Jun 2003.
package objrmap
