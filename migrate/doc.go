// Package migrate models page_ref_freeze: page migration, and reclaim, against
// everybody else who has or takes a reference to the page.
//
// Migration counts the references that it accounts for, its own, the page
// cache's, and one for PG_private, and swaps the count from that number to zero
// in one step. If somebody else has a reference, the count is higher and the
// freeze fails; while it is zero, get_page_unless_zero fails. The protocol
// breaks if the expected count has a reference that nobody holds: a stranger's
// fills the gap.
//
//	exists (old.count below zero \/ old leaked)
//
//	CPU0: migrate_pages                      CPU1: do_swap_page              count
//	lock_page; try_to_unmap; migration entry                                   2
//	expected = 1 + 1 + PagePrivate = 3
//	                                         get_page_unless_zero              3
//	page_ref_freeze(3): equal, by chance                                       0
//	                                         put_page: VM_BUG_ON(count == 0)  -1
//	xas_store(new); page_ref_unfreeze(2)                                       2
//	put_page, the last it knows of                                             1, for ever
//
// 4.19 to 5.0-rc4 with iomap (xfs) on pages larger than a block: PG_private
// without a reference. While waiters kept their references asleep (up to 4.20)
// one of them hid it for as long as migration made one pass: a late put hits the
// freeze of the next pass. The fixes: 8e47a457321c takes, moves and drops a
// reference with the flag; 61c6de667263, reverted, forgot to move it. 9a1ea439b16b
// lets waiters drop their reference before they sleep, because with them
// migration could fail for ever; a draft of it forgot that reclaim cleared
// PG_locked without a wakeup, which was right as long as waiters had references.
//
// The second question, Torvalds': what if the reference of the swap cache becomes
// that of a page table entry, and the count does not change? [GuardTable] searches
// all 16 sets of the four guards against it: with the page lock the freeze cannot
// be fooled, whatever else is missing; without it, all three others are needed,
// and even then a page is mapped that is not copied yet, and a page that a fork
// shares is stored into, because migration entries do not count as mappings.
//
// The order of accesses is marked on each line (vm.Line.Order). The verdicts are
// those of sequential consistency: whether a barrier is missing between the
// freeze and get_page_unless_zero on weaker machines is left open. They exclude
// each other by the order of one word, for which no barrier is needed; what has
// not been searched is other words: slot, flags, mapping and content.
//
// Two classes share the listings: [Migrate], and [Wait] for the tasks that wait.
// One slot stands for the entry of the page cache or of the swap cache; the LRU
// is a flag, which whoever clears it has the page to himself by; page table
// entries of two addresses share a page table and its lock. Left out: writeback,
// faults on empty entries, reads from swap, copies of shared pages, compound
// pages, device memory, KSM, and the other users of the freeze.
//
// Sources: Linux 5.0.1 and 4.20, mm/migrate.c, mm/filemap.c, mm/memory.c,
// mm/swapfile.c, mm/swap_state.c, mm/vmscan.c, mm/truncate.c, fs/iomap.c,
// include/linux/page_ref.h; Hugh Dickins and Linus Torvalds, LKML, 4 and 5 Feb
// 2019, "mm: race in put_and_wait_on_page_locked()"; Hugh Dickins, linux-mm,
// 20 Nov 2018, "Memory hotplug softlock issue".
package migrate
