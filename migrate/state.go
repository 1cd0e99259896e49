package migrate

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	cpus  = 3
	pages = 2
	ptes  = 2
)

// State is the whole system: the CPUs, two pages, the one entry of the page
// cache tree that a page of the object can be in, and two page table entries
// in one page table that map the object. The object is a page of a file, or an
// anonymous page: then the tree is that of the swap cache.
type State struct {
	CPU     [cpus]vm.CPU[locals] `name:"-"`
	Page    [pages]page
	Queue   [pages]vm.WaitQueue `name:"waiters"`
	PTE     [ptes]pte           `name:"pte"`
	Slot    slot                `name:"i_pages"`
	XA      vm.Spinlock         `name:"xa_lock"`
	PTL     vm.Spinlock         `name:"ptl"`
	SwapMap uint8               `name:"swap_map"` // page table entries that hold the swap entry
	Truth   uint8               `name:"-"`        // what was stored last, wherever it is
	Disk    uint8               `name:"disk"`     // what the file or the swap device has
	Rules   rules               `name:"-"`
}

// Most of the state is three stacks of three activations.
const _ = uint(128 - unsafe.Sizeof(State{}))

// A page is a struct page.
type page struct {
	Count   vm.Ref
	Flags   vm.Flags    `bits:"lru private swapcache dirty uptodate waiters"`
	Lock    vm.PageLock `name:"locked"`
	Mapping mapping
	Maps    uint8 `name:"mapcount"` // 0: not mapped
	Data    uint8 `name:"content"`
	Life    vm.Life
	Own     owners `name:"-"`
}

// The flags of a page. PG_waiters lies in one byte with PG_locked: the kernel
// clears the one and reads the other at once.
const (
	lru vm.Flags = 1 << iota
	private
	swapCache
	dirty
	uptodate
	waiters
)

// A mapping is page->mapping. The address space of a page in the swap cache is
// told by its flag.
type mapping uint8

const (
	none mapping = iota
	file
	anon
)

func (m mapping) String() string { return [...]string{"NULL", "file", "anon"}[m] }

// A slot is the entry of the tree: a page plus one, or 0.
type slot uint8

func slotOf(p uint8) slot { return slot(p + 1) }

func (s slot) page() uint8 { return uint8(s - 1) }

func (s slot) String() string {
	if s == 0 {
		return "NULL"
	}
	return fmt.Sprintf("page%d", s.page())
}

// A pte is a page table entry.
type pte uint8

const (
	ptePage  pte = 0x01 // number of the page, if present or a migration entry
	pteWrite pte = 0x02
	pteDirty pte = 0x04

	pteKind      pte = 0x30
	ptePresent   pte = 0x10
	pteMigration pte = 0x20
	pteSwap      pte = 0x30
)

func (e pte) page() uint8 { return uint8(e & ptePage) }

func (e pte) kind() pte { return e & pteKind }

// maps reports whether the entry maps the page.
func (e pte) maps(p uint8) bool { return e.kind() == ptePresent && e.page() == p }

// waits reports whether the entry is a migration entry of the page.
func (e pte) waits(p uint8) bool { return e.kind() == pteMigration && e.page() == p }

func (e pte) String() string {
	text := ""
	switch e.kind() {
	case ptePresent:
		text = fmt.Sprintf("page%d", e.page())
	case pteMigration:
		text = fmt.Sprintf("migration%d", e.page())
	case pteSwap:
		return "swap"
	default:
		return "none"
	}
	if e&pteWrite != 0 {
		text += ",w"
	}
	if e&pteDirty != 0 {
		text += ",dirty"
	}
	return text
}

// owners are the ghost references of a page: who has taken one and not dropped
// it yet. A freeze hides the count and leaves them as they are.
type owners uint8

const (
	byCache   owners = 1 << iota // the tree
	byIsolate                    // whoever took the page off the LRU
	byPrivate                    // PG_private
	byMaker                      // whoever allocated the page
	byOther                      // from here on a number: page table entries and all others
)

func (o owners) others() int { return int(o / byOther) }

// locals are the variables of one function activation.
type locals struct {
	page uint8
	new  uint8
	n    uint8 // what the function has read: an expected count, a bit
	i    uint8 // page table entry
	pass uint8 // pass of migrate_pages
	held uint8 // ghost: a waiter has a reference; a pass failed for another reason than waiters
}

// rules say what the workload is about.
type rules uint8

const (
	isFile rules = 1 << iota // the object is a page of a file
	strict                   // PG_private must own a reference, and who is alone must succeed
)

// bug notes a broken rule about a page.
func bug(x *vm.Exec, k vm.Kind, p uint8, detail string) { x.Bug(k, int(p), detail) }
