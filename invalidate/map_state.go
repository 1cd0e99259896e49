package invalidate

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	mapCPUs  = 3
	mapPages = 3
)

// MapState is the whole system of the race shared-mapping: one file of three
// pages, and one vma that maps all of it shared. A page is named by its offset;
// what becomes of a page frame that has left the page cache is left out here,
// the race invalidate has that.
type MapState struct {
	CPU       [mapCPUs]vm.CPU[mapLocals] `name:"-"`
	PTE       [mapPages]mapPTE           `name:"pte"`
	Lock      [mapPages]vm.PageLock      `name:"locked"`
	Cached    vm.Set                     `name:"page_tree"`
	Dirty     vm.Set                     `name:"PG_dirty"`
	Reserved  vm.Set                     `name:"reserved"` // blocks that ->page_mkwrite has reserved
	Unsaved   vm.Set                     `name:"-"`        // stores that the disk has not
	MmapLock  vm.Spinlock                `name:"i_mmap_lock"`
	PTL       vm.Spinlock                `name:"ptl"`
	Mutex     vm.PageLock                `name:"unmap_mutex"`
	Count     uint8                      `name:"truncate_count"`
	Restarted bookmark                   `name:"vm_truncate_count"`
}

const _ = uint(128 - unsafe.Sizeof(MapState{}))

// A mapPTE is the page table entry of a page.
type mapPTE uint8

const (
	mapPresent mapPTE = 1 << iota
	mapWrite
	mapDirty
)

func (e mapPTE) String() string {
	switch e {
	case 0:
		return "none"
	case mapPresent:
		return "r"
	case mapPresent | mapWrite:
		return "rw"
	default:
		return "rw,dirty"
	}
}

// A bookmark is vma->vm_truncate_count: the truncate_count of the last zap that
// has gone through the whole vma, or where a zap was broken off. The kernel
// tells them apart because an address ends in zeros.
type bookmark uint8

const notAddress bookmark = 0x80

// counts is where truncate_count begins again at zero: no zap lets so many others pass.
const counts = 8

// counted is the bookmark of a zap that is through.
func counted(n uint8) bookmark { return bookmark(n) | notAddress }

// address reports whether a zap was broken off.
func (b bookmark) address() bool { return b != 0 && b&notAddress == 0 }

func (b bookmark) String() string {
	switch {
	case b.address():
		return fmt.Sprintf("at page %d", uint8(b))
	case b == 0:
		return "none"
	default:
		return fmt.Sprintf("zap %d", b&^notAddress)
	}
}

// mapLocals are the variables of one function activation.
type mapLocals struct {
	page  uint8 // next page
	start uint8 // first page of a range
	end   uint8 // the page behind it
	count uint8 // details.truncate_count
	flags mapFlags
}

type mapFlags uint8

const (
	ranged mapFlags = 1 << iota // did_range_unmap
)

// cached reports whether page->mapping is the file.
func (s *MapState) cached(x *vm.Exec, p uint8) bool { return vm.Load(x, &s.Cached).Has(int(p)) }

// set adds a page to a set, or takes it out.
func set(x *vm.Exec, v *vm.Set, p uint8, in bool) {
	next := vm.Load(x, v).Without(int(p))
	if in {
		next = next.With(int(p))
	}
	vm.Store(x, v, next)
}

// rest is what must hold when every program has ended.
func (s *MapState) rest(x *vm.Exec) {
	for p := range s.PTE {
		switch {
		case s.PTE[p] != 0 && !s.Cached.Has(p):
			x.Bug(Dangling, p, "")
		case s.Unsaved.Has(p) && s.Cached.Has(p) && !s.Dirty.Has(p) && s.PTE[p]&mapDirty == 0:
			x.Bug(LostStore, p, "the page is clean")
		}
		if s.Lock[p].Locked() {
			x.Bug(vm.LockAtRest, p, "page")
		}
	}
	if s.Mutex.Locked() {
		x.Bug(vm.LockAtRest, -1, "unmap_mutex")
	}
}
