/* shrink_cache, mm/vmscan.c, meets a page whose last reference is being dropped
 * by page_cache_release: Ehrhardt's patch of 26 Aug 2002, in which a count of -1
 * means no reference, and the scan gets its own and takes it back if the page was
 * dead. One step here is one line of the listing, so that the numbers of states
 * must agree.
 *
 * case page-release 2.5.31-ehrhardt shrink same
 * case page-release 2.5.31-ehrhardt-unlocked shrink verdict -DUNLOCKED
 */
byte lru_lock;		/* the process that holds it plus one */
byte chain_lock, page_lock;
short count;		/* biased: 0 is one reference */
bool pg_lru = true, on_list = true, freed;
byte nr_inactive = 1, owed;

#define LOCK(l) l == 0 -> l = _pid + 1

inline unlock_lru() {
	assert(pg_lru == on_list);
	assert(nr_inactive == on_list);
	lru_lock = 0
}

inline free_page() {
	assert(!pg_lru && page_lock == 0 && count == -1);
	assert(!freed);
	freed = true; owed--
}

/* atomic_add_negative(-1, &page->count): who gets below zero owes the free. */
inline put() {
	assert(count >= 0);
	count--;
	if
	:: count < 0 -> assert(owed == 0); owed++
	:: else -> skip
	fi
}

active proctype shrink_cache() {
	bool curr, met, list, pvec;	/* a page to look at; it was seen, isolated, put back */
	skip;				/* lru_add_drain(), of an empty pagevec */
	atomic { LOCK(lru_lock); curr = on_list };
next:	atomic {
		if
		:: !curr -> goto unlock
		:: else -> curr = false; met = true
		fi
	};
#ifdef UNLOCKED
	atomic { unlock_lru() };
#endif
	atomic {
		count++;
		/* Outside the lock, others see the count of a dead page. */
		assert(count != 0 || lru_lock == _pid + 1);
		if
		:: count != 0 -> goto alive
		:: else -> skip
		fi
	};
#ifdef UNLOCKED
	count--;
	atomic { LOCK(lru_lock); goto next };
alive:	atomic { LOCK(lru_lock) };
	atomic { assert(pg_lru); pg_lru = false };
#else
	atomic { count--; goto next };
alive:	atomic { assert(pg_lru); pg_lru = false };
#endif
	on_list = false;
	atomic { nr_inactive--; list = true; goto next };
unlock:	atomic { unlock_lru() };
	atomic { if :: !list -> goto putback :: else -> skip fi };
	/* shrink_list(&page_list): the page is clean, not mapped and in no cache. */
	atomic { LOCK(page_lock) };
	atomic { LOCK(chain_lock) };
	skip;				/* if (page->pte.chain && ... */
	skip;				/* if (page->pte.chain) try_to_unmap(page); */
	chain_lock = 0;
	skip;				/* if (PageDirty(page)) */
	skip;				/* if (!page->mapping) goto keep_locked; */
	page_lock = 0;
	skip;				/* the list is empty */
putback: atomic { LOCK(lru_lock) };
again:	atomic {
		if
		:: !list -> goto unlock2
		:: else -> assert(!pg_lru); pg_lru = true
		fi
	};
	on_list = true;
	atomic { nr_inactive++; list = false; pvec = true; goto again };
unlock2: atomic { unlock_lru() };
	atomic { if :: !pvec -> met = false; goto end :: else -> skip fi };
	/* __pagevec_release(&pvec) */
	atomic { pvec = false; put(); if :: count >= 0 -> goto none :: else -> skip fi };
	atomic { LOCK(lru_lock) };
	atomic { assert(pg_lru); pg_lru = false };
	on_list = false;
	nr_inactive--;
	skip;				/* pagevec_add(&pages_to_free, page); */
	skip;				/* the pagevec is empty */
	atomic { unlock_lru() };
	atomic { free_page(); met = false; goto end };
none:	skip;				/* the pagevec is empty */
	skip;				/* if (lock_held) */
	met = false;			/* pagevec_free(&pages_to_free), of nothing */
end:	false
}

active proctype page_cache_release() {
	atomic { put(); if :: count >= 0 -> goto end :: else -> skip fi };
	atomic { LOCK(lru_lock) };
	atomic { if :: !pg_lru -> goto unlock :: else -> pg_lru = false fi };
	on_list = false;
	nr_inactive--;
unlock:	atomic { unlock_lru() };
	atomic { free_page() };
end:	false
}
