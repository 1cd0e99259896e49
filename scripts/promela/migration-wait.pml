/* migrate_page_move_mapping freezes the count of a page while a fault that met
 * its migration entry wants to wait for it: __migration_entry_wait, mm/migrate.c.
 * A plain get_page raises a count that is frozen at zero. Coarser than the listing.
 *
 * case migration-wait 5.0-plain-get wait verdict -DPLAINGET
 * case migration-wait 5.0.1 wait verdict
 */
#define PAGE 0
#define ENTRY 1
#define MOVED 2

byte ptl;			/* the process that holds it plus one */
byte pte = PAGE;
byte count = 3;			/* the page table entry's, the page cache's, migration's */
bool pg_locked = true, frozen;
byte content = 1;

#define LOCK(l) l == 0 -> l = _pid + 1

active proctype migrate_page() {
	byte tries = 2;
	/* try_to_unmap */
	atomic { LOCK(ptl) };
	pte = ENTRY;
	atomic { count--; ptl = 0 };
again:	atomic {		/* page_ref_freeze(page, 2) */
		if
		:: count == 2 -> count = 0; frozen = true
		:: else -> tries--; if :: tries > 0 -> goto again :: else -> goto remap fi
		fi
	};
	atomic { assert(count == 0); count = 1; frozen = false };	/* page_ref_unfreeze */
	atomic { LOCK(ptl) };
	pte = MOVED;
	ptl = 0;
	goto unlock;
remap:	atomic { LOCK(ptl) };
	atomic { pte = PAGE; count++; ptl = 0 };
unlock:	pg_locked = false;
end:	false
}

active proctype fault() {
	do
	:: atomic { LOCK(ptl) };
	   atomic { if :: pte != ENTRY -> ptl = 0; goto end :: else -> skip fi };
#ifdef PLAINGET
	   atomic { assert(!frozen); count++ };
#else
	   atomic { if :: count == 0 -> ptl = 0; goto retry :: else -> count++ fi };
#endif
	   ptl = 0;
	   /* put_and_wait_on_page_locked: drop the reference, then sleep */
	   atomic { assert(count > 0 && !frozen); count-- };
	   !pg_locked;
retry:	   skip
	od;
end:	false
}
