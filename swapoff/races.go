package swapoff

import "github.com/vmrace/vmrace/vm"

// A row is a race, or a doubt about Sarcar's patch, with the workload that can
// show it and the names of the bugs that stand for it. Without a class, every
// workload of every race is searched.
type row struct {
	id    string // R: a race of 2.3.99-pre4-5, P: a doubt about the patch
	about string
	class *vm.Class[State, locals]
	boot  string
	bugs  []string // any of them

	own   *vm.Boot[State] // a workload that is not one of the class
	with  vm.Patch        // patches on top of those of the kernel
	same  bool            // the race is a bug that these patches take away
	every bool            // kernels that the class has left out are searched, too
}

// rows are R1 to R18 and the doubts. Names of bugs are those of vm.Bug.
var rows = []row{
	{id: "R1", about: "fork: the child is missed", class: &Fork, boot: "handle",
		bugs: []string{"reference forced to 0 (child of a fork)"}},
	{id: "R2a", about: "exit: entries are missed", class: &Exit, boot: "exit",
		bugs: []string{"reference forced to 0 (exiting mm)"}},
	{id: "R2b", about: "exec: walk of freed vmas", class: &Exit, boot: "exec",
		bugs: []string{"use after free (vm_area_struct)"}},
	{id: "R2c", about: "munmap: walk of freed vmas", class: &Exit, boot: "munmap",
		bugs: []string{"use after free (vm_area_struct)"}},
	{id: "R2c", about: "munmap: entries are missed", class: &Exit, boot: "munmap",
		bugs: []string{"reference forced to 0 (unlinked vma)"}},
	{id: "R3a", about: "fault: innocent task killed", class: &Fault, boot: "read",
		bugs: []string{"innocent task killed (entry replaced)"}},
	{id: "R3b", about: "fault: handle freed twice", class: &Fault, boot: "read",
		bugs: []string{"swap handle freed twice (do_swap_page)"}},
	{id: "R3c", about: "fault: garbage", class: &Fault, boot: "read",
		bugs: []string{"read of a free handle (do_swap_page)"}},
	{id: "R4", about: "shm fault: both delete the page", class: &Shm, boot: "nopage",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in shm_nopage)", "BUG_ON(page->mapping != &swapper_space in try_to_unuse of a shm page)"}},
	{id: "R4", about: "shmem fault: both delete the page", class: &Shmem, boot: "nopage",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in shmem_nopage)", "BUG_ON(page->mapping != &swapper_space in try_to_unuse of a shm page)"}},
	{id: "R4'", about: "shmem fault: handle comes back to life", class: &Shmem, boot: "nopage",
		bugs: []string{"BUG_ON((swcount > 0) != PageSwapCache(page))"}},
	{id: "R5", about: "do_wp_page: both delete the page", class: &COW, boot: "write",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in do_wp_page)"}},
	{id: "R5", about: "free_page_and_swap_cache: both delete the page", class: &COW, boot: "munmap",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in free_page_and_swap_cache)"}},
	{id: "R5'", about: "swapoff deletes what do_wp_page has deleted", class: &COW, boot: "write",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in try_to_unuse)"}},
	{id: "R5'", about: "swapoff deletes what do_swap_page has deleted", class: &Fault, boot: "write",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in try_to_unuse)"}},
	{id: "R5'", about: "swapoff deletes what shrink_mmap has deleted", class: &COW, boot: "shrink",
		bugs: []string{"BUG_ON(page->mapping != &swapper_space in try_to_unuse)"}},
	{id: "R6a", about: "readahead: reference forced to 0", class: &Readahead, boot: "anonymous",
		bugs: []string{"reference forced to 0 (readahead)"}},
	{id: "R6a", about: "readahead of a shm fault", class: &Readahead, boot: "shm",
		bugs: []string{"reference forced to 0 (readahead)"}},
	{id: "R6b", about: "readahead: page of a dead handle", class: &Readahead, boot: "anonymous",
		bugs: []string{"read of a free handle (readahead)"}},
	{id: "R7", about: "shm fault after shm_unuse", class: &Shm, boot: "nopage",
		bugs: []string{"swap handle freed twice (shm_nopage)"}},
	{id: "R7", about: "shmem fault after shmem_unuse", class: &Shmem, boot: "nopage",
		bugs: []string{"two pages for one index", "lost data (shm page taken for a hole)"}},
	{id: "R8", about: "kswapd: handle comes back", class: &Reestablish, boot: "lock",
		bugs: []string{"reference forced to 0 (kswapd)"}},
	{id: "R9", about: "delete first: dirty page dropped", class: &Reestablish, boot: "cached",
		bugs: []string{"lost data"}},
	{id: "R9", about: "delete first: page read again", class: &Fault, boot: "read",
		bugs: []string{"two pages for one handle"}},
	{id: "R10", about: "entry rewritten under do_wp_page", class: &COW, boot: "write",
		bugs: []string{"entry overwritten (unuse_pte)"}},
	{id: "R11", about: "mremap: entries are missed", class: &Exit, boot: "mremap",
		bugs: []string{"reference forced to 0 (mremap)"}},
	{id: "R12", about: "shm_swap: handle without a page", class: &Shm, boot: "swap",
		bugs: []string{"two pages for one handle", "reference forced to 0 (shm_swap)"}},
	{id: "R12", about: "shmem_writepage: handle without a page", class: &Shmem, boot: "writepage",
		bugs: []string{"two pages for one handle", "reference forced to 0 (shmem_writepage)"}},
	{id: "R12'", about: "shmem_writepage: inode taken off the list", class: &Shmem, boot: "prune",
		bugs: []string{"list corruption (inode with swap off the list)"}},
	{id: "R13", about: "shm_rmid: entries are missed", class: &Shm, boot: "rmid",
		bugs: []string{"reference forced to 0 (dying segment)"}},
	{id: "R13", about: "iput: entries are missed", class: &Shmem, boot: "iput",
		bugs: []string{"reference forced to 0 (dying segment)"}},
	{id: "R13", about: "iput: page for an inode without pages", class: &Shmem, boot: "iput",
		bugs: []string{"BUG_ON(inode->i_data.nrpages)"}},
	{id: "R13", about: "iput: freed inode goes on the list", class: &Shmem, boot: "evict",
		bugs: []string{"use after free (inode)", "list corruption (freed inode on the list)"}},
	{id: "R14", about: "handle of a device off the list", class: &Reestablish, boot: "dirty",
		bugs: []string{string(Unlisted)}, own: &cursorBoot},
	{id: "R15", about: "teardown against a fault", class: &Teardown, boot: "fault",
		bugs: []string{"use after free (swap_map)", "NULL pointer dereference (swap_map)"}},
	{id: "R15", about: "teardown against shm_rmid", class: &Shm, boot: "rmid",
		bugs: []string{"use after free (swap_map)", "NULL pointer dereference (swap_map)"}},
	{id: "R15", about: "teardown against iput", class: &Shmem, boot: "iput",
		bugs: []string{"use after free (swap_map)", "NULL pointer dereference (swap_map)"}},
	{id: "R16", about: "readahead: permanent count turns bad", class: &Readahead, boot: "max",
		bugs: []string{"stale swap handle (page table entry)"}},
	{id: "R17", about: "swap_duplicate: free between check and increment",
		bugs: []string{"count raised from zero (swap handle)"}},
	{id: "R18", about: "page mapped after a read error", class: &Fault,
		bugs: []string{"lost data (read error)"}, own: &errorBoot},
	{id: "P1", about: "lock_kernel under the mmlist spinlock", class: &Hold, boot: "stram",
		bugs: []string{"lock order inversion (bkl > mm_lock > bkl)"}},
	{id: "P2", about: "hold_mm against exec", class: &Hold, boot: "exec",
		bugs: []string{"count raised from zero"}},
	{id: "P3", about: "exit_mmap reads mm->mmap before mmap_sem", class: &Exit, boot: "exec", with: LateHead, same: true},
	{id: "P4", about: "walk of page tables after clear_page_tables", class: &Exit, boot: "exec",
		bugs: []string{"use after free (page table)"}},
	{id: "P5", about: "task that dies with mmap_sem exits", class: &Hold, every: true,
		bugs: []string{"deadlock"}, own: &oopsBoot},
	{id: "P6", about: "MM_GONE overwritten or copied", class: &Hold, boot: "mlockall",
		bugs: []string{"wrong accounting (MM_GONE)"}},
	{id: "P7", about: "truncation with the kernel lock", class: &Exit, boot: "truncate",
		bugs: []string{"entry overwritten (unuse_pte)"}},
	{id: "P7", about: "truncation without the kernel lock", class: &Exit, boot: "truncate", with: TruncateFree,
		bugs: []string{"entry overwritten (unuse_pte)"}},
	{id: "P7", about: "kswapd without the kernel lock", class: &Reestablish, boot: "cached", with: SwapOutFree,
		bugs: []string{"entry overwritten (unuse_pte)", "reference forced to 0 (kswapd)", "count raised from zero (swap handle)"}},
	{id: "P12", about: "failed swapoff: device listed, then writable", class: &Teardown, boot: "fails",
		bugs: []string{"wrong accounting (nr_swap_pages)"}},
	{id: "P13", about: "new mm at the head of mmlist", class: &Fork, boot: "handle", with: ListHead,
		bugs: []string{"reference forced to 0 (child of a fork)"}},
	{id: "P13", about: "new mm at the tail of mmlist", class: &Fork, boot: "handle",
		bugs: []string{"reference forced to 0 (child of a fork)"}},
	{id: "P14", about: "pgd_free that sleeps", class: &Exit, boot: "exit", with: ArchSleeps,
		bugs: []string{"sleep in atomic context"}},
	{id: "P16", about: "a stuck holder of mmap_sem stops swapoff", class: &Hold, every: true,
		bugs: []string{"deadlock"}, own: &stuckBoot},
	{id: "P17", about: "swap_free with no device on the list", class: &Fault, own: &aloneBoot,
		bugs: []string{"index out of range (swap_info[-1])"}},
}

