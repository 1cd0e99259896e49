package lrulock

import "github.com/vmrace/vmrace/vm"

// pagevecSpare are the lines that fixed kernels can do without in the workloads.
var pagevecSpare = []vm.Spare{
	{At: at(fnRelease, pcOwnCount), Why: fastPath},
	{At: at(fnRelease, pcPeek), Why: "only for speed: the lock could be taken for any page"},
	{At: at(fnPagevecRelease, vrOwnCount), Why: fastPath},
	{At: at(fnPagevecRelease, vrPeek), Why: "only for speed: the lock could be taken for any page"},

	{At: at(fnActivate, acPeek), Why: fastPath},
	{At: at(fnActivatePut, maActivate), Why: "a page that is not activated is no bug"},
	{At: at(fnReleasePages, rpRelease), Why: "without it there is no operation"},

	{At: at(fnShrinkCache, scDrain), Why: onePage},
	{At: at(fnShrinkCache, scIsolate), Why: "a scan that takes nothing is no bug"},
	{At: at(fnIsolatePages, ilZero), Why: "a page that waits on the LRU for the next scan is no bug"},
	{Kernels: []string{"morton-lock-first"}, At: at(fnIsolatePages, ilFree), Why: "where each last put is under the lock, no scan meets a dead page"},
	{At: at(fnIsolatePages, ilOrphanPut), Why: "an orphan may wait for the next scan"},
	{At: at(fnIsolatePages, ilNext), Why: "a batch of one is a batch"},

	{At: at(fnPutbackPages, plClear), Why: "a page that stays active is no bug"},
	{At: at(fnPutbackPages, plFull), Why: "a batch of one is a batch"},
	{At: at(fnPutbackPages, plRelease), Why: "the references go with the last batch; the model's pagevec does not overflow"},
	{At: at(fnPutbackPages, plPlain), Why: "the references go with the last batch; the model's pagevec does not overflow"},
}
