package swapoff

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// unreached is the reason of lines that no workload of a fixed kernel runs. Every
// other spare line does run in one.
const unreached = "no small workload of a fixed kernel gets here"

// spare are the lines that no race misses when a fixed kernel lacks them.
var spare = slices.Concat(
	because(unreached,
		vm.At{Func: fnLookup, Line: lkpAgain},
		vm.At{Func: fnFault, Line: fltKill},
		vm.At{Func: fnShmNopage, Line: nopKill}),
	because("a sleep is where others run; without it there are fewer schedules",
		vm.At{Func: fnSwapoff, Line: offPut},
		vm.At{Func: fnRead, Line: rscAlloc},
		vm.At{Func: fnFork, Line: frkAlloc},
		vm.At{Func: fnFork, Line: frkVmaAlloc},
		vm.At{Func: fnFork, Line: frkThread},
		vm.At{Func: fnExitMmap, Line: xmpClose},
		vm.At{Func: fnSwapoff24, Line: newBlkdev}),
	because("the BUG that it checks for is the rest of the kernel's to avoid, and a fixed one does",
		vm.At{Func: fnDelete, Line: delLocked},
		vm.At{Func: fnDelete, Line: delMapping},
		vm.At{Func: fnZap, Line: zapMapping},
		vm.At{Func: fnSwapoff24, Line: newBug}),
	because("every caller has a reference of its own, so that the check never fails",
		vm.At{Func: fnRead, Line: rscDupTest},
		vm.At{Func: fnFork, Line: frkDupTest},
		vm.At{Func: fnAcquire, Line: acqDupTest}),
	because("the test under the page lock is the one that counts",
		vm.At{Func: fnZap, Line: zapTest},
		vm.At{Func: fnWpPage, Line: wrpTest}),
	because("mmap_sem, or page_table_lock, keeps swapoff out of do_wp_page; only munmap, behind the walk, needs the test",
		vm.At{Func: fnWpPage, Line: wrpRetest}),
	because("who finds a page of the swap cache waits for its lock and then looks again whether it is still there",
		vm.At{Func: fnShrink, Line: shkCount}),
	because("who has locked a page that is hashed finds PageSwapCache, too",
		vm.At{Func: fnShrink, Line: shkTest}),
	because("the page that is found has left the swap cache, but it has the right contents",
		vm.At{Func: fnRead, Line: rscAgain}),
	because("kernels with this line are fixed only where nobody else locks the page",
		vm.At{Func: fnSwapOut, Line: tsoLocked}),
	because("there is no such vma, or page, to be found in any workload",
		vm.At{Func: fnMunmap, Line: munFind},
		vm.At{Func: fnMremap, Line: mrmFind},
		vm.At{Func: fnShmNopage, Line: nopMapped}),
	because("the page is read as if it were not cached, and then found",
		vm.At{Func: fnFault, Line: fltLookup},
		vm.At{Func: fnShmNopage, Line: nopLookup}),
	because("readahead saves time, nothing else",
		vm.At{Func: fnFault, Line: fltAhead},
		vm.At{Func: fnShmNopage, Line: nopAhead},
		vm.At{Func: fnReadahead, Line: rdaLimit},
		vm.At{Func: fnReadahead, Line: rdaRead},
		vm.At{Func: fnReadahead, Line: rdaCount24},
		vm.At{Func: fnReadahead, Line: rdaRead24}),
	because("a page is copied that need not be",
		vm.At{Func: fnWpPage, Line: wrpCase}),
	because("a page goes out, or to its only user, sooner than it need",
		vm.At{Func: fnSwapOut, Line: tsoOld},
		vm.At{Func: fnSwapOut, Line: tsoDrop},
		vm.At{Func: fnFault, Line: fltWrite}),
	because("mmap_sem is taken the slow way",
		vm.At{Func: fnSwapoff24, Line: newTrySem}),
	because("without it the function gives up and leaves everything as it was",
		vm.At{Func: fnFault, Line: fltSame},
		vm.At{Func: fnWpPage, Line: wrpRead},
		vm.At{Func: fnWpPage, Line: wrpInstall},
		vm.At{Func: fnSwapOut, Line: tsoAcquire},
		vm.At{Func: fnSwapOut, Line: tsoNew},
		vm.At{Func: fnAcquire, Line: acqNew},
		vm.At{Func: fnTruncate, Line: trnZap},
		vm.At{Func: fnMlockall, Line: mlkFlags},
		vm.At{Func: fnExec, Line: exeAlone}),
	because("the page then stays in the swap cache for longer, where everybody finds it",
		vm.At{Func: fnShmNopage, Line: nopDelete},
		vm.At{Func: fnShmSwap, Line: swpPick}),
	because("the pages that swapoff maps are read-only already",
		vm.At{Func: fnFork, Line: frkProtect}),
	because("the second vma is empty",
		vm.At{Func: fnFork, Line: frkNext}),
	because("the segment has given its handle back before",
		vm.At{Func: fnShmRmid, Line: rmdFree},
		vm.At{Func: fnShmRmid, Line: rmdDel}),
	because("a label, or the end of the function",
		vm.At{Func: fnShmSwap, Line: swpNone},
		vm.At{Func: fnSwapoff24, Line: newReturn}),
	because("nobody looks at the object afterwards",
		vm.At{Func: fnMunmap, Line: munFreeVma},
		vm.At{Func: fnMremap, Line: mrmUnlink},
		vm.At{Func: fnExitMmap, Line: xmpClear}),
	because("nobody uses the new device afterwards",
		vm.At{Func: fnSwapon, Line: sonFree},
		vm.At{Func: fnSwapon, Line: sonMap},
		vm.At{Func: fnSwapon, Line: sonUsed},
		vm.At{Func: fnSwapon, Line: sonList},
		vm.At{Func: fnSwapon, Line: sonForeign}),
	because("a kernel that gets here counts nr_swap_pages twice, and is not fixed",
		vm.At{Func: fnSwapoff24, Line: newReset}),
)

// because gives lines the same reason.
func because(why string, lines ...vm.At) []vm.Spare {
	var out []vm.Spare
	for _, at := range lines {
		out = append(out, vm.Spare{At: at, Why: why})
	}
	return out
}
