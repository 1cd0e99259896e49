package objrmap

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	rsvCPUs  = 3
	rsvPages = 3
	device   = 0 // the page that the driver's nopage hands out
)

// ReservedState is the whole system of the reserved race: one pte of a process
// in a vma of a driver, the page of the driver, and two free pages for copies.
type ReservedState struct {
	CPU    [rsvCPUs]vm.CPU[rsvLocals] `name:"-"`
	Page   [rsvPages]rsvPage
	PTE    rsvPTE      `name:"pte"`
	PTL    vm.Spinlock `name:"page_table_lock"`
	VMA    vm.Flags    `name:"vm_flags" bits:"VM_RESERVED VM_SHARED"`
	Policy policy      `name:"-"` // ghost: what VM_RESERVED promises in this kernel
}

const _ = uint(128 - unsafe.Sizeof(ReservedState{}))

const (
	vmReserved vm.Flags = 1 << iota
	vmShared
)

// A policy says which pages of a VM_RESERVED vma reclaim must leave where they
// are. The driver's own are among them always.
type policy uint8

const (
	nothingLeaves policy = iota // "Don't unmap it from swap_out": include/linux/mm.h up to 2.6.14
	copiesLeave                 // from 2.6.15 on, what the driver does not own is like any other page
	noReverseMap                // 2.4: as nothingLeaves, and no page knows its mappings
)

// A rsvPage is a struct page.
type rsvPage struct {
	Count vm.Ref
	Flags vm.Flags    `bits:"PG_lru mapping anon swapcache PG_reserved PG_dirty"`
	Map   uint8       `name:"mapcount"` // or the length of the pte_chain
	Lock  vm.PageLock `name:"PG_locked"`
	Life  vm.Life
}

const (
	pgLRU       vm.Flags = 1 << iota
	pgMapping            // in the page cache
	pgAnon               // a private copy
	pgSwapCache          // in the swap cache
	pgReserved           // PG_reserved
	pgDirty
)

// A rsvPTE is a page table entry: none, a page or the swap entry of a page.
type rsvPTE uint8

const swapEntry rsvPTE = 16

func pteOf(p uint8) rsvPTE { return rsvPTE(p + 1) }

func (e rsvPTE) present() bool { return e != 0 && e < swapEntry }
func (e rsvPTE) swapped() bool { return e >= swapEntry }

// page is the page that the entry maps, or whose content the swap entry names.
func (e rsvPTE) page() uint8 { return uint8(e&(swapEntry-1)) - 1 }

func (e rsvPTE) String() string {
	switch {
	case e == 0:
		return "none"
	case e.swapped():
		return fmt.Sprint("swap", e.page())
	default:
		return fmt.Sprint("page", e.page())
	}
}

// rsvLocals are the variables of one function activation.
type rsvLocals struct {
	page  uint8  // the page at hand, old_page
	copy  uint8  // new_page
	entry rsvPTE // the pte as the fault handler saw it
	write bool
}

// get is get_page by somebody who knows that the page is there.
func (s *ReservedState) get(x *vm.Exec, p uint8) { s.Page[p].Count.Inc(x) }

// put is page_cache_release; the last one frees the page. The race of that with
// the scan of the LRU is left to the class about it: here it is one line.
func (s *ReservedState) put(x *vm.Exec, p uint8) {
	pg := &s.Page[p]
	if !pg.Count.DecAndTest(x) {
		return
	}
	vm.Mark(x, pg)
	if pg.Map > 0 || pg.Flags.Has(pgSwapCache) || pg.Lock.Locked() {
		x.Bug(vm.BadPage, int(p), "freed in use")
	}
	pg.Life.Put(x, int(p), pg.Life.Gen())
	pg.Flags = 0
}

// alloc is alloc_page for a private copy; noCopy if there is no page.
func (s *ReservedState) alloc(x *vm.Exec) uint8 {
	for i := range uint8(rsvPages) {
		if pg := &s.Page[i]; vm.Look(x, &pg.Life).Free() > 0 && *vm.Look(x, &s.PTE) != swapEntry+pteOf(i) {
			s.take(x, i)
			return i
		}
	}
	return noCopy
}

const noCopy = 255

func (s *ReservedState) take(x *vm.Exec, p uint8) {
	pg := &s.Page[p]
	vm.Mark(x, pg)
	pg.Life.Take(x, int(p))
	pg.Count = 1
	pg.Flags = pgAnon | pgDirty
}

// unmapped is the oracle of VM_RESERVED and PG_reserved: reclaim has just taken
// the pte of a page away.
func (s *ReservedState) unmapped(x *vm.Exec, p uint8) {
	pg := vm.Look(x, &s.Page[p])
	vm.Look(x, &s.VMA)
	switch {
	case pg.Flags.Has(pgReserved):
		x.Bug(Unreserved, int(p), "a page with PG_reserved")
	case !s.VMA.Has(vmReserved):
	case pg.Flags.Has(pgAnon) && s.Policy != copiesLeave:
		x.Bug(Unreserved, int(p), "a private copy")
	case pg.Flags.Has(pgMapping) && s.Policy != copiesLeave:
		x.Bug(Unreserved, int(p), "a page of the page cache")
	case !pg.Flags.Has(pgAnon) && !pg.Flags.Has(pgMapping):
		x.Bug(Unreserved, int(p), "the driver's own page")
	}
}

// rest explains every reference and every mapping of every page. Mappings of a
// page with PG_reserved do not count, and 2.4 counts none.
func (s *ReservedState) rest(x *vm.Exec) {
	for i := range uint8(rsvPages) {
		pg := &s.Page[i]
		owners, maps := 0, 0
		for _, bit := range []vm.Flags{pgMapping, pgSwapCache} {
			if pg.Flags.Has(bit) {
				owners++
			}
		}
		if i == device {
			owners++
		}
		if s.PTE == pteOf(i) {
			owners++
			if !pg.Flags.Has(pgReserved) {
				maps++
			}
		}
		switch {
		case int(pg.Count) != owners:
			x.Bug(vm.Miscount, int(i), "")
		case int(pg.Map) != maps && s.Policy != noReverseMap:
			x.Bug(vm.Accounting, int(i), "mapcount")
		case pg.Lock.Locked():
			x.Bug(vm.LockAtRest, int(i), "page lock")
		case pg.Flags.Has(pgAnon) && pg.Life.Free() == 0 && !pg.Flags.Has(pgLRU):
			x.Bug(vm.Leak, int(i), "an anonymous page off the LRU")
		}
	}
}

// cover abstracts a state to what the pte is, the lower flags of the first copy and
// where reclaim is.
func (s *ReservedState) cover() uint32 {
	n := uint32(0)
	switch e := s.PTE; {
	case e.swapped():
		n = 1
	case e.present():
		n = 2 + min(uint32(e.page()), 1)
	}
	n = n*16 + uint32(s.Page[1].Flags&15)
	for i := range s.CPU {
		n *= 2
		if c := &s.CPU[i]; !c.Idle() {
			n += uint32(c.PC().Func) % 2
		}
	}
	return n
}