// Workloads that no fixed kernel survives, and so are none of their class.
var (
	errorBoot  = vm.Boot[State]{Name: "error", Init: bootBroken, Programs: [][]uint8{{0, 1}, {2}}}
	stuckBoot  = vm.Boot[State]{Name: "stuck", Init: bootOops, Programs: [][]uint8{{0, 1}, {}}}
	oopsBoot   = vm.Boot[State]{Name: "oops", Init: bootOops, Programs: [][]uint8{{}, {2}}}
	aloneBoot  = vm.Boot[State]{Name: "alone", Init: bootAlone, Programs: [][]uint8{{0, 1}}}
	cursorBoot = vm.Boot[State]{Name: "cursor", Init: bootCursor, Programs: [][]uint8{{0, 1}, {2}, {3}}}
)

// bootBroken is bootOne on a device that cannot be read any more.
func bootBroken(s *State, p vm.Patch) {
	bootOne(s, p)
	s.Dev |= broken
}

// bootCursor has a dirty page to swap out, and a process with a handle to free.
func bootCursor(s *State, p vm.Patch) {
	bootDirty(s, p)
	s.handle(0, 2)
	s.process(p, 2, 1, 2)
	s.swappedOut(1, 1, 0)
}

// bootAlone is bootOne without device 1, whose handle is a bad one.
func bootAlone(s *State, p vm.Patch) {
	bootOne(s, p)
	s.Map[handles-1] = vm.SwapMapBad
	s.NrSwap--
}
