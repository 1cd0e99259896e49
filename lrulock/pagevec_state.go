package lrulock

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	pagevecCPUs  = 3
	pagevecPages = 4
	pagevecSize  = 2 // PAGEVEC_SIZE; 16 in the kernel
)

// PagevecState is the whole system of the pagevec race: four pages, the two
// lists of one zone with their lock and counters, and each CPU's pagevec.
type PagevecState struct {
	CPU        [pagevecCPUs]vm.CPU[pagevecLocals] `name:"-"`
	Pvec       [pagevecCPUs]vm.Set                `name:"lru_add_pvec" sym:"percpu"`
	Active     vm.List                            `name:"active_list"`
	Inactive   vm.List                            `name:"inactive_list"`
	Rules      pagevecRules                       `name:"-"`
	Page       [pagevecPages]pagevecPage
	LRU        vm.Spinlock `name:"lru_lock"`
	NrActive   int8        `name:"nr_active"`
	NrInactive int8        `name:"nr_inactive"`
	Users      users       `name:"users"`
}

const _ = uint(128 - unsafe.Sizeof(PagevecState{}))

// A pagevecPage is a struct page. Its count is without the bias by -1 that
// lets the hardware of 2002 tell the first get.
type pagevecPage struct {
	Flags vm.Flags `bits:"lru known - active"`
	Count vm.Ref
	Life  vm.Life
}

// pgKnown is no flag of the kernel: the page was given to lru_cache_add, and so
// belongs on the LRU.
const pgKnown = pgMlocked

// pagevecLocals are the variables of one function activation.
type pagevecLocals struct {
	page uint8  // the page at hand
	n    uint8  // pages that a scan may take yet; whether the lock is held
	at   uint8  // the page that a scan in place goes on with, plus one
	list vm.Set // pages on a private list
	pvec vm.Set // pages in a pagevec on the stack
}

// users are the owners of references that no word of the kernel accounts for:
// two bits for each page. An operation may come and drop one.
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

// pagevecRules say what the oracles may expect of the kernel that runs.
type pagevecRules uint16

const (
	waiting pagevecRules = 1 << iota // a page without a reference may wait on the LRU
	owns                             // presence on the LRU holds a reference
	early                            // PG_lru is changed without the lock
)
