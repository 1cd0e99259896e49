package invalidate

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// The kinds of bugs that only this class knows.
const (
	// Dangling: a page table entry points to a page of the file that is not, or
	// no longer, the one in the page cache.
	Dangling vm.Kind = "mapped page that is not in the page cache"
	// NotUptodate: since 2.6.11 whatever is mapped has been read.
	NotUptodate vm.Kind = "mapped page that is not up to date"
	// Stale: after a successful invalidation somebody still reads the old data.
	Stale vm.Kind = "stale data"
	// LostStore: a store to a shared mapping never reaches the file.
	LostStore vm.Kind = "lost store"
	// Spurious: an invalidation fails though nobody maps or dirties the page.
	Spurious vm.Kind = "spurious -EIO"
	// BeyondEnd: a page is mapped behind the end of the file.
	BeyondEnd vm.Kind = "page mapped beyond the end of the file"
)

const (
	cpus  = 3
	pages = 3
	vmas  = 2
)

// State is the whole system: the CPUs, one file whose first page may be in the
// page cache and mapped by two vmas in two processes, three page frames, and
// the disk.
type State struct {
	CPU           [cpus]vm.CPU[locals] `name:"-"`
	Page          [pages]page
	PTE           [vmas]pte         `name:"pte"`
	PTL           [vmas]vm.Spinlock `name:"ptl"` // the lock of the page table; up to 2.6.14 mm->page_table_lock
	Tree          handle            `name:"page_tree"`
	TreeLock      vm.RWLock         `name:"tree_lock"` // pagecache_lock in 2.4, which is a spinlock
	MmapLock      vm.Spinlock       `name:"i_mmap_lock"`
	Mutex         vm.PageLock       `name:"i_mutex"`
	TruncateCount uint8             `name:"truncate_count"`
	Writers       uint8             `name:"writers"`
	Sequence      uint8             `name:"sequence"`
	Size          uint8             `name:"i_size"` // in pages
	Pvec          handle            `name:"lru_add_pvec"`
	Disk          uint8             `name:"disk"`       // version of the data on the disk
	Floor         uint8             `name:"guaranteed"` // version that an invalidation has promised to readers
	Rules         rules             `name:"-"`
}

const _ = uint(128 - unsafe.Sizeof(State{}))

// A page is a struct page, and what the model knows of it behind the kernel's back.
type page struct {
	Count    vm.Ref
	Mapcount vm.Ref      `name:"_mapcount"` // one less than the number of entries that map it
	Flags    vm.Flags    `bits:"uptodate dirty writeback mapping anon truncate"`
	Lock     vm.PageLock `name:"locked"`
	Data     uint8       `name:"version"`
	Life     vm.Life
	Ghost    vm.Flags `name:"ghost" bits:"unsaved driver dropped lru"`
}

// The flags of a page. Mapping stands for page->mapping != NULL, and with anon
// it is an anon_vma.
const (
	uptodate vm.Flags = 1 << iota
	dirty
	writeback
	mapping
	anon
	truncated // PG_truncate of Arcangeli's patch
)

// The ghost flags: the page has stores that the disk has not; the page belongs
// to a device driver and is page cache of no file; an invalidation is about to
// throw the stores away, as its caller wants; the page is on the LRU.
const (
	unsaved vm.Flags = 1 << iota
	driver
	dropped
	lru
)

// locals are the variables of one function activation.
type locals struct {
	page handle // page, new_page
	file handle // the page of the file while page is its copy
	seq  uint8  // the truncate_count that was sampled, or another number
	seq2 uint8  // the sequence that was sampled
	how  how
}

// how is what an activation was asked to do and what it remembers, one bit each.
type how uint8

const (
	vmaB      how        = 1 << iota // the second vma, not the first
	write                            // write_access
	private                          // the vma is not VM_SHARED
	ofDriver                         // the vma maps a device driver's page
	anonymous                        // new_page is a copy
	sibling                          // another thread was faster
	wasDirty                         // was_dirty
	evenCows                         // zap private copies, too
	failed    = wasDirty             // in functions that have no was_dirty
	allVMAs   = sibling              // in unmap_mapping_range: the second vma is left to do
)

// vma returns the number of the vma that the activation works on.
func (h how) vma() int { return int(h & vmaB) }

func (h how) has(bit how) bool { return h&bit != 0 }

// A handle is a pointer to a page: its number plus one, 0 being NULL.
type handle uint8

func (h handle) page() int { return int(h) - 1 }

func (h handle) String() string {
	if h == 0 {
		return "none"
	}
	return fmt.Sprint("page", h.page())
}

// A pte is a page table entry: a handle and two bits.
type pte uint8

const (
	pteWrite pte = 0x40
	pteDirty pte = 0x80
)

func (p pte) page() handle { return handle(p & 15) }

func (p pte) String() string {
	s := p.page().String()
	if p&pteWrite != 0 {
		s += ",w"
	}
	if p&pteDirty != 0 {
		s += ",d"
	}
	return s
}

// rules say what the kernel that runs promises; the oracles need it, no line does.
type rules uint8

// linux24: a page that is not up to date may be mapped, and one that has lost its
// mapping is swapped out like an anonymous page.
const linux24 rules = 1

// maps reports how many page table entries point to a page, for oracles.
func (s *State) maps(h handle) int {
	n := 0
	for _, p := range s.PTE {
		if p.page() == h {
			n++
		}
	}
	return n
}

// owners returns how many references to a page are accounted for while no
// operation runs.
func (s *State) owners(h handle) int {
	n := s.maps(h)
	if s.Tree == h {
		n++
	}
	if s.Pvec == h {
		n++
	}
	if s.Page[h.page()].Ghost.Has(driver) {
		n++
	}
	return n
}
