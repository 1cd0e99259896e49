package claims

const (
	fooled     = "freeze of a page that others use"
	sharedAnon = "wrong content (store into a shared anonymous page)"
	staleCopy  = "wrong content (stale)"
)

var freeze = Thread{
	Title:  "Reference freeze and migration, 2019",
	Source: "Hugh Dickins to Linus Torvalds, \"mm: race in put_and_wait_on_page_locked()\", LKML, 5 Feb 2019",
	Claims: []Claim{
		{ID: "T2.1", Who: "Torvalds", Text: "Migration freezes the count while another CPU moves a reference from the swap cache to a page table: can the freeze be fooled?", Question: true,
			Evidence: []Evidence{
				refutes(guards(lockAlone)).as("lock"),
				guards(allOthers).as("others"),
				shows("migrate", "5.0-no-lock", fooled).in("moving").as("reclaim"),
			},
			Answer: "{{.lock.Text}}. {{.others.Text}}, and reclaim's freeze, which does not look at the slot, is fooled without the page lock alone."},
		{ID: "T2.2", Who: "Dickins", Text: "The page lock prevents it.",
			Evidence: []Evidence{supports(guards(lockAlone)).as("lock")},
			Answer:   "{{.lock.Text}}."},
		{ID: "T2.3", Who: "Dickins", Text: "expected_count holds no mapcount, so a user mapping makes the freeze fail, page lock or not.",
			Evidence: []Evidence{
				supports(guards(fullWithoutLock)).as("full"),
				refutes(guards(allOthers)).as("others"),
				refutes(shows("migrate", "5.0-no-lock", fooled)).in("moving").as("reclaim"),
			},
			Answer: "The freeze of migration holds out without the page lock, but only together with the second look at the slot and the lock of the tree: the reference that moves was already counted. Reclaim's freeze has no second look, and is fooled."},
		{ID: "T2.4", Who: "Dickins", Text: "A mapping added after the unmap makes the freeze fail.",
			Evidence: []Evidence{
				supports(free("migrate", "5.0-no-lock", fooled)).in("swap"),
				shows("migrate", "5.0-no-lock", staleCopy).in("swap").as("copy"),
			},
			Answer: "It does. Without the page lock the harm comes after a freeze that was right: the new page is found in the swap cache and mapped before it has its content."},
		{ID: "T2.5", Who: "Dickins", Text: "Anonymous pages without swap cache skip the freeze; there the page lock matters more.",
			Evidence: []Evidence{supports(shows("migrate", "5.0-no-lock", sharedAnon)).in("fork").as("fork"), supports(free("migrate", "5.0.1", "")).in("fork")},
			Answer:   "Without it do_wp_page counts the mappings of a page that a fork still shares through a migration entry, finds one, and stores into it."},
		{ID: "T2.6", Who: "Dickins", Text: "A barrier may be missing between page_ref_freeze and get_page_unless_zero on arm64 or power.",
			Beyond: "memory is sequentially consistent",
			Evidence: []Evidence{
				free("migration-wait", "5.0.1", ""),
				shows("migration-wait", "5.0-plain-get", "count raised from zero"),
			},
			Answer: "The search sees no missing barrier. What it can say: the two exclude each other by the order of one word, which every machine keeps; a get that does not test is caught. Open are the other words, slot, flags, mapping and content, which a lookup reads after its get."},
		{ID: "T2.7", Who: "Dickins", Text: "PagePrivate must own a page reference; put_and_wait_on_page_locked may now expose code that forgets it as crashes.",
			Evidence: []Evidence{
				supports(shows("migration-wait", "5.0-rc4", "BUG_ON(page_ref_count(page) == 0)")).as("crash"),
				supports(free("migration-wait", "5.0.1", "")),
				shows("migration-wait", "4.20-xfs", "count below zero").as("before"),
			},
			Answer: "It does. But a waiter that sleeps with its reference crashes, too, if migrate_pages comes back for a second pass: the new waiter made an old bug likelier, not possible."},
		{ID: "T2.8", Who: "Dickins", Text: "Page reclaim does not work without that reference either.",
			Evidence: []Evidence{supports(shows("migrate", "4.20-xfs-alone", "livelock (reclaim fails with nobody in the way)"))},
			Answer:   "The expected count is out of reach, with nobody in the way; dirty pages are never written."},
	},
}
