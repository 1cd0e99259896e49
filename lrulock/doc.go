// Package lrulock models two races of the LRU lists: batches of pages under the
// LRU lock ([Pagevec], 2002 to 2021), and mlock, whose state lives in the
// memory of the list pointers ([Mlock], 2004 to 2022).
//
// # mlock
//
// A page of a VM_LOCKED vma must stay in memory. A scan finds that out late, so
// the page itself is to say it, off the LRU lists, with a count of its mlocked
// mappings in the memory of page->lru, which nobody needs there. mlock_page as
// sketched on 4 Mar 2004: (a) test and set PG_mlocked; (b) the first one takes
// the page off the LRU; (c) count. munlock_page: (d) count down; the last one
// (e) clears PG_mlocked and (f) puts the page on the LRU. The page is on a list,
// the count begins at zero, and two processes mlock it:
//
//	A  mlock_page                            B  mlock_page            page->lru
//	(a) was clear                                                     pointers
//	                                         (a) was set
//	                                         (b) nothing to do
//	                                         (c) atomic_inc           pointers + 1
//	(b) lock; TestClearPageLRU
//	    list_del follows the pointers: corruption
//
// Claims: Rik van Riel, that the count can share space with the list head, and of
// the sketch, "Looks ok to me". Both fall: with the three steps under one lock
// the schedule above is gone, but a page that is not on the LRU may be on
// reclaim's private list or in a pagevec, and then pointers and count overwrite
// each other (X4, X5). What must be added is that only who has taken the page
// off the LRU may count, or wait.
//
// Kernels. The base, without a patch, is 2.6.4, which looks up the vmas at each
// scan and moves a mlocked page to the active list (D0; D0r leaves it in place).
// D1 marks the page PG_reserved and D2 PG_locked: a count goes wrong, a waiter
// waits for ever. B-M0 is the sketch, B-M1 begins the count at zero, B-M2 is under
// one lock. B-M3a and B-M3b are Nick Piggin's patches of 5 and 12 Mar 2007: page
// lock, extra reference, a count that may be too low, and a scan that marks what
// it finds. The first one counts a vma that is being munlocked; both lose the
// reference of the scan; the second one drops a page that it has isolated itself
// off all lists; and a copy on write leaves the old page its count. B-M3 has
// these repaired. B-M4, B-M5 and B-M5c are the unevictable list of 2.6.28, without
// a barrier, with it, and with the copy on write of 2.6.38. B-M6 is 5.18: a count
// again, changed by who has cleared PG_lru. It strands pages if two munlocks, or a
// munlock and a pagevec, meet, because one clears PG_mlocked without the lock;
// counts too much if a munlock loses the page and leaves its count, or if a batch
// is worked off late; and frees a page with PG_mlocked if a scan unmaps it between
// the two halves of munlock. B-M6r is 5.18 without the batches, with the lock
// taken before the page is claimed and the flag cleared by the allocator.
//
// Store buffers are in the model where they matter, in putback_lru_page: the
// processor may read PG_mlocked before its store of PG_lru can be seen, unless a
// barrier is in between. All else is sequentially consistent.
//
// # pagevec
//
// A scan takes several pages off a list under one hold of the LRU lock, each with
// a reference, and gives them back in batches; pages wait in per-CPU pagevecs;
// nr_active and nr_inactive follow. In 2.5.32, with page->count 1 and PG_lru set:
//
//	R  shrink_cache                          D  page_cache_release    count lru
//	lock; TestClearPageLRU; list_del                                    1    0
//	page_count != 0
//	                                         put_page_testzero: zero    0    0
//	page_cache_get; unlock                                              1    0
//	lock; SetPageLRU; list_add; unlock                                  1    1
//	__pagevec_release: zero again                                       0    1
//	                                         lock; off the LRU; count 0: FREE
//	lock; count 0: FREE again
//
// Claim (Andrew Morton, 25 Aug 2002): let page_cache_release never free, let
// reclaim free what it finds, and let pagevec_release have two flavours, one that
// takes the LRU lock before it drops references. Answer (Christian Ehrhardt, the
// day after): every put_page_testzero must be under the LRU lock, then it works.
// So it does (B4, and B5 with two flavours); as written it leaks what never was
// on the LRU (B1); with the lock on one of the ways to put only, or taken after
// the put, a page is freed twice (B3, B6); with the wrong flavour for a page off
// the LRU, leaked (B5x).
//
// The base is 2.5.32 (A1). A1c is its endless scan of dead pages alone. C is
// Ehrhardt's page_cache_get_lru, Cx the same without the LRU lock: a count of a
// dead page shows, and the free trips over it. H is Phillips' reference of the
// LRU, Hx with PG_lru set too early. E, F2 and I511 are 2.6.7, 2.6.17 and 5.11.
//
// # What is left out
//
// Zones, memory control groups, huge pages, swap and dirty pages. A vma has one
// page, a file page for the count of 2007. mlock does not fault pages in: a fault
// is an operation of its own. Truncation is a task that takes the page lock for a
// moment. A scan works on one page at a time in the mlock race, and takes the
// lock anew for each page of a pagevec. A pagevec has room for two pages. Each
// task has the pagevec of its own CPU, so the models with one CPU are not those
// of a preempted task that finds another one's pages. The bias of page->count is
// left out: a get can tell. The patches of 2007 are modelled on 2.6.4's scan, and
// munmap munlocks before it unmaps, also on 5 Mar.
//
// # Sources
//
// Mail: Martin Bligh, Andrea Arcangeli, Rik van Riel, Christoph Hellwig and others,
// LKML, 3 and 4 Mar 2004 ("230-objrmap fixes for 2.6.3-mjb2"); Nick Piggin,
// linux-mm, 5, 6 and 12 Mar 2007 ("mm: mlocked pages off LRU", "mm: move mlocked
// pages off the LRU"); Christian Ehrhardt and Andrew Morton, LKML, 25 to 27 Aug 2002
// ("MM patches against 2.5.31"); Daniel Phillips, LKML, 31 Aug 2002 ("Include LRU in
// page count"). Code: mm/swap.c, mm/vmscan.c, mm/rmap.c, mm/memory.c, mm/mlock.c of
// 2.5.31-bk7, 2.6.4, 2.6.28 and 5.18, and the commits that the tables of kernels
// name; those of 2.6.38 and 2024 are from memory.
package lrulock
