package claims

const (
	dangling  = "mapped page that is not in the page cache"
	unfreed   = "leak (reclaim skips a mapped page without mapping)"
	staleLoad = "stale data (load)"
	spurious  = "spurious -EIO"
)

var invalidation = Thread{
	Title:  "Invalidation against page faults, 2006",
	Source: "Andrew Morton to Andrea Arcangeli, \"smp race fix between invalidate_inode_pages* and do_no_page\", LKML, 2 Apr 2006; the whole answer is in invalidate/README.md",
	Claims: []Claim{
		{ID: "T3.1", Who: "Arcangeli, Morton", Text: "do_no_page against invalidate_inode_pages2 leaves a page mapped in user space that is no longer page cache.",
			Evidence: []Evidence{supports(shows("invalidate", "2.6.16", dangling)).as("bug")},
			Answer:   "The fault finds the page, the invalidation sees it unmapped and removes it, the fault maps it."},
		{ID: "T3.2", Who: "Arcangeli", Text: "Such pages are not freeable, and stricter kernels BUG in page_add_file_rmap.",
			Evidence: []Evidence{
				supports(shows("invalidate", "2.6.16", unfreed)),
				supports(shows("invalidate", "sles9", "BUG_ON(!page->mapping in page_add_file_rmap)")),
			},
			Answer: "Reclaim passes over them."},
		{ID: "T3.3", Who: "Arcangeli", Text: "PG_truncate and the page lock fix it; the flag is needed because a NULL mapping can be legitimate.",
			Evidence: []Evidence{
				supports(free("invalidate", "2.6.16-pg-truncate", "")),
				supports(shows("invalidate", "2.6.16-mapping-any", "livelock")).in("special"),
				refutes(shows("invalidate", "2.6.16-pg-truncate-nonlinear", dangling)).as("nonlinear"),
				refutes(shows("truncate", "2.6.16-pg-truncate-punch", dangling)).in("hole").as("hole"),
				free("invalidate", "2.6.16-mapping", ""),
			},
			Answer: "They do for linear mappings. Nonlinear mappings and the truncation of a hole know neither. A flag of the vma would do in place of one of the page."},
		{ID: "T3.4", Who: "Morton", Text: "Could page_count(page) and/or page_mapped(page) be checked in invalidate_complete_page() under tree_lock instead?", Question: true,
			Evidence: []Evidence{
				supports(free("invalidate", "2.6.18", "")).as("count"),
				refutes(shows("invalidate", "2.6.16-page-mapped", dangling)).as("mapped"),
				free("invalidate", "2.6.18-both", ""),
				shows("invalidate", "2.6.18-directory", spurious).as("eio"),
				shows("invalidate", "2.6.19", dangling),
			},
			Answer: "page_mapped only narrows the window, page_count closes it, and both are no better than page_count. The price is that any reference makes the invalidation fail. 2.6.18 did this, 2.6.19 took it back and had the race again."},
		{ID: "T3.5", Who: "Arcangeli", Text: "shrink_list is safe: it verifies the count with tree_lock held.",
			Evidence: []Evidence{
				supports(free("invalidate", "2.6.16", dangling)).in("reclaim"),
				supports(shows("invalidate", "2.6.16", dangling)).dropping("shrink_list: if (page_count(page) != 2) goto cannot_free;").in("reclaim"),
			},
			Answer: "And not without that test."},
		{ID: "T3.6", Who: "Arcangeli", Text: "The 2.4 way, to clear PG_uptodate and keep the page, keeps the invariant but lets pages be mapped that are not up to date.",
			Evidence: []Evidence{
				supports(shows("invalidate", "2.4.20", staleLoad)).in("mapped"),
				refutes(shows("invalidate", "2.4.20", dangling)).in("cached").as("dangling"),
				free("invalidate", "2.4.20-hold", dangling),
				shows("invalidate", "2.4.20", "lost store (overwritten by readpage)"),
			},
			Answer: "It does the latter, and loses stores. The invariant does not hold either: 2.4.20 tests the count, drops pagecache_lock and then removes the page. Kept under the lock, as the mail remembers it, it holds."},
		{ID: "T3.7", Who: "Morton", Text: "Do you have handy any test code which others can use to recreate this bug?", Question: true,
			Evidence: []Evidence{supports(shows("invalidate", "2.6.16", dangling)).as("bug"), shows("invalidate", "2.6.16", staleLoad)},
			Answer:   "One command, `vmrace explain testdata/fuzz/FuzzInvalidate/2.6.16-stale-data-load`, and for a hunt `go test -fuzz=FuzzInvalidate -kernel=2.6.16`."},
		{ID: "T3.8", Who: "Morton, Piggin", Text: "With the page lock in the fault path, many CPUs that fault the same file in the same pattern argue over every page's lock.",
			Evidence: []Evidence{supports(lockWaits()).as("waits")},
			Answer:   "They do: {{.waits.Text}}. Of words that one CPU takes over from another the lock adds less, for the count and the tree_lock change hands anyway, as Piggin says."},
	},
}
