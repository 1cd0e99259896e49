package claims

const (
	stale    = "stale swap handle (page table entry)"
	notSwap  = "BUG_ON(page->mapping != &swapper_space in free_page_and_swap_cache)"
	notSwapW = "BUG_ON(page->mapping != &swapper_space in do_wp_page)"
	ahead    = "reference forced to 0 (readahead)"
	freed2   = "swap handle freed twice"
	lostData = "lost data"
	hole     = "lost data (shm page taken for a hole)"
)

// moverLocks are the lines that lock the page while do_swap_page moves its reference.
var moverLocks = []string{"do_swap_page: lock_page(page);", "do_swap_page: UnlockPage(page);"}

var swapDeletion = Thread{
	Title:  "Swap device deletion, 2000",
	Source: "Kanoj Sarcar, \"[PATCH] swapdeletion race fixes\", linux-mm, 21 Apr 2000; kernel kanoj is 2.3.99-pre4-5 with his patch",
	Claims: []Claim{
		{ID: "T1.1", Who: "Sarcar", Text: "While forking, a parent copies a swap handle into a child that swapoff does not scan.",
			Evidence: []Evidence{supports(shows("swapoff-fork", "2.3.99-pre4-5", "reference forced to 0 (child of a fork)"))},
			Answer:   "The child is on no list when swapoff walks."},
		{ID: "T1.2", Who: "Sarcar", Text: "During exit a process is missed because it has unlinked its vma chain.",
			Evidence: []Evidence{supports(shows("swapoff-exit", "2.3.99-pre4-5", "reference forced to 0 (exiting mm)")).in("exit")},
			Answer:   "exit_mmap unlinks first and sleeps later."},
		{ID: "T1.3", Who: "Sarcar", Text: "do_swap_page() may fail though swapoff has replaced the handle by a page.",
			Evidence: []Evidence{supports(shows("swapoff-fault", "2.3.99-pre4-5", "innocent task killed (entry replaced)"))},
			Answer:   "The task is killed for it. Other schedules free the handle twice, or read what is no longer there."},
		{ID: "T1.4", Who: "Sarcar", Text: "Shared memory and swapoff delete the same page from the swap cache.",
			Evidence: []Evidence{
				supports(shows("swapoff-shm", "2.3.99-pre4-5", "BUG_ON(page->mapping != &swapper_space in shm_nopage)")).in("nopage"),
				shows("swapoff-shmem", "2.4.0", "BUG_ON(page->mapping != &swapper_space in shmem_nopage)").in("nopage"),
				free("swapoff-shmem", "2.4.10", "BUG_ON(page->mapping != &swapper_space in shmem_nopage)").in("nopage"),
			},
			Answer: "The second one dies of a BUG. 2.4.0 has it still, with other code; 2.4.10 has not."},
		{ID: "T1.5", Who: "Sarcar", Text: "do_wp_page and free_page_and_swap_cache race with the deletion.",
			Evidence: []Evidence{
				supports(shows("swapoff-cow", "2.3.99-pre4-5", notSwapW)).in("write"),
				supports(shows("swapoff-cow", "2.3.99-pre4-5", notSwap)).in("munmap"),
				free("swapoff-cow", "kanoj", notSwapW).in("write"),
				shows("swapoff-cow", "kanoj", notSwap).in("munmap").as("open"),
			},
			Answer: "True of the old kernel, and still open in the patched one for free_page_and_swap_cache: it sees PageSwapCache, swapoff deletes the page and lets go of it, TryLockPage succeeds, and nobody tests again."},
		{ID: "T1.6", Who: "Sarcar", Text: "Readahead from shared memory and from anonymous faults races with the deletion.",
			Evidence: []Evidence{
				supports(shows("swapoff-readahead", "2.3.99-pre4-5", ahead)).in("anonymous"),
				supports(shows("swapoff-readahead", "2.3.99-pre4-5", ahead)).in("shm"),
				shows("swapoff-readahead", "kanoj", "").in("max").as("max"),
			},
			Answer: "Both do. What the patch leaves: readahead takes a reference to a handle whose count is saturated for good, and turns it into a bad one; no preemption is needed for that."},
		{ID: "T1.7", Who: "Sarcar", Text: "mmap_sem in swapoff eliminates races 1, 2, 3, 5 and, for anonymous pages, 6.",
			Evidence: []Evidence{
				supports(free("swapoff-fork", "kanoj", "")),
				supports(free("swapoff-exit", "kanoj", "reference forced to 0 (exiting mm)")),
				supports(free("swapoff-fault", "kanoj", "")),
				supports(free("swapoff-readahead", "kanoj", "")).in("anonymous"),
				refutes(shows("swapoff-cow", "kanoj", notSwap)).in("munmap"),
				shows("swapoff-fork", "kanoj", stale).without("h1"),
			},
			Answer: "It does 1, 2, 3 and the anonymous 6. It does not help against 5: swapoff has left the mm, and mmap_sem with it, when it deletes the page. See T1.5."},
		{ID: "T1.8", Who: "Sarcar", Text: "Every new mm goes to the tail of mmlist, so that swapoff visits the parent first, or the child after it.",
			Evidence: []Evidence{
				supports(free("swapoff-fork", "kanoj", "")),
				supports(shows("swapoff-fork", "kanoj", "")).with("list-head").as("head"),
				supports(shows("swapoff-fork", "kanoj", stale)).without("h1"),
			},
			Answer: "At the tail no handle of a child is missed. At the head the child is, since it is walked before its parent; and of course if it is on no list."},
		{ID: "T1.9", Who: "Sarcar", Text: "hold_mm and MM_GONE, under the kernel lock, give an existence guarantee.",
			Evidence: []Evidence{
				refutes(shows("swapoff-hold", "kanoj", "use after free (mm_struct)")).in("exec").as("exec"),
				refutes(shows("swapoff-hold", "kanoj", "count raised from zero")).in("exec").as("raised"),
				free("swapoff-hold", "kanoj-exec-bkl", ""),
				free("swapoff-hold", "kanoj-not-zero", ""),
			},
			Answer: "exec drops an mm without the kernel lock, between the test of hold_mm and its increment. It holds if exec takes that lock, or if hold_mm raises only a count that is not zero."},
		{ID: "T1.10", Who: "Sarcar", Text: "Page-stealing code must not give handles of a dying device back (acquire_swap_entry).",
			Evidence: []Evidence{
				supports(shows("swapoff-reestablish", "kanoj", lostData)).without("h12"),
				supports(shows("swapoff-reestablish", "kanoj", stale)).without("h13"),
				supports(free("swapoff-reestablish", "kanoj", stale)),
			},
			Answer: "Without the refusal data is lost; without the call of it in try_to_swap_out, a page table entry keeps a handle of a device that is gone."},
		{ID: "T1.11", Who: "Sarcar", Text: "Readahead must stop on a dying device.",
			Evidence: []Evidence{
				supports(shows("swapoff-readahead", "kanoj", freed2)).without("h11").in("pair"),
				supports(free("swapoff-readahead", "kanoj", freed2)).in("pair"),
				free("swapoff-readahead", "kanoj", freed2).without("h11").in("anonymous"),
			},
			Answer: "Needed, but only if a second process has the page locked; for one process the rest of the patch is enough."},
		{ID: "T1.12", Who: "Sarcar", Text: "shrink_mmap cannot race with swapoff.",
			Evidence: []Evidence{
				refutes(shows("swapoff-cow", "kanoj", "")).in("shrink").as("shrink"),
				free("swapoff-cow", "kanoj-deciders", "").in("shrink"),
			},
			Answer: "It takes the page out of the hash first and frees the handle later. swapoff finds no page in between, reads another one, and forces the count of the handle to zero."},
		{ID: "T1.13", Who: "Sarcar", Text: "try_to_swap_out may test PageSwapCache without the page lock.",
			Evidence: []Evidence{
				supports(free("swapoff-reestablish", "kanoj", "")).in("two"),
				supports(free("swapoff-reestablish", "kanoj", "")).in("cached"),
				shows("swapoff-reestablish", "kanoj", "bad page state (add_to_swap_cache of a locked page)").in("lock").as("lock"),
				free("swapoff-reestablish", "kanoj", "bad page state (add_to_swap_cache of a locked page)").in("lock").with("swap-out-lock"),
			},
			Answer: "No bug comes from that test. Another test of the same function is not so lucky: PageLocked, looked at and not taken, lets it add a page to the swap cache that somebody else has locked."},
		{ID: "T1.14", Who: "Sarcar", Text: "is_page_shared needs the page lock, else processes move references from swap_count to page_count after the snapshot of the latter.",
			Evidence: []Evidence{
				supports(shows("swapoff-cow", "kanoj-late-lock", lostData)).in("decide").as("decider"),
				supports(shows("swapoff-cow", "kanoj-deciders", lostData)).in("decide").with("plain-lookup").dropping(moverLocks...).as("mover"),
				supports(free("swapoff-cow", "kanoj-deciders", "")).in("decide"),
				free("swapoff-cow", "kanoj-deciders", "").in("decide").dropping(moverLocks...),
				free("swapoff-cow", "kanoj-deciders", "").in("decide").with("plain-lookup"),
			},
			Answer: "Without it on either side a shared page looks private, and one process stores into the memory of the other. The side that moves its reference needs it only once: in lookup_swap_cache or in do_swap_page."},
		{ID: "T1.15", Who: "Sarcar", Text: "Still open: shm_nopage pages in a handle that swapoff has already paged in.",
			Evidence: []Evidence{
				supports(shows("swapoff-shm", "kanoj", "swap handle freed twice (shm_nopage)")).in("nopage").as("open"),
				free("swapoff-shm", "kanoj-shm", ""),
				shows("swapoff-shmem", "2.4.0", hole).in("nopage").as("later"),
				free("swapoff-shmem", "2.4.10", hole).in("nopage"),
			},
			Answer: "It is, and the sleeping lock that he asks for closes it: i_sem in shm_unuse, and with it the kernel lock kept in shm_swap. 2.4.0 has the race still, with other code, and 2.4.10 has not."},
		{ID: "T1.16", Who: "Sarcar", Text: "Comment in the patch: \"Isn't page already locked?\"", Question: true,
			Evidence: []Evidence{
				refutes(shows("swapoff-cow", "kanoj", "")).dropping("sys_swapoff: lock_page(page);").in("write").as("unlocked"),
			},
			Answer: "It is not: without the lock_page there swapoff deletes an unlocked page, and the check in delete_from_swap_cache_nolock fires."},
		{ID: "T1.17", Who: "(the m68k hunk)", Text: "lock_kernel() is taken while the mmlist spinlock is held.",
			Evidence: []Evidence{
				supports(shows("swapoff-hold", "kanoj", "lock order inversion (bkl > mm_lock > bkl)")).in("stram").as("stram"),
			},
			Answer: "A lock order inversion: fork, exit and swapoff take them the other way round."},
	},
}
