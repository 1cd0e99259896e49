package objrmap

import (
	"testing"

	"github.com/vmrace/vmrace/fuzz/racetest"
	"github.com/vmrace/vmrace/vm"
)

// fired returns the names of all bugs that a class ever shows: in its kernels,
// and in its fixed kernels with one line dropped.
func fired[S, L comparable](t *testing.T, c *vm.Class[S, L]) map[string]bool {
	names := map[string]bool{}
	note := func(k vm.Kernel, drop ...vm.At) {
		for _, bug := range racetest.Shown(t, vm.New(c, k, vm.SMP, drop...)) {
			names[bug] = true
		}
	}
	patches := map[vm.Patch]bool{}
	for _, k := range c.Kernels {
		note(k)
		if !k.Fixed || patches[k.Patches] {
			continue
		}
		patches[k.Patches] = true
		for f, ls := range c.Listings {
			for i, line := range ls.Lines {
				if line.In(k.Patches) {
					note(k, vm.At{Func: vm.Func(f), Line: uint8(i)})
				}
			}
		}
	}
	return names
}

// testOracles: an oracle that never fires is no oracle.
func testOracles[S, L comparable](t *testing.T, c *vm.Class[S, L], names ...string) {
	have := fired(t, c)
	for _, n := range names {
		if !have[n] {
			t.Errorf("%s: no kernel and no dropped line shows %q", c.Name, n)
		}
	}
}

func TestVMAOracles(t *testing.T) {
	testOracles(t, &VMAList,
		"locking contract broken (read of vma list and tree)", "locking contract broken (write of vma list and tree)",
		"locking contract broken (read of vm_start and vm_end)", "locking contract broken (write of vm_start and vm_end)",
		"locking contract broken (read of vm_flags)", "locking contract broken (write of vm_flags)",
		"locking contract broken (write of mmap_cache)",
		"locking contract broken (read of page tables)", "locking contract broken (write of page tables)",
		"locking contract broken (read of vmas of an anon_vma)", "locking contract broken (write of vmas of an anon_vma)",
		"wrong vma (find_vma returns one of another mm)", "wrong vma (find_vma finds none for a mapped address)",
		"wrong vma (find_vma returns another one than the address is in)",
		"use after free (in find_vma)", "use after free (through mmap_cache)", "use after free (through anon_vma)",
		"use after free (in try_to_unmap_one)", "use after free (in swap_out_mm)", "use after free (in unuse_process)",
		"use after free (in do_page_fault)", "use after free (mmap_cache is left with a freed vma)",
		"use after free (anon_vma lists a freed vma)",
		"mlocked page (swapped out)", string(MissedEntry), "innocent process killed (SIGSEGV at a mapped address)",
		"page not brought in (a fault passes a swap entry by)", "page not brought in (a fault in a hole succeeds)",
		"page not brought in (mlock returns too early)", "page not brought in (mmap returns without a mapping)",
		"page not brought in (fork loses vmas or pages)",
		"leak (vma in no address space)", "leak (a dead mm has vmas or ptes)", "list corruption (list and tree of vmas differ)", "list corruption (a second vma for an address)",
		"wrong accounting (map_count)", "wrong accounting (pte outside of every vma)", "wrong accounting (vma missing from its anon_vma)",
		"BUG_ON(NULL vma dereferenced)", string(vm.Deadlock), "unlock by a non-owner (rw-semaphore for writing)",
		"unlock by a non-owner (spinlock)", "sleep in atomic context")
}

func TestReservedOracles(t *testing.T) {
	testOracles(t, &Reserved,
		"reserved region unmapped (a private copy)", "reserved region unmapped (a page of the page cache)",
		"reserved region unmapped (the driver's own page)", "reserved region unmapped (a page with PG_reserved)",
		"BUG_ON(vma->vm_flags & VM_RESERVED)", "BUG_ON(!page->mapping in page_add_rmap)",
		"locking contract broken (write of page tables)", string(vm.Miscount), "wrong accounting (mapcount)",
		"bad page state (freed in use)", "leak (an anonymous page off the LRU)", "count below zero (mapcount)",
		"page not brought in (a fault acts on something else than the pte)", "page not brought in (a fault leaves no page)",
		"page not brought in (a private write has made no copy)", "page not brought in (a shared mapping is a copy)")
}

func TestStackOracles(t *testing.T) {
	testOracles(t, &ExpandStack, string(Shrunk), "wrong accounting (grown over no page)", "wrong accounting (vm_pgoff)",
		"wrong accounting (total_vm)", "locking contract broken (read of vm_start and vm_pgoff of a stack)",
		"locking contract broken (write of vm_start and vm_pgoff of a stack)")
}

func TestTableOracles(t *testing.T) {
	testOracles(t, &PageTables, "leak (page-table page)", "leak (page-table page of no vma)", "wrong accounting (rss)",
		"wrong accounting (pte outside of every vma)", "wrong accounting (anon_vma lists a vma that is gone)",
		"use after free (pte in a page-table page that hangs nowhere)", "use after free (page-table page)",
		"use after free (page-table page at rest)", "bad page state (freed with ptes in it)", "BUG_ON(no page-table page)",
		"page not brought in (a fault leaves no page)", "locking contract broken (write of pmd entry)",
		"locking contract broken (write of ptes of A)", "locking contract broken (write of ptes of B)",
		"locking contract broken (write of rss)", "locking contract broken (write of range of a vma)",
		"lock held at rest (mmap_sem)")
}
