package lrulock

import "github.com/vmrace/vmrace/vm"

// Why a line can be dropped without a bug, where several lines share the reason.
const (
	lazily     = "a page that was missed is in VM_LOCKED vmas on an evictable list, and the next scan finds it"
	undercount = "the count may be too low: the page comes back to the LRU early, and the next scan finds it"
	fastPath   = "a look before the lock; the one under the lock decides"
	noActive   = "no page becomes active in this kernel"
	forOracle  = "it tells the oracle, not the kernel, that the page is mapped"
	onePage    = "what stays in the pagevec or on the list comes with the next call"
	never      = "in this kernel nobody comes here with such a page"
	lastPut    = "the page table lock is held, and with it a page table entry with a reference"
	poison     = "page->lru of a page that is freed is poison or a count of zero already"
)

// The fixed kernels by name, for lines that only some of them can do without.
var (
	looksUp  = []string{"2.4-rotate", "2.6.4"}
	counted  = []string{"piggin-repaired"}
	listed28 = []string{"2.6.38"}
	newest   = []string{"5.18-repaired"}
)

// mlockSpare are the lines that fixed kernels can do without in the workloads.
var mlockSpare = []vm.Spare{
	// Only a count notices that a vma is mlocked twice.
	{Kernels: looksUp, At: at(fnMlock, mlTest), Why: "what is VM_LOCKED becomes so again"},
	{Kernels: listed28, At: at(fnMlock, mlTest), Why: "the flag is set again; nothing is counted"},
	{Kernels: looksUp, At: at(fnMlock, mlFollow), Why: forOracle},
	{Kernels: counted, At: at(fnMlock, mlVMA), Why: lazily},
	{Kernels: listed28, At: at(fnMlock, mlVMA), Why: lazily},
	{Kernels: listed28, At: at(fnMlock, mlDrain), Why: lazily},
	{Kernels: newest, At: at(fnMlock, mlDrain), Why: lazily},
	{Kernels: newest, At: at(fnMlock, mlMlockPage), Why: lazily},
	{Kernels: newest, At: at(fnMlock, mlDrainAgain), Why: "nothing waits in an mlock_pvec"},

	{At: at(fnMunlock, muTest), Why: "munlock of what is not mlocked finds nothing to do"},
	{Kernels: looksUp, At: at(fnMunlock, muFollow), Why: "nothing is done to the page"},
	{At: at(fnMunlock, muDrain), Why: "a page in a pagevec is evictable or about to be"},
	{At: at(fnMunlock, muDrainAgain), Why: "nothing waits in an mlock_pvec"},
	{At: at(fnMunmap, umTest), Why: "munlock of what is not mlocked finds nothing to do"},
	{At: at(fnMunmap, umFlag), Why: "the vma goes before anybody can look at it again"},

	{At: at(fnFork, dmCopy), Why: "the child's vma is there, and what it copies is cleared next"},
	{At: at(fnFault, pfShared), Why: "a copy too many is no bug"},
	{At: at(fnFault, pfHeld), Why: forOracle},

	{At: at(fnIsolate, isPeek), Why: fastPath},
	{At: at(fnDrain, drNext), Why: onePage},
	{At: at(fnDrain, drMlock), Why: "nothing waits in an mlock_pvec"},
	{At: at(fnLRUCacheAdd, laLocked), Why: lazily},

	{At: at(fnMlockVMA, mvTest), Why: undercount},
	{At: at(fnMlockVMA, mvIsolate), Why: lazily},
	{At: at(fnMlockVMA, mvInc), Why: undercount},
	{At: at(fnMlockVMA, mvIsolate28), Why: lazily},
	{At: at(fnMunlockVMA, nvLocked), Why: "munlock holds mmap_sem until it has had the page lock, which the caller holds"},
	{At: at(fnMunlockVMA, nvNext), Why: lazily},
	{Kernels: listed28, At: at(fnPutback, pbEvictable), Why: "an evictable page goes to the unevictable list and the second look brings it back"},
	{At: at(fnPutback, pbAhead), Why: "it is the processor's freedom, not the kernel's line"},
	{At: at(fnPutback, pbPeek), Why: fastPath},

	{At: at(fnMlockPage, mpNow), Why: "mlock drains once more before it returns, and what a scan has seen can wait"},
	{At: at(fnMunlockPage, npNow), Why: "munlock drains once more before it returns"},
	{At: at(fnMlockPagevec, pvEvictable), Why: undercount},
	{At: at(fnMlockPagevec, pvRescue), Why: "the page stays where its own munlock will find it"},
	{At: at(fnMlockPagevec, pvInc), Why: undercount},
	{At: at(fnMlockPagevec, pvNewEvictable), Why: lazily},
	{At: at(fnMlockPagevec, pvNewList), Why: "a page whose fault holds the page table lock stays mlocked until it is added"},
	{At: at(fnMlockPagevec, pvUnUnevictable), Why: undercount},
	{At: at(fnMlockPagevec, pvPutPeek), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutLock), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutClear), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutDel), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutUnlock), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutMlocked), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutLink), Why: lastPut},
	{At: at(fnMlockPagevec, pvPutFree), Why: lastPut},
	{At: at(fnMlockPagevec, pvNext), Why: onePage},

	{At: at(fnPut, ppMlocked), Why: never},
	{At: at(fnPut, ppCheck), Why: "it only checks"},
	{At: at(fnPut, ppLink), Why: poison},

	{Kernels: []string{"2.4-rotate", "piggin-repaired", "2.6.38", "5.18-repaired"}, At: at(fnRefill, rfDel), Why: noActive},
	{Kernels: []string{"2.4-rotate", "piggin-repaired", "2.6.38", "5.18-repaired"}, At: at(fnRefill, rfClear), Why: noActive},
	{Kernels: []string{"2.4-rotate", "piggin-repaired", "2.6.38", "5.18-repaired"}, At: at(fnRefill, rfAdd), Why: noActive},

	{Kernels: []string{"2.4-rotate", "2.6.4", "5.18-repaired"}, At: at(fnShrink, shWait), Why: "a scan that is not alone is no bug"},
	{At: at(fnShrink, shDrain), Why: onePage},
	{At: at(fnShrink, shClaim), Why: "a scan that takes nothing is no bug"},
	{At: at(fnShrink, shUnclaimed), Why: "who claims a page holds the lock, and so does the scan"},
	{At: at(fnShrink, shCull), Why: "the vmas say so, too"},
	{Kernels: looksUp, At: at(fnShrink, shLocked), Why: "a scan that frees nothing is no bug"},
	{Kernels: counted, At: at(fnShrink, shLocked), Why: "the look under mmap_sem decides"},
	{Kernels: listed28, At: at(fnShrink, shLocked), Why: "the look under mmap_sem decides"},
	{Kernels: newest, At: at(fnShrink, shMlockPage), Why: "the page keeps its pte; it is scanned again"},
	{At: at(fnShrink, shStill), Why: "munlock holds mmap_sem until it has had the page lock, which the scan holds"},
	{Kernels: listed28, At: at(fnShrink, shMark), Why: "the page keeps its pte; it is scanned again"},
	{At: at(fnShrink, shAdoptInc), Why: undercount},
	{Kernels: listed28, At: at(fnShrink, shMlocked), Why: "a scan that looks at the other vmas, too, is no bug"},
	{At: at(fnShrink, shStopped), Why: "a scan that looks at the other vmas, too, is no bug"},
	{Kernels: []string{"2.4-rotate", "2.6.4", "2.6.38"}, At: at(fnShrink, shNext), Why: "a page that other vmas map has more references than the scan expects"},
	{Kernels: listed28, At: at(fnShrink, shFreeMlocked), Why: never},
	{At: at(fnShrink, shFreeLink), Why: poison},
	{Kernels: []string{"2.6.4"}, At: at(fnShrink, shActivate), Why: "it saves work: the next scan does not meet the page"},
	{At: at(fnShrink, shMore), Why: onePage},
}

// at names a line.
func at(f vm.Func, line uint8) vm.At { return vm.At{Func: f, Line: line} }
