package lrulock

import (
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	mlockCPUs  = 3
	mlockPages = 3
	mms        = 3
)

// MlockState is the whole system of the mlock race: three address spaces of one
// page each, three pages, the LRU lists of one zone, and each CPU's pagevecs.
type MlockState struct {
	CPU         [mlockCPUs]vm.CPU[mlockLocals] `name:"-"`
	Inactive    vm.List                        `name:"inactive_list"`
	Active      vm.List                        `name:"active_list"`
	Unevictable vm.List                        `name:"unevictable_list"`
	Rules       mlockRules                     `name:"-"`
	Page        [mlockPages]mlockPage
	MM          [mms]mm
	Pvec        [mlockCPUs]vm.Set    `name:"lru_add_pvec" sym:"percpu"`
	MlockVec    [mlockCPUs]mlockPvec `name:"mlock_pvec" sym:"percpu"`
	LRU         vm.Spinlock          `name:"lru_lock"`
	NrMlock     int8                 `name:"nr_mlock"`
	Scanned     bool                 `name:"-"` // a scan has run since, alone, and seen every page
}

const _ = uint(128 - unsafe.Sizeof(MlockState{}))

// A mlockPage is a struct page.
type mlockPage struct {
	Flags vm.Flags `bits:"lru mlocked unevictable active reserved"`
	Link  vm.Linkage
	Count vm.Ref
	Lock  vm.PageLock `name:"locked"`
	Life  vm.Life
}

// The flags of a page.
const (
	pgLRU vm.Flags = 1 << iota
	pgMlocked
	pgUnevictable
	pgActive
	pgReserved
)

// An mm is an address space with one vma of one page.
type mm struct {
	VMA vm.Flags    `bits:"there locked io held"`
	PTE uint8       `name:"pte"` // page plus one; 0: none
	Sem rwsem       `name:"mmap_sem"`
	PTL vm.Spinlock `name:"ptl"` // page_table_lock
}

// The flags of a vma. vmThere is the vma itself; vmHeld is no word of the
// kernel, it notes that mlock has found the page mapped: from then on reclaim
// must leave it so.
const (
	vmThere vm.Flags = 1 << iota
	vmLocked
	vmIO
	vmHeld
)

// mlockLocals are the variables of one function activation.
type mlockLocals struct {
	page  uint8 // the page; noPage for NULL
	other uint8 // a second page: the copy in a fault, the entry of an mlock_pvec
	mm    uint8
	n     uint8 // pages to scan, vmas seen, a flag that was read ahead
}

// noPage is NULL.
const noPage = 15

// A mlockPvec is the per-CPU mlock_pvec of 5.18 with room for two entries, the
// first in the low half: a page number plus one and what is to be done.
type mlockPvec uint8

const (
	vecMunlock = 0 << 2
	vecMlock   = 1 << 2
	vecNew     = 2 << 2
)

func (v mlockPvec) full() bool { return v>>4 != 0 }

// add puts an entry behind those that are there.
func (v mlockPvec) add(page, what uint8) mlockPvec {
	e := mlockPvec(page + 1 | what)
	if v == 0 {
		return e
	}
	return v | e<<4
}

// has returns how many entries are about the page.
func (v mlockPvec) has(page int) int {
	n := 0
	for ; v != 0; v >>= 4 {
		if int(v&3) == page+1 {
			n++
		}
	}
	return n
}

// String prints the entries in order: + for mlock, * for a new page, - for munlock.
func (v mlockPvec) String() string {
	s := "{"
	for ; v != 0; v >>= 4 {
		s += string("-+*"[v>>2&3]) + string(rune('0'+v&3-1))
	}
	return s + "}"
}

// A rwsem is a rw-semaphore: the CPUs that hold it for reading in the low half,
// the one that holds it for writing, plus one, in the high half.
type rwsem uint8

// downRead is down_read. Mark its line Sleeps.
func (r *rwsem) downRead(x *vm.Exec) vm.Next {
	if !r.tryDownRead(x) {
		return vm.Block
	}
	return vm.Fall
}

// tryDownRead is down_read_trylock.
func (r *rwsem) tryDownRead(x *vm.Exec) bool {
	if vm.Load(x, r)>>4 != 0 {
		return false
	}
	vm.Store(x, r, *r|1<<x.CPU)
	return true
}

// downWrite is down_write. Mark its line Sleeps.
func (r *rwsem) downWrite(x *vm.Exec) vm.Next {
	if vm.Load(x, r) != 0 {
		return vm.Block
	}
	vm.Store(x, r, writer(x.CPU))
	return vm.Fall
}

// writer is the semaphore that the CPU holds for writing.
func writer(cpu int) rwsem { return rwsem(cpu+1) << 4 }

// up is up_read or up_write. Its oracle: the caller does not hold the semaphore.
func (r *rwsem) up(x *vm.Exec) vm.Next {
	if !r.HeldBy(x.CPU) {
		x.Bug(vm.UnlockByStranger, -1, "mmap_sem")
	}
	v := *r &^ (1 << x.CPU)
	if v>>4 == rwsem(x.CPU+1) {
		v = 0
	}
	vm.Store(x, r, v)
	return vm.Fall
}

// Rename gives the holders other numbers, for [vm.Symmetry].
func (r *rwsem) Rename(n *vm.Renaming) {
	*r = rwsem(n.CPUs(vm.Set(*r&15))) | rwsem(n.CPU(int(*r>>4)-1)+1)<<4
}

// HeldBy reports whether the CPU holds the semaphore, for reading or writing.
func (r *rwsem) HeldBy(cpu int) bool { return *r>>cpu&1 != 0 || int(*r>>4) == cpu+1 }

// String names the writer, or the readers.
func (r rwsem) String() string {
	switch {
	case r>>4 != 0:
		return vm.Spinlock(r >> 4).String()
	case r != 0:
		return "read" + vm.Set(r).String()
	default:
		return "free"
	}
}

// mlockRules say what the oracles may expect of the kernel that runs; no line
// looks at them.
type mlockRules uint16

const (
	hasState mlockRules = 1 << iota // the page says that it is mlocked
	exact                           // and says so whenever nothing runs
	hasCount                        // how many VM_LOCKED vmas map the page is counted
	extraRef                        // PG_mlocked holds a reference
	unlinked                        // an unevictable page has PG_lru but is on no list
	claimed                         // PG_lru is cleared without the lock
	hasNr                           // NR_MLOCK is kept
)
