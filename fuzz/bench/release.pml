/* The model of this package for SPIN: one step here is one line there, so that
 * the numbers of states must agree. scripts/bench runs it.
 */
#ifndef OPERATIONS
#define OPERATIONS 2
#endif
#define CPUS 4
#define PAGES 2

byte lru_lock;			/* the process that holds it plus one */
byte count[PAGES] = 1;
bool on_lru[PAGES] = true, user[PAGES] = true, freed[PAGES];

#define LOCK	lru_lock == 0 -> lru_lock = _pid + 1
#define UNLOCK	lru_lock = 0

inline free_page() {
	assert(!freed[page] && count[page] == 0 && !on_lru[page]);
	freed[page] = true; page = 0
}

active [CPUS] proctype cpu() {
	byte begun, page;
end:	atomic {
		begun < OPERATIONS -> begun++;
		if
		:: page = 0
		:: page = 1
		fi;
		if
		:: goto reclaim
		:: user[page] -> user[page] = false; goto release
		:: !user[page] -> page = 0; goto end
		fi
	};

release: atomic {
		assert(count[page] > 0);
		count[page]--;
		if
		:: count[page] != 0 -> page = 0; goto end
		:: else -> skip
		fi
	};
	atomic { LOCK };
	on_lru[page] = false;
	UNLOCK;
	atomic { free_page(); goto end };

reclaim: atomic { LOCK };
	atomic { if :: !on_lru[page] -> goto keep :: else -> skip fi };
	atomic { if :: count[page] == 0 -> goto keep :: else -> count[page]++ fi };
	on_lru[page] = false;
	UNLOCK;
	atomic { LOCK };
	on_lru[page] = true;
	UNLOCK;
	atomic {
		assert(count[page] > 0);
		count[page]--;
		if
		:: count[page] != 0 -> goto done
		:: else -> skip
		fi
	};
	atomic { LOCK };
	on_lru[page] = false;
	UNLOCK;
	atomic {
		assert(!freed[page] && count[page] == 0 && !on_lru[page]);
		freed[page] = true
	};
done:	atomic { page = 0; goto end };
keep:	atomic { UNLOCK; page = 0; goto end }
}
