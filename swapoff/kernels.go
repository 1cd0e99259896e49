package swapoff

import "github.com/vmrace/vmrace/vm"

// kernels picks the kernels of a race: those of history, and those that are
// named in fixed, which have no bug in it.
func kernels(fixed ...string) []vm.Kernel {
	var out []vm.Kernel
	for _, k := range history {
		for _, f := range fixed {
			k.Fixed = k.Fixed || f == k.ID
		}
		if k.Fixed || k.Source != hypothetical {
			out = append(out, k)
		}
	}
	return out
}

// shmem are the patches of kernels whose shared memory is no longer that of ipc/shm.c
// but that of mm/shmem.c.
const shmem = DelFirst | Hugh

// eraOf2000 leaves out the kernels whose swapoff is of another make.
func eraOf2000(fixed ...string) []vm.Kernel {
	var out []vm.Kernel
	for _, k := range kernels(fixed...) {
		if k.Patches&Hugh == 0 {
			out = append(out, k)
		}
	}
	return out
}

const hypothetical = "hypothetical"

// deciders is what shrink_mmap, try_to_swap_out, do_wp_page and
// free_page_and_swap_cache need beside Sarcar's patch.
const deciders = Retest | FreeLocked | SwapOutLock

// dickins is Hugh Dickins' rewrite with what had come before it.
const dickins = Ptl | Hugh | PlainLookup | LockedEnd | Retest | SwapOutLock

var history = []vm.Kernel{
	{Name: "2.3.99-pre4-5", ID: "V0", Version: "2.3.99-pre4-5", Year: 2000, Source: "1d3f1e5e5",
		About: "swapoff walks the task list under the kernel lock and forces the count to 0"},
	{Name: "arcangeli", ID: "V2", Version: "2.3.99-pre4-4 with the patch", Year: 2000, Source: "Andrea Arcangeli, linux-mm, 7 Apr 2000",
		About: "page_table_lock in unuse_process, lookup without the page lock", Patches: Ptl | ListFlags | PlainLookup},
	{Name: "kanoj", ID: "V1", Version: "2.3.99-pre4-5 with the patch", Year: 2000, Source: "Kanoj Sarcar, linux-mm, 21 Apr 2000",
		About: "mmap_sem of every mm on mmlist, and no new reference to a handle of a dying device", Patches: kanoj},
	{Name: "kanoj-deciders", ID: "V1D", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: hypothetical,
		About: "with Sarcar's patch, who has locked a page tests PageSwapCache again, kswapd locks it, and shrink_mmap frees the handle under a lock", Patches: kanoj | deciders},
	{Name: "kanoj-shm", ID: "V1S", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: hypothetical,
		About: "with Sarcar's patch, shm_unuse takes i_sem, shm_swap keeps the kernel lock, and shrink_mmap frees the handle under a lock", Patches: kanoj | ShmSem | KeepBKL | FreeLocked},
	{Name: "kanoj-readahead", ID: "V1M", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: hypothetical,
		About: "kanoj-shm, and readahead leaves a permanent count alone", Patches: kanoj | ShmSem | KeepBKL | MaxCheck},
	{Name: "kanoj-all", ID: "V1A", Version: "2.3.99-pre4-5 with more patches", Year: 2000, Source: hypothetical,
		About: "Sarcar's patch and all that it lacks", Patches: kanoj&^H14 | deciders | ShmSem | KeepBKL | MaxCheck | NotZero | LockedEnd},
	{Name: "2.4.0", ID: "V3", Version: "2.4.0", Year: 2001, Source: "2.4.0-test13-pre4",
		About: "the page leaves the swap cache before the walk", Patches: Ptl | DelFirst | SwapOutFree | SwapOutLock},
	{Name: "2.4.10", ID: "V4", Version: "2.4.10 to 2.4.32", Year: 2001, Source: "Hugh Dickins, Aug 2001",
		About: "mmlist in fork order, the page locked over the walk, and rounds until no handle is in use", Patches: dickins},
	{Name: "2.6.11", ID: "V5", Version: "2.6.9 to 2.6.11", Year: 2004, Source: "2.6.11",
		About: "an mm is pinned by mm_users, and mmap_sem taken with the page unlocked", Patches: dickins | PinUsers | Swaplist | TruncateAgain},
	{Name: "2.6.11-swaplist", ID: "V5S", Version: "2.6.11 with more patches", Year: 2008, Source: hypothetical,
		About: "2.6.11 with what 2.6.25 has mended of shmem_swaplist", Patches: dickins | PinUsers | Swaplist | TruncateAgain | PruneLocked | ListIgrab},
}
