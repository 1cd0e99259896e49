package claims

const (
	mmapCache = "use after free (through mmap_cache)"
	swapped   = "mlocked page (swapped out)"
	inUnuse   = "use after free (in unuse_process)"
	deadlock  = "deadlock"
	union     = "wrong member of a union (list pointers over a count)"
	theDriver = "reserved region unmapped (the driver's own page)"
	aCopy     = "reserved region unmapped (a private copy)"
	reserved  = "BUG_ON(vma->vm_flags & VM_RESERVED)"
	rss       = "wrong accounting (rss)"
)

var objrmapFixes = Thread{
	Title:  "Object-based rmap, 2004",
	Source: "Andrea Arcangeli, Hugh Dickins, Andrew Morton and others, \"230-objrmap fixes for 2.6.3-mjb2\", LKML, 3 to 27 Mar 2004",
	Claims: []Claim{
		{ID: "T4.1", Who: "Arcangeli", Text: "2.6.3-mjb2 calls detach_vmas_to_be_unmapped outside page_table_lock: random memory corruption.",
			Evidence: []Evidence{
				supports(shows("vma-list", "2.6.3-mjb2", mmapCache)).in("detach").as("cache"),
				supports(shows("vma-list", "2.6.3-mjb2", swapped)).as("swapped"),
				shows("vma-list", "2.6.3-mjb2-hunk1", "use after free (in try_to_unmap_one)").as("merge"),
			},
			Answer: "A page is found through a freed vma, and an mlocked page is swapped out. The hunk alone is not enough: vma_merge of that tree has no page_table_lock either."},
		{ID: "T4.2", Who: "Arcangeli", Text: "If every writer has both locks, a reader may choose either.",
			Evidence: []Evidence{
				supports(free("vma-list", "2.6.5-rc2", "")),
				supports(contract("2.6.5-rc2", true)).as("sound"),
				contract("2.6.3-mjb2", false).as("unsound"),
			},
			Answer: "By search, and by the contract alone: {{.sound.Text}}, while {{.unsound.Text}}."},
		{ID: "T4.3", Who: "Arcangeli", Text: "The mmap_sem in unuse_process is superfluous.",
			Evidence: []Evidence{
				supports(free("vma-list", "2.4.25-fork", "")),
				supports(free("vma-list", "2.6.5-rc2", "")),
				refutes(shows("vma-list", "2.6.4-mjb1", inUnuse)).as("mjb1"),
				refutes(shows("vma-list", "2.6.5-rc2-aa4-hunk3", inUnuse)),
				shows("vma-list", "2.6.5-rc2-sem", deadlock).as("sem"),
			},
			Answer: "In 2.4 and in Linus' 2.6 it is, and worse: a plain down_read there deadlocks, since the caller has the page locked. In -mjb and -aa, whose writers have mmap_sem alone, it is all that protects the walk."},
		{ID: "T4.4", Who: "Dickins", Text: "Of five trees, Linus', Andrew's and his own are safe, Martin's 2.6.4-mjb1 is unsafe, Andrea's -aa4 very likely safe.",
			Evidence: []Evidence{
				supports(free("vma-list", "2.6.5-rc2", "")),
				supports(free("vma-list", "2.6.5-rc2-mm3", "")),
				supports(free("vma-list", "2.6.5-rc2-anobjrmap", "")),
				supports(shows("vma-list", "2.6.4-mjb1", "")),
				refutes(shows("vma-list", "2.6.5-rc2-aa4", deadlock)).in("mlock").as("aa4"),
				contract("2.6.5-rc2-aa4", true),
			},
			Answer: "So they are, as far as list and tree go; -aa4 is sound there, too. But it sleeps on mmap_sem with a page locked, and so can deadlock against an mlock that faults."},
		{ID: "T4.5", Who: "Arcangeli", Text: "Without the VM_RESERVED test a reserved region can be swapped out.",
			Evidence: []Evidence{
				supports(shows("reserved", "2.4.25-untested", theDriver)),
				supports(shows("reserved", "2.6.5-rc2", aCopy)),
				supports(shows("reserved", "2.6.5-rc2", "reserved region unmapped (a page of the page cache)")),
				free("reserved", "2.6.5-rc2", theDriver),
			},
			Answer: "2.4 needs the test for the driver's own pages, since it comes to a page by the vma. 2.6 comes by the LRU, where they are not: there, only private copies and pages of the page cache go."},
		{ID: "T4.6", Who: "Morton", Text: "Pages of a VM_RESERVED vma never reach the LRU, so that the test can be a BUG_ON.",
			Evidence: []Evidence{
				refutes(shows("reserved", "2.6.5-rc2-bug-on", reserved)).in("private").as("bug"),
				free("reserved", "2.6.7", ""),
				free("reserved", "2.6.15", ""),
			},
			Answer: "The copy that an early write fault makes is on the LRU. The BUG_ON stops the kernel with one CPU faulting and another one reclaiming, and no preemption."},
		{ID: "T4.7", Who: "Morton, McCracken", Text: "The clean rule: mmap_sem for vmas, i_shared_sem for lists, page_table_lock for page tables. Can page_table_lock then be per vma?", Question: true,
			Evidence: []Evidence{
				supports(free("vma-list", "2.6.8-rc3", "")),
				refutes(shows("page-tables", "per-vma", "leak (page-table page)")).as("vma"),
				refutes(shows("page-tables", "per-vma-pmd", rss)).as("pmd"),
				supports(free("page-tables", "per-vma-pmd-rss", "")),
			},
			Answer: "The rule holds for vmas and page tables, from 2.6.8 on; the lists of a file's vmas are not modelled. A lock per vma is enough only if pgd and pmd entries keep the lock of the mm, as McCracken asks, and if rss becomes atomic, which nobody mentions."},
		{ID: "T4.8", Who: "Hellwig, van Riel", Text: "The sketch of mlock_page: \"Looks ok to me.\"",
			Evidence: []Evidence{
				refutes(shows("mlock", "sketch", "list corruption (list_del through damaged pointers)")).in("mlockers").as("sketch"),
				refutes(shows("mlock", "sketch-lock", "list corruption (list_del through damaged pointers)")).in("reclaim").as("lock"),
			},
			Answer: "Two mlocks of a page corrupt the list. With the count zeroed and all steps under one lock that is gone, but a page in the hands of reclaim or in a pagevec is off the LRU and not free for a count."},
		{ID: "T4.9", Who: "van Riel", Text: "The mlock count can share space with the LRU list head.",
			Evidence: []Evidence{
				supports(free("mlock", "piggin-repaired", "")),
				supports(free("mlock", "5.18-repaired", "")),
				refutes(shows("mlock", "sketch-lock", union)).as("union"),
			},
			Answer: "Only if whoever has taken the page off the LRU does the counting. \"Not on the LRU\" is not enough: pagevecs and reclaim use the list head of such a page."},
		{ID: "T4.10", Who: "Arcangeli", Text: "With PG_locked for mlocked pages a waiter on the page lock would deadlock.",
			Evidence: []Evidence{supports(shows("mlock", "pg-locked", deadlock)).as("dead")},
			Answer:   "It waits for munlock, without a preemption."},
		{ID: "T4.11", Who: "Arcangeli", Text: "Refiling mlocked pages to the active list works \"pretty well\".",
			Evidence: []Evidence{supports(free("mlock", "2.6.4", "")), supports(scanCost("2.6.4", "2.4-rotate")).as("cost")},
			Answer:   "It is correct, and cheaper than leaving them where they are: {{.cost.Text}}."},
	},
}
