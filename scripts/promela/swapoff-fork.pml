/* try_to_unuse, mm/swapfile.c, walks the tasks while fork copies a page table
 * entry that holds a swap handle. 2.3.99 walks once, then declares the handle
 * free; Kanoj's patch of April 2000 walks until the count says so. Coarser than
 * the listing.
 *
 * case swapoff-fork 2.3.99-pre4-5 handle verdict
 * case swapoff-fork kanoj handle verdict -DUNTILZERO
 */
#define NONE 0
#define HANDLE 1
#define PRESENT 2

byte page_table_lock, tasklist_lock;	/* the process that holds it plus one */
byte parent = HANDLE, child = NONE;	/* page table entries */
byte swap_map = 1;
bool linked;				/* the child is in the task list */
bool gone;				/* the device */
byte ended;

#define LOCK(l) l == 0 -> l = _pid + 1

/* At rest nobody may hold a handle of a device that is gone. */
inline rest() {
	ended++;
	if
	:: ended == 2 && gone -> assert(parent != HANDLE && child != HANDLE)
	:: else -> skip
	fi
}

inline unuse(pte) {
	atomic {
		if
		:: pte == HANDLE -> pte = PRESENT; swap_map--
		:: else -> skip
		fi
	}
}

active proctype fork() {
	atomic { LOCK(page_table_lock) };
	atomic { if :: parent == HANDLE -> skip :: else -> goto present fi };
	atomic { assert(!gone); swap_map++ };	/* swap_duplicate */
	child = HANDLE;
	goto unlock;
present: child = PRESENT;
unlock:	page_table_lock = 0;
	atomic { LOCK(tasklist_lock) };
	linked = true;
	atomic { tasklist_lock = 0; rest() };
end:	false
}

active proctype swapoff() {
	bool child_too;
	do
	:: atomic { LOCK(tasklist_lock); child_too = linked };
	   atomic { LOCK(page_table_lock) };
	   unuse(parent);
	   page_table_lock = 0;
	   if
	   :: child_too -> unuse(child)
	   :: else -> skip
	   fi;
	   tasklist_lock = 0;
#ifdef UNTILZERO
	   if
	   :: swap_map == 0 -> break
	   :: else -> skip
	   fi
#else
	   swap_map = 0;
	   break
#endif
	od;
	atomic { gone = true; rest() };
end:	false
}
