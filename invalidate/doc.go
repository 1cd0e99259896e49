// Package invalidate is about page faults that map a page of a file while
// somebody takes it out of the page cache: invalidate_inode_pages2 (race
// invalidate) or truncation (race truncate). The race shared-mapping is about
// what the fix of 2.6.23 left open.
//
// A fault takes a reference to the page it finds and maps it later, under the
// page table lock. An invalidation locks the page, removes its mappings, and
// takes it out of the page cache under the tree_lock. It believes that a page
// which is locked and not mapped stays so. But a fault of 2.6.16 does not look
// at the page lock, and so it can find the page before the removal and map it
// after the test:
//
//	CPU0 (fault)                        CPU1 (invalidate_inode_pages2)
//	page = find_get_page()
//	                                    lock_page(page)
//	                                    page_mapped(page)? no
//	set_pte_at()
//	                                    page->mapping = NULL
//	page_add_file_rmap(page)
//
// The page is mapped and in no page cache. Stores to it are lost, another fault
// of the same offset gets another page, reclaim passes it over, and later
// invalidations do not see it. One preemption suffices.
//
// # The claims
//
// Andrew Morton asked on 2 Apr 2006 whether the check could not be made where
// the page is removed, under the tree_lock: of page_mapped, of page_count, or of
// both (kernels 2.6.16-page-mapped, 2.6.18, 2.6.18-both). The first only narrows
// the window, because _mapcount changes under the page table lock. The second
// closes it, because whoever will map the page has taken a reference under the
// tree_lock by then; but an invalidation then fails for the sake of any
// reference (2.6.18-directory). The third adds nothing to the second.
//
// # The fixes
//
//   - seqlock: faults check a sequence lock under the page table lock. As posted
//     one branch forgets to unlock it (2.6.15-seqlock-posted). Mended it is still
//     racy, because the removal of an unmapped page never takes the page table
//     lock; with a zap in every case it is safe, if both functions zap.
//   - pg-truncate: the fault locks the page and looks at a flag which the removal
//     sets under the page lock. Nonlinear mappings and truncation know neither.
//   - mapping: the same with page->mapping instead of the flag. A page of a
//     device driver has none and is faulted for ever, unless the vma says what
//     NULL means.
//   - locked, 2.6.23: the fault returns the page locked and in the page cache,
//     and unlocks it when it is mapped.
//   - linux-24: 2.4 clears PG_uptodate and PG_dirty of a page in use and keeps
//     it. Its users read old data until somebody reads into the same page, over
//     what they have stored. And it drops pagecache_lock between the test and
//     the removal of a page that is not in use.
//
// Truncation has its own guard: i_size shrinks, truncate_count is raised, the
// page tables are cleared; the fault reads in the reverse order, twice. Each part
// is needed, and so is the order: the kernels 2.4.20, 2.6.10-size-first,
// 2.6.10-count-first and 2.6.16-punch of the race truncate lack one.
//
// # What 2.6.23 left open
//
// unmap_mapping_range may be broken off and goes on from a restart address in
// vma->vm_truncate_count, which all unmaps of a file share. With pages 1 and 2 to
// be invalidated by CPU0 and page 0 by CPU1, all mapped:
//
//	CPU0 (pages 1 and 2)                CPU1 (page 0)
//	zap page 1
//	vm_truncate_count = page 2
//	drop i_mmap_lock; cond_resched()
//	                                    start = page 2, the restart address
//	                                    start >= end: done
//	                                    BUG_ON(page_mapped(page))
//
// No second CPU is needed, nor preemption: CPU0 sleeps. Hugh Dickins had judged
// two at a time harmless in January 2006, and was right as long as the caller
// unmapped in a loop (2.6.30-while); 2.6.23 made a BUG_ON of it, and 2.6.38 takes
// a mutex. Up to 2.6.29 a fault drops the page lock between ->page_mkwrite and
// the page table entry; write-back in between uses up the block that was reserved,
// and the next store has none. Without ->launder_page an invalidation fails for
// stores through the mapping that it has removed itself.
//
// # What is left out
//
// Files of more than one page, but for the race shared-mapping, which in turn
// knows no page frames; two unmaps that mislead each other for ever, which needs
// an unfair scheduler; and the -EIO that a later page hid. The LRU and the memory barriers: memory is sequentially consistent, and
// the two kernels without barriers have their lines in the order that the
// processor would make of them. Buffers, swap,
// mmap_sem, and write() under the page lock. A disk that never works again.
// Accesses of the user go through the page tables without a TLB.
//
// # Sources
//
// Linux 2.4.20, 2.6.16, 2.6.18, 2.6.19 and 2.6.23, mm/truncate.c, mm/memory.c,
// mm/filemap.c, mm/vmscan.c, mm/rmap.c, mm/fremap.c; the commits that the kernels
// name; LKML: Andrea Arcangeli, 13 Dec 2005, 10 Jan and 31 Mar 2006; Nick Piggin
// and Hugh Dickins, 11 Jan 2006; Miklos Szeredi, 20 Jan 2011; Andrew Morton, 2 Apr 2006, "smp race fix between
// invalidate_inode_pages* and do_no_page".
package invalidate
