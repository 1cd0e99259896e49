/* A scan finds a page whose last reference is being dropped by a pagevec_release,
 * in two readings of Morton's proposal of 25 Aug 2002: scans free what has a count
 * of zero, under the LRU lock. Coarser than the listing: what a scan does with a
 * page under the lock is a step for the test and one for the rest.
 *
 * case pagevec morton-mixed batch verdict
 * case pagevec morton-two-flavours batch verdict -DLOCKFIRST
 */
byte lru_lock;		/* the process that holds it plus one */
byte count = 1;
bool pg_lru = true;
byte owners;		/* of the duty to free the page */

#define LOCK lru_lock == 0 -> lru_lock = _pid + 1

inline owe() { assert(owners == 0); owners++ }

inline free_page() { assert(!pg_lru && count == 0 && owners == 1); owners = 9 }

active proctype shrink_cache() {
	atomic { LOCK };
	atomic { if :: !pg_lru -> lru_lock = 0; goto end :: else -> pg_lru = false fi };
	atomic { if :: count == 0 -> owe(); goto dead :: else -> skip fi };
	atomic { assert(count > 0); count++ };
	lru_lock = 0;
	/* the page is busy: it goes back */
	atomic { LOCK };
	pg_lru = true;
	lru_lock = 0;
	/* This flavour never frees: what it leaves at zero, the next scan finds. */
	atomic { count--; if :: count > 0 -> goto end :: else -> skip fi };
	atomic { LOCK };
	atomic { if :: !pg_lru || count > 0 -> lru_lock = 0; goto end :: else -> pg_lru = false; owe() fi };
dead:	lru_lock = 0;
	free_page();
end:	false
}

active proctype pagevec_release() {
#ifdef LOCKFIRST
	atomic { LOCK };
	atomic { count--; if :: count > 0 -> lru_lock = 0; goto end :: else -> owe() fi };
	pg_lru = false;
	lru_lock = 0;
#else
	atomic { count--; if :: count > 0 -> goto end :: else -> owe() fi };
	atomic { LOCK };
	pg_lru = false;
	atomic { lru_lock = 0; if :: count > 0 -> owners--; goto end :: else -> skip fi };
#endif
	free_page();
end:	false
}
