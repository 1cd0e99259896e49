// Package refcount models the race of the last put of a page against the LRU
// scan, 2002 to 2021.
//
// Being on an LRU list holds no reference. Reclaim (R) finds pages there, under
// the LRU lock; the last owner (D) makes the count zero without it. In
// 2.5.31-bk7, with page->count 1 and PG_lru set:
//
//	R  shrink_cache                          D  page_cache_release        count lru
//	spin_lock(lru)                                                          1    1
//	TestClearPageLRU; list_del                                              1    0
//	page_count != 0: go on     (window 1)
//	                                         put_page_testzero: zero        0    0
//	                                         spins on lru      (window 2)
//	page_cache_get; unlock                                                  1    0
//	lock; SetPageLRU; list_add; unlock                                      1    1
//	put_page_testzero: zero                                                 0    1
//	                                         lock; TestClearPageLRU; del    0    0
//	                                         page_count == 0; unlock; FREE
//	lock; page_count == 0; unlock; FREE again
//
// Claim (Christian Ehrhardt, 22 Aug 2002): R and D together free the page twice,
// and if somebody maps it in between, the second free is the BUG_ON
// (page->pte.chain != NULL) that people saw. The second look at the count under
// the lock does not help: neither can tell its own zero from the other's.
//
// # Kernels
//
// The base, without a patch, is 2.5.31-bk7. The others are the lines it gained
// and lost:
//
//   - 2.5.31 of 14 to 20 Aug 2002, P0 to P3: __page_cache_release before; 2.5.31-mm1
//     and 2.5.32, A1 and P4: after. All racy; the scans of 2.5.31-bk7, mm1 and 2.5.32
//     also go round for ever on a list of dead pages.
//   - A1b and A1c have one defect of these each, the race being closed: a BUG_ON
//     that accuses the innocent, and the endless scan.
//   - Morton's proposal of 25 Aug 2002, that reclaim frees what it finds without
//     references: a mail, read in six ways. B1 leaks pages off the LRU; B2, B3 and
//     B6 drop the count before they take the lock and free twice; B4 and B5 drop
//     it under the lock and are right; B5x uses B5's plain put off the LRU and leaks.
//   - Ehrhardt's patch of 26 Aug 2002, C: a scan gets its reference by a get that
//     tells it whether there was one; who made the zero frees and never looks at
//     the count again. Cx breaks its rule that this get needs the LRU lock.
//   - 2.6.7, E; 2.6.17-rc1 and 2.6.17, F1 and F2; 5.11: the same idea in mainline, at
//     last with get_page_unless_zero.
//   - Phillips' patch of 31 Aug 2002, H: the LRU holds a reference; Hx as first
//     posted.
//   - 2.4.27, G, and 2.5.31, AC: scans that hold the LRU lock but to wait for I/O,
//     and get a reference for that with a look at the count before. Racy in that
//     wait, not where add_to_swap fails. Gz is 2.4.27 with get_page_unless_zero.
//
// # What is left out
//
// The size of a pagevec (all pages of the model fit), PG_reserved, zones,
// writeback but for its end, page_mapping_inuse, the page table lock (reverse
// maps are under PG_chainlock), interrupts, and the order of private lists.
// There is one mapping. page_referenced is asked when refill_inactive puts a page
// back, and 2.6.7 and later run in the shape of 2.5.31's functions, with their
// own lines where they touch the count or PG_lru. H has its rules in that shape,
// too. Morton's and Phillips' variants are one reading each of what was posted.
//
// # Sources
//
// Linux 2.5.31-bk7, mm/swap.c, mm/vmscan.c, mm/page_alloc.c, mm/swap_state.c;
// the BitKeeper changesets and commits that [PageRelease] names; 2.4.27. Mail on
// LKML: Christian Ehrhardt, 22, 26 and 27 Aug 2002 ("MM patches against 2.5.31");
// Andrew Morton, 25 and 27 Aug 2002; Daniel Phillips, 31 Aug 2002 ("Include LRU in
// page count").
package refcount
