/* Two faults grow one stack while reclaim looks for a page of it: expand_stack,
 * mm/mmap.c, and page_check_address, mm/rmap.c. One step here is one line of the
 * listing, so that the numbers of states must agree.
 *
 * case expand-stack 2.6.11-rc2 growers same -DGROWERS -DRECHECK -DLOCK
 * case expand-stack 2.6.11-rc2 reclaim same -DRECLAIM -DRECHECK -DLOCK
 * case expand-stack 2.6.11-rc2 all same -DALL -DRECHECK -DLOCK
 * case expand-stack 2.6.7 growers verdict -DGROWERS -DLOCK
 * case expand-stack 2.5.70-nolock growers verdict -DGROWERS
 * case expand-stack 2.5.70-nolock reclaim same -DRECLAIM
 */
#ifdef ALL
#define PROCESSES 3
#else
#define PROCESSES 2
#endif

byte vm_start = 6, vm_pgoff = 6, total_vm = 2;
byte anon_vma_lock;	/* the process that holds it plus one */
byte pte = 128;		/* the pages that are mapped: page 7 */
byte ended;

/* What the words of a stack must tell of each other when all is over: it reaches
 * down to the lowest page in use, and no further. */
inline rest() {
	ended++;
	if
	:: ended == PROCESSES ->
		assert((pte & ((1 << vm_start) - 1)) == 0);
		assert(vm_start == 6 || (pte & (1 << vm_start)) != 0);
		assert(vm_pgoff == vm_start);
		assert(total_vm == 8 - vm_start)
	:: else -> skip
	fi
}

inline fault(page) {
	do
	:: atomic { if :: vm_start <= page -> goto touch :: else -> skip fi };
#ifdef LOCK
	   atomic { anon_vma_lock == 0 -> anon_vma_lock = _pid + 1 };
#endif
#ifdef RECHECK
	   atomic { if :: vm_start <= page -> goto unlock :: else -> skip fi };
#endif
	   grow = vm_start - page;
	   vm_start = page;
	   tmp = vm_pgoff;
	   vm_pgoff = tmp - grow;
	   tmp = total_vm;
	   total_vm = tmp + grow;
#ifdef LOCK
unlock:	   anon_vma_lock = 0;
#endif
touch:	   atomic {
		pte = pte | (1 << page);
		grow = 0; tmp = 0; left--;
		if
		:: left == 0 -> rest(); goto end
		:: else -> skip
		fi
	   }
	od;
end:	false
}

active proctype cpu0() {
	byte grow, tmp, left = 1;
	fault(4)
}

#ifndef RECLAIM
active proctype cpu1() {
	byte grow, tmp;
#ifdef ALL
	byte left = 2;
#else
	byte left = 1;
#endif
	fault(2)
}
#endif

#ifndef GROWERS
active proctype reclaim() {
	byte address;
#ifdef LOCK
	atomic { anon_vma_lock == 0 -> anon_vma_lock = _pid + 1 };
#endif
	address = 7 - vm_pgoff;
	address = address + vm_start;
#ifdef LOCK
	atomic { if :: address == 7 && (pte & 128) != 0 -> skip :: else -> goto out fi };
	pte = pte & ~128;
out:	atomic { anon_vma_lock = 0; address = 0; rest() };
#else
	atomic {
		if
		:: address == 7 && (pte & 128) != 0 -> skip
		:: else -> address = 0; rest(); goto end
		fi
	};
	atomic { pte = pte & ~128; address = 0; rest() };
#endif
end:	false
}
#endif
