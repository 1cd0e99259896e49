/* vmtruncate, mm/memory.c, against a read fault, do_no_page and filemap_nopage:
 * truncation stores i_size and then truncate_count, the fault reads the count and
 * then the size. Either order reversed maps a page that has left the file.
 * Coarser than the listing.
 *
 * case truncate 2.6.16 cached verdict
 * case truncate 2.6.10-size-first cached verdict -DSIZEFIRST
 * case truncate 2.6.10-count-first cached verdict -DCOUNTFIRST
 */
byte ptl, tree_lock;		/* the process that holds it plus one */
byte i_size = 1, truncate_count;
bool cached = true, mapped;	/* the one page of the file */
byte ended;

#define LOCK(l) l == 0 -> l = _pid + 1

/* What is mapped is part of the file, once all is over. */
inline rest() {
	ended++;
	if
	:: ended == 2 -> assert(!mapped || (cached && i_size > 0))
	:: else -> skip
	fi
}

active proctype fault() {
	byte sequence;
retry:	skip;
#ifdef SIZEFIRST
	atomic { if :: i_size == 0 -> rest(); goto end :: else -> skip fi };
#endif
	sequence = truncate_count;
#ifndef SIZEFIRST
	atomic { if :: i_size == 0 -> rest(); goto end :: else -> skip fi };
#endif
	atomic { LOCK(tree_lock) };
	cached = true;		/* read in, if it is not there */
	tree_lock = 0;
	atomic { LOCK(ptl) };
	atomic { if :: sequence != truncate_count -> ptl = 0; goto retry :: else -> skip fi };
	mapped = true;
	atomic { ptl = 0; rest() };
end:	false
}

active proctype vmtruncate() {
#ifdef COUNTFIRST
	truncate_count++;
	i_size = 0;
#else
	i_size = 0;
	truncate_count++;
#endif
	atomic { LOCK(ptl) };
	mapped = false;
	ptl = 0;
	atomic { LOCK(tree_lock) };
	cached = false;
	atomic { tree_lock = 0; rest() };
end:	false
}
