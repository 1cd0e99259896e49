package claims

import "github.com/vmrace/vmrace/vm"

const (
	doubleFree = "double free"
	obligation = "double obligation"
	pteChain   = "BUG_ON(page->pte.chain != NULL in __free_pages_ok)"
	accuser    = "BUG_ON(page_count(page) != 0 in __page_cache_release)"
)

var pageRelease = Thread{
	Title:  "Page release, 2002",
	Source: "Christian Ehrhardt and Andrew Morton, \"MM patches against 2.5.31\", LKML, 25 and 26 Aug 2002",
	Claims: []Claim{
		{ID: "T0.1", Who: "Ehrhardt", Text: "A releaser of a page and a scan of the LRU together free it twice, in several places of 2.5.31-bk and -mm.",
			Evidence: []Evidence{
				supports(shows("page-release", "2.5.31-bk7", doubleFree)).in("scanners"),
				supports(shows("page-release", "2.5.31-bk7", doubleFree)).in("shrink"),
				supports(shows("page-release", "2.5.31-mm1", doubleFree)).in("scanners"),
			},
			Answer: "In refill_inactive and in shrink_cache, of both trees."},
		{ID: "T0.2", Who: "Morton", Text: "It is a hugely improbable race.",
			Evidence: []Evidence{
				supports(likely("shrink", "2.5.31-mm1", vm.SMP, below)).as("put"),
				supports(likely("shrink", "2.5.31-bk7", vm.SMP, below)),
				supports(likely("scanners", "2.5.31-mm1", vm.SMP, below)).as("mm1"),
				refutes(likely("scanners", "2.5.31-bk7", vm.SMP, above)).as("bk7"),
				shows("page-release", "2.5.31-bk7", "livelock").as("loop"),
			},
			Answer: "True of one scan against one put, {{.put.Text}} random schedules, in both trees. Against a scan of the active list both are right about the kernel they look at: {{.mm1.Text}} where the scan tests the count before it takes its reference, as in -mm, and {{.bk7.Text}} where it takes it without a look, as refill_inactive of bk7. The figures are exact for a scheduler that draws line by line; they compare kernels with each other and are no probabilities of a machine."},
		{ID: "T0.3", Who: "Ehrhardt", Text: "It is not that improbable with preemption.",
			Evidence: []Evidence{
				supports(likely("scanners", "2.5.31-bk7", vm.Preempt, above)).as("bk7"),
				refutes(free("page-release", "2.5.31-mm1", obligation)).on(vm.Preempt),
			},
			Answer: "On one CPU with preemption bk7 gets there, {{.bk7.Text}} random schedules. 2.5.31-mm1 never does: its window lies inside the LRU lock, where nobody is preempted."},
		{ID: "T0.4", Who: "Ehrhardt", Text: "It seems to be an SMP-only race.",
			Evidence: []Evidence{
				supports(free("page-release", "2.5.31-bk7", obligation)).on(vm.UP),
				supports(free("page-release", "2.5.31-mm1", obligation)).on(vm.Preempt),
				refutes(shows("page-release", "2.5.31-bk7", doubleFree)).on(vm.Preempt).as("bk7"),
			},
			Answer: "One CPU without preemption never frees a page twice. With preemption, bk7 does: a releaser is preempted after its put_page_testzero, before it has the LRU lock."},
		{ID: "T0.5", Who: "Ehrhardt", Text: "It explains the pte.chain != NULL BUG.",
			Evidence: []Evidence{supports(shows("page-release", "2.5.31-bk7", pteChain)).as("bug")},
			Answer:   "Between the two frees somebody gets the page and maps it; the second one trips over the mapping."},
		{ID: "T0.6", Who: "Morton", Text: "-ac has the race if add_to_swap() fails; perhaps 2.4, if swap_writepage() is synchronous and reclaim races with zap_page_range.",
			Evidence: []Evidence{
				supports(shows("page-release", "2.4.27", doubleFree)).in("writeback").as("bug24"),
				refutes(free("page-release", "2.5.31", "")).in("add-to-swap"),
				shows("page-release", "2.5.31", doubleFree).in("writeback"),
				free("page-release", "2.4.27-unless-zero", ""),
			},
			Answer: "2.4.27 has it, where the scan waits for a page under writeback; a get that fails on zero closes it. After a failed add_to_swap() the scan of -ac, read from 2.5.31, can drop the last reference, but nobody is left to meet it; -ac has the race in the wait for writeback, too."},
		{ID: "T0.7", Who: "Morton", Text: "The remedy: __page_cache_release never frees, the page stays on the LRU until reclaim meets it; pagevec_release takes the LRU lock before it drops references, in two flavours.",
			Evidence: []Evidence{
				supports(free("page-release", "2.5.31-morton-b5", "")),
				refutes(shows("page-release", "2.5.31-morton-b1", "leak")).as("leak"),
				refutes(shows("page-release", "2.5.31-morton-b5x", "leak")),
				refutes(shows("page-release", "2.5.31-morton-b3", doubleFree)).as("free"),
				shows("page-release", "2.5.31-morton-b6", obligation),
			},
			Answer: "With two flavours, each used where it belongs, it works. Read as it stands it leaks pages that are not on the LRU, and so does the wrong flavour for such a page. With the lock taken after the drop a page is freed twice."},
		{ID: "T0.8", Who: "Ehrhardt", Text: "T0.7 requires that every put_page_testzero happens under the LRU lock; then it can be done race free.",
			Evidence: []Evidence{
				supports(shows("page-release", "2.5.31-morton-b2", doubleFree)),
				supports(shows("page-release", "2.5.31-morton-b3", doubleFree)),
				supports(free("page-release", "2.5.31-morton-b4", "")),
				free("page-release", "2.5.31-morton-b5", ""),
			},
			Answer: "Every put that may end in a free must be: the kernels that drop first and look later are racy, the one that takes the lock first is not. Two flavours need it only where a page may be freed; the other puts leave the page to the scan."},
		{ID: "T0.9", Who: "Ehrhardt", Text: "Under his rules 1 to 3 each page is freed at most once.",
			Evidence: []Evidence{supports(free("page-release", "2.5.31-ehrhardt", doubleFree)), supports(free("pagevec", "2.5.31-ehrhardt", ""))},
			Answer:   "No schedule of these workloads frees twice."},
		{ID: "T0.10", Who: "Ehrhardt", Text: "… and no page is leaked.",
			Evidence: []Evidence{supports(free("page-release", "2.5.31-ehrhardt", "leak")), supports(free("page-release", "2.5.31-ehrhardt", ""))},
			Answer:   "None is, and there is no other bug."},
		{ID: "T0.11", Who: "Ehrhardt", Text: "page_cache_get_lru must be called under the LRU lock; then no count of a dead page is visible outside it.",
			Evidence: []Evidence{
				supports(shows("page-release", "2.5.31-ehrhardt-unlocked", "count raised from zero")),
				supports(shows("pagevec", "ehrhardt-outside", "count of a dead page seen outside the LRU lock")),
				supports(free("pagevec", "2.5.31-ehrhardt", "count of a dead page seen outside the LRU lock")),
			},
			Answer: "Without the lock a dead page shows a count and is freed with one; with it, none is seen."},
		{ID: "T0.12", Who: "Ehrhardt", Text: "His patch as posted, \"untested\": the lists are walked by curr = curr->prev, the re-checks and the BUG_ON go away.",
			Evidence: []Evidence{
				supports(free("page-release", "2.5.31-ehrhardt", "")),
				supports(shows("page-release", "2.5.32-bug-on", accuser)).as("bugon"),
				supports(mutants("page-release", "2.5.31-ehrhardt")).as("lines"),
			},
			Answer: "Right in all three. The BUG_ON has to go: with the race closed and the BUG_ON kept it fires at an innocent releaser, while a scan looks at the dead page. Of the patched kernel {{.lines.Text}}."},
	},
}
