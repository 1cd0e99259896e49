package swapoff

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	tasks       = 3
	mms         = 2
	addrs       = 2           // pages of an address space, each with a vma of its own
	handles     = 3           // the last one is on device 1
	devicePages = handles - 1 // p->pages of device 0
	pages       = 4
)

// State is the whole system: three tasks, two address spaces with their page
// tables, four pages, two swap devices, one page of shared memory and the
// locks. It has more than 128 bytes because every kind of reference to a swap
// handle that swapoff must find needs its word; the searches stay small, for
// each race puts a part of it to use.
type State struct {
	CPU     [tasks]vm.CPU[locals] `name:"-"`
	Mmlist  vm.List               // init_mm.mmlist: all address spaces
	BKL     vm.KernelLock         // kernel_flag
	SwapLk  vm.Spinlock           `name:"swaplock"` // swap_list_lock
	MmLock  vm.Spinlock           `name:"mm_lock"`  // guards Mmlist; mmlist_lock in 2.4
	TaskLk  vm.Spinlock           `name:"tasklist_lock"`
	Tasks   vm.Set                // tasks on the task list
	Task    [tasks]mmPtr          `name:"task.mm"`
	Dev     vm.Flags              `name:"swap_info" bits:"used writeok listed map max vfreed cursor broken"`
	Map     [handles]vm.SwapCount `name:"swap_map"`
	Disk    [handles]data         // contents of the slots
	NrSwap  int8                  `name:"nr_swap_pages"`
	Hash    vm.Set                `name:"page_hash"` // pages that are found by handle
	Page    [pages]page
	Mm      [mms]mm
	Shm     shm
	Inode   inode
	Fails   uint8 // allocations that may still fail
	Queue   uint8 `name:"nr_async_pages"` // 1: the queue of reads may be full
	Foreign data  // content that another process has in handle 0 of a new device, none before
}

// The words of an address space, a page and the shared segment are bytes, so
// the size says how many words there are.
const _ = uint(176 - unsafe.Sizeof(State{}))

// The flags of swap_info[0], the device that is deleted. Device 1 never is.
const (
	used    vm.Flags = 1 << iota // SWP_USED
	writeOK                      // the other bit of SWP_WRITEOK
	listed                       // on swap_list
	hasMap                       // swap_map != NULL
	hasMax                       // max != 0
	vfreed                       // ghost: the memory of swap_map is freed
	cursor                       // swap_list.next points to it
	broken                       // ghost: reads of it fail
)

const alive = used | writeOK | listed | hasMap | hasMax | cursor

// A page is a struct page.
type page struct {
	Count vm.Ref
	Flags vm.Flags    `bits:"swap_cache dirty"`
	Lock  vm.PageLock `name:"locked"`
	Index uint8       // handle, in the swap cache; it keeps a stale one behind
	Data  data
	Life  vm.Life
}

const (
	swapCache vm.Flags = 1 << iota // PG_swap_cache
	dirty                          // PG_dirty, 2.4
)

// An mm is a struct mm_struct with its page table and vmas.
type mm struct {
	Users vm.Ref       `name:"mm_users"`
	Count vm.Ref       `name:"mm_count"`
	Sem   vm.Semaphore `name:"mmap_sem"`
	Ptl   vm.Spinlock  `name:"page_table_lock"`
	Flags vm.Flags     `bits:"MM_GONE unmapped cleared moved returned"`
	Vmas  vm.Set       // chained by vm_next
	Dead  vm.Set       // ghost: vmas that were freed
	PTE   [addrs]pte
	Want  [addrs]data // ghost: what a load must see; 0: nothing is mapped
	Life  vm.Life
}

const (
	gone     vm.Flags = 1 << iota // MM_GONE in def_flags
	unmapped                      // mm->mmap == NULL though the chain is not empty
	cleared                       // ghost: the page tables are freed
	moved                         // ghost: mremap has moved an entry
	returned                      // ghost: kswapd has put a handle into an entry
)

// A shm is a shared memory segment of 2.3, ipc/shm.c, with one page. Entry is
// SHM_ENTRY(shp, 0).
type shm struct {
	Lock  vm.Spinlock  `name:"shm_lock"`
	Sem   vm.Semaphore `name:"i_sem"`
	Entry pte
	Rss   int8 `name:"shm_rss"`
	Swp   int8 `name:"shm_swp"`
	Want  data
	State vm.Flags `bits:"detached unlisted"`
}

const (
	detached vm.Flags = 1 << iota // ghost: no process has the segment any more
	unlisted                      // off ids and zero_list
)

// An inode is the inode of a shared memory segment of 2.4 and after, mm/shmem.c, with
// its shmem_inode_info. The segment has one page: it stands in the page cache of
// the inode, or Entry, info->i_direct[0], is its swap handle.
type inode struct {
	Ilock   vm.Spinlock  `name:"shmem_ilock"` // shmem_swaplist_lock in 2.6
	Lock    vm.Spinlock  `name:"lock"`        // info->lock
	Sem     vm.Semaphore `name:"sem"`         // i_sem in 2.4.0, info->sem after it
	Count   vm.Ref       `name:"i_count"`
	Pages   vm.Set       `name:"i_pages"` // page cache
	Entry   pte
	Swapped int8
	Want    data     // ghost: what a load must see; 0: there is no segment
	State   vm.Flags `bits:"I_FREEING next_index unlisted detached"`
	Life    vm.Life
}

const (
	freeing   vm.Flags = 1 << iota // I_FREEING
	truncated                      // info->next_index == 0
	notListed                      // off shmem_inodes; off shmem_swaplist in 2.6
	unused                         // ghost: no process has the segment any more
)

// locals are the variables of one function activation.
type locals struct {
	mm    uint8
	addr  uint8 // the page of the address space, and its vma
	entry uint8 // swap handle
	page  uint8
	pte   pte
	aux   uint8 // a second page or mm, a counter, whether a fault writes
}

// none is a NULL page or mm.
const none = 15

// mmPtr is task->mm: the number of an mm plus one, 0 for NULL.
type mmPtr uint8

func (m mmPtr) mm() int { return int(m) - 1 }

// String names the mm.
func (m mmPtr) String() string {
	if m == 0 {
		return "NULL"
	}
	return fmt.Sprintf("mm%d", m-1)
}

// data is what stands in a page or in a slot of a device: a value that no one
// else has stored. 0 is garbage.
type data uint8

// String prints garbage as such.
func (d data) String() string {
	if d == 0 {
		return "garbage"
	}
	return string(rune('A' + d - 1))
}

// A pte is a page table entry or an entry of a segment's table: none, a swap
// handle, or a present page.
type pte uint8

const (
	present  pte = 0x80
	writable pte = 0x40
	dirtyPte pte = 0x20
	young    pte = 0x10
)

func swapped(e uint8) pte { return pte(e + 1) }

func mapped(p uint8) pte { return present | young | pte(p) }

func (t pte) present() bool { return t&present != 0 }

func (t pte) swapped() bool { return t != 0 && !t.present() }

func (t pte) page() uint8 { return uint8(t & 15) }

func (t pte) entry() uint8 { return uint8(t) - 1 }

// String prints what the entry holds.
func (t pte) String() string {
	switch {
	case t == 0:
		return "none"
	case t.swapped():
		return fmt.Sprintf("swap:%d", t.entry())
	}
	s := fmt.Sprintf("page%d", t.page())
	for _, f := range []struct {
		bit  pte
		name string
	}{{writable, "w"}, {dirtyPte, "d"}, {young, "y"}} {
		if t&f.bit != 0 {
			s += f.name
		}
	}
	return s
}
