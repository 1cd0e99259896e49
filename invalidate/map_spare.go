package invalidate

import "github.com/vmrace/vmrace/vm"

var mapSpare = []vm.Spare{
	spare(mfnInvalidate, invMapping, "a page that somebody else has removed is removed again, which changes nothing: pages are offsets here"),
	spare(mfnInvalidate, invMapped, slowPath),
	spare(mfnInvalidate, invBugOn, assertion),
	spare(mfnInvalidate, invLaunder, "a clean page is then written once more"),
	spare(mfnInvalidate, invFailed, "a page that was laundered is clean, and nobody can dirty it while it is locked"),
	spare(mfnInvalidate, invRemove, "the pages then stay; what a reader makes of that is for the race invalidate"),
	spare(mfnInvalidate, invNext, "the later pages then stay; what a reader makes of that is for the race invalidate"),
	spare(mfnInvalidate, invReturn, "the function ends here in any case"),
	spare(mfnUnmap, unmDone, "only saves a walk"),
	spare(mfnUnmap, unmRestart, "the walk then goes on where it stopped"),
	spare(mfnUnmap, unmPresent, "an entry that is not there is cleared again"),
	spare(mfnUnmap, unmBreak, "it then lets others run after every page"),
	spare(mfnUnmap, unmMark, "the walk then begins anew"),
	spare(mfnUnmap, unmResched, "others run in any case, with the lock dropped"),
	spare(mfnUnmap, unmAgain, "the rest of the range is then unmapped page by page"),
	spare(mfnFault, mkwSetDirty, "the page table entry is dirty, too"),
	spare(mfnFault, mkwSet, givesUp),
	spare(mfnFault, mkwRetry, "the fault then ends without a mapping, and the user faults again"),
	spare(mfnStore, mapStoreLine, user),
	spare(mfnWriteback, wrbMapping, "a page that is gone is clean"),
	spare(mfnWriteback, wrbDirty, "a clean page is then written once more"),
	spare(mfnWriteback, wrbClear, "the page is then written once more"),
}
