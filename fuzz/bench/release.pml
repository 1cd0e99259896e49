/* The model of this package for SPIN: one step here is one line there, so that
 * the numbers of states must agree. scripts/bench runs it.
 */
#ifndef OPERATIONS
#define OPERATIONS 2
#endif
#define CPUS 4
#define PAGES 4

byte count[PAGES] = 1;
bool on_lru[PAGES] = true, user[PAGES] = true;

/* Drops a reference and, in a step of its own, frees the page if it was the last. */
inline put() {
	atomic {
		assert(count[page] > 0);
		count[page]--;
		if
		:: count[page] != 0 -> page = 0; goto end
		:: else -> skip
		fi
	};
	atomic {
		assert(count[page] == 0 && on_lru[page]);
		on_lru[page] = false; page = 0; goto end
	}
}

active [CPUS] proctype cpu() {
	byte begun, page;
end:	atomic {
		begun < OPERATIONS -> begun++;
		if
		:: page = 0
		:: page = 1
		:: page = 2
		:: page = 3
		fi;
		if
		:: goto reclaim
		:: user[page] -> user[page] = false; goto release
		:: !user[page] -> page = 0; goto end
		fi
	};

release: put();

reclaim: atomic {
		if
		:: !on_lru[page] || count[page] == 0 -> page = 0; goto end
		:: else -> count[page]++
		fi
	};
	put()
}
