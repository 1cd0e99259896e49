package refcount

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// LostData says that the only copy of a page's data was thrown away.
const LostData vm.Kind = "lost data"

const (
	cpus  = 4
	pages = 4
)

// State is the whole system: the CPUs, four pages, the two LRU lists with their
// lock and counters, and each CPU's pagevec of pages that wait to be put on the
// LRU.
type State struct {
	CPU        [cpus]vm.CPU[locals] `name:"-"`
	Active     vm.List              `name:"active_list"`
	Inactive   vm.List              `name:"inactive_list"`
	Page       [pages]page
	Pvec       [cpus]pagevec `name:"lru_add_pvec" sym:"percpu"`
	LRU        vm.Spinlock   `name:"lru_lock"`
	Tree       vm.Spinlock   `name:"page_lock"` // mapping->page_lock; one mapping for all pages
	NrActive   int8          `name:"nr_active"`
	NrInactive int8          `name:"nr_inactive"`
	Users      users         `name:"users"`
	Rules      rules         `name:"-"`
}

const _ = uint(128 - unsafe.Sizeof(State{}))

// A page is a struct page.
type page struct {
	Count vm.Ref      // raw: one less than page_count in kernels with the bias
	Flags vm.Flags    `bits:"lru active writeback private dirty swapcache mapping referenced"`
	Chain uint8       // pte.chain: how many page table entries map the page
	Lock  vm.PageLock `name:"locked"`
	Bit   vm.Spinlock `name:"chainlock"` // PG_chainlock, guards Chain
	Life  vm.Life
}

// The flags of a page. Mapping stands for page->mapping != NULL, and with
// swapCache it is &swapper_space.
const (
	lru vm.Flags = 1 << iota
	active
	writeback
	private
	dirty
	swapCache
	mapping
	referenced
	launder = writeback // PG_launder, the name of 2.4
)

// locals are the variables of one function activation.
type locals struct {
	page handle
	scan scan
	list pagevec // pages on a private list
	pvec pagevec
}

// A handle is a pointer to a page: its number, and in bit 4 whether its
// generation was odd when the pointer was made, so that a pointer to a page that
// was freed and allocated again can be told.
type handle uint8

// noPage is NULL.
const noPage handle = 15

func (h handle) page() int { return int(h & 15) }

func (h handle) String() string { return fmt.Sprint(h.page()) }

// A pagevec is a set of pointers to pages: bit i says that page i is in it, bit
// 4+i is the parity of the generation it had. A private list is one, too: the
// order of pages on it does not matter.
type pagevec uint8

func (v pagevec) add(h handle) pagevec {
	return v | (1|pagevec(h)&16)<<h.page()
}

func (v pagevec) empty() bool { return v&15 == 0 }

func (v pagevec) has(p int) bool { return v>>p&1 != 0 }

// first returns the pointer to the page with the lowest number.
func (v pagevec) first() handle {
	p := vm.Set(v).First()
	return handle(p) | handle(v>>p)&16
}

func (v pagevec) without(h handle) pagevec { return v &^ (17 << h.page()) }

func (v pagevec) String() string { return vm.Set(v & 15).String() }

// A scan is how far a walk along an LRU list has come: the low half is the
// number of pages that it may still take, the high half is curr plus one, the
// page that a walk in place looks at next.
type scan uint8

func (n scan) left() int { return int(n & 15) }

func (n scan) curr() (p int, ok bool) { return int(n>>4) - 1, n>>4 != 0 }

func (n scan) at(p int, ok bool) scan {
	n &= 15
	if ok {
		n |= scan(p+1) << 4
	}
	return n
}

// users are the ghost owners of references that no word of the kernel accounts
// for: two bits for each page. Any operation may come and drop one.
type users uint8

func (u users) of(p int) int { return int(u >> (2 * p) & 3) }

func (u *users) add(p int) { *u += 1 << (2 * p) }

func (u *users) drop(p int) bool {
	if u.of(p) == 0 {
		return false
	}
	*u -= 1 << (2 * p)
	return true
}

func (u users) String() string {
	return fmt.Sprintf("[%d %d %d %d]", u.of(0), u.of(1), u.of(2), u.of(3))
}

// rules say what a count means in the kernel that runs; the oracles need it,
// no line does.
type rules uint8

const (
	skewed   rules = 1 << iota // a raw count of -1 means no reference
	lruOwner                   // presence on the LRU holds a reference
	claims                     // PG_lru may be cleared without the LRU lock
	lockedIO                   // a page that is being written is locked, and referenced by who writes it
)

// count is page_count for oracles.
func (s *State) count(p int) int {
	n := int(s.Page[p].Count)
	if s.Rules&skewed != 0 {
		n++
	}
	return n
}

// pointer returns a pointer to the page as it is now.
func (s *State) pointer(p int) handle {
	return handle(p) | handle(s.Page[p].Life.Gen()&1)<<4
}

// stale reports whether the page has been allocated again since the pointer
// was made.
func (s *State) stale(h handle) bool { return h != s.pointer(h.page()) }

// linked reports whether the page is on one of the LRU lists.
func (s *State) linked(p int) bool { return s.Active.Has(p) || s.Inactive.Has(p) }

// owners returns how many references to a page are accounted for while no
// operation runs.
func (s *State) owners(p int) int {
	pg := &s.Page[p]
	n := s.Users.of(p) + int(pg.Chain)
	for _, v := range s.Pvec {
		if v.has(p) {
			n++
		}
	}
	for _, bit := range []vm.Flags{mapping, private} {
		if pg.Flags.Has(bit) {
			n++
		}
	}
	if s.Rules&lruOwner != 0 && pg.Flags.Has(lru) {
		n++
	}
	return n
}
