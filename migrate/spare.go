package migrate

import "github.com/vmrace/vmrace/vm"

func spareLine(f vm.Func, line uint8, why string) vm.Spare {
	return vm.Spare{At: vm.At{Func: f, Line: line}, Why: why}
}

const (
	noOp       = "the operation then does nothing"
	noUse      = "a look that spares work: what follows tests the same again"
	elsewhere  = "no workload of this class comes there: those of migrate do"
	structural = "a jump that the next line does as well"
)

// The lines of 5.0.1 that both classes can spare.
var sharedSpare = []vm.Spare{
	spareLine(fnMigrate, migLRU, "isolation then always fails and nothing is migrated"),
	spareLine(fnMigrate, migOne, noUse),
	spareLine(fnMigrate, migTry, "the page lock is then always slept for"),
	spareLine(fnMigrate, migForce, "the page lock is then slept for in early passes, too"),
	spareLine(fnMigrate, migOrphan, "the expected count of an orphan is out of reach: it has references, or is free soon"),
	spareLine(fnMigrate, migMapped, "the walk then finds nothing"),
	spareLine(fnMigrate, migStill, "the count is then too high"),
	spareLine(fnMigrate, migSwapOff, "the flag goes with the page that is freed"),
	spareLine(fnMigrate, migFailed, "a comment"),
	spareLine(fnMigrate, migAgain, "migration then gives up after the first pass"),
	spareLine(fnUnmap, unmNext, "the other mapping then makes migration fail"),
	spareLine(fnMove, movAnonDone, "the slot check then makes migration fail"),
	spareLine(fnMove, movCount, "the freeze compares again"),
	spareLine(fnMove, movSlot, "the page lock is held: see GuardTable"),
	spareLine(fnMove, movClean, "the old page is freed, dirty or not"),
	spareLine(fnAccess, accRetry, "the task then goes away"),
	spareLine(fnWait, wtEntry, "page 0 is then waited for, which may be the wrong page, but it is found unlocked or unlocked soon"),
	spareLine(fnWait, wtQueue, "the task then faults again at once"),
	spareLine(fnWait, wtTest, "the task then faults again at once"),
	spareLine(fnWait, wtSleep, "the task then faults again at once"),
	spareLine(fnWait, wtFinish, "a task that was not woken stays queued, and the next unlock wakes it"),
	spareLine(fnZap, zapDirty, "no workload looks for the content of a page of a file behind its last unmapping"),
}

var spare = append([]vm.Spare{
	spareLine(fnFind, fndRepeat, "the lookup then finds nothing"),
	spareLine(fnRead, rdFind, noOp),
	spareLine(fnRead, rdUptodate, "the page lock is then always taken"),
	spareLine(fnRead, rdMapping, "a page that was truncated meanwhile may be read as it was"),
	spareLine(fnRead, rdCopy, noOp),
	spareLine(fnRead, rdAgain, "the read then ends"),
	spareLine(fnCreate, crtFind, noOp),
	spareLine(fnCreate, crtMapping, "nobody truncates while a page is created"),
	spareLine(fnCreate, crtPrivate, "pages are created once"),
	spareLine(fnTruncate, trcFind, noOp),
	spareLine(fnTruncate, trcMapping, "the reference of the lookup makes migration fail, and nobody else truncates"),
	spareLine(fnTruncate, trcNext, "only the first address maps the file"),
	spareLine(fnTruncate, trcHasPrivate, "every page that is truncated has it"),
	spareLine(fnSwapIn, swpReload, "PageSwapCache is tested under the page lock"),
	spareLine(fnSwapIn, swpCached, "the reference of the lookup keeps others from taking it out of the swap cache"),
	spareLine(fnSwapIn, swpFull, "the swap cache may go at any time"),
	spareLine(fnSwapIn, swpCount, "no other process holds the swap entry"),
	spareLine(fnSwapIn, swpDelete, "the page then stays in the swap cache"),
	spareLine(fnSwapIn, swpDirty, "no workload reclaims the page behind it"),
	spareLine(fnSwapIn, swpAgain, structural),
	spareLine(fnCopy, wpTry, "the page lock is then always slept for"),
	spareLine(fnCopy, wpSwap, "no other process holds the swap entry"),
	spareLine(fnCopy, wpDelete, "the page then stays in the swap cache, dirty"),
	spareLine(fnCopy, wpDirty, "no workload reclaims the page behind it"),
	spareLine(fnCopy, wpAgain, structural),
	spareLine(fnShrink, shrLRU, "isolation then always fails and nothing is reclaimed"),
	spareLine(fnShrink, shrMapped, "the walk then finds nothing"),
	spareLine(fnShrink, shrStill, "the count is then too high"),
	spareLine(fnShrink, shrDirty, "a clean page is then written, too"),
	spareLine(fnShrink, shrFreeable, "the freeze counts again: this spares a write in vain"),
	spareLine(fnShrink, shrFlag, "the flag goes with the page that is freed"),
	spareLine(fnGup, gupStore, noOp),
	spareLine(fnMoveRef, bySame, "the swap cache holds the page only while the entry is a swap entry"),
}, sharedSpare...)

var waitSpare = append([]vm.Spare{
	spareLine(fnMigrate, migUnget, elsewhere),
	spareLine(fnMigrate, migUngot, elsewhere),
	spareLine(fnMigrate, migLock, elsewhere),
	spareLine(fnUnmap, unmSwap, elsewhere),
	spareLine(fnUnmap, unmSet, "an empty entry is then a fault that is left out"),
	spareLine(fnMove, movAnonCount, "only waiters have a reference, and they do not use the page"),
	spareLine(fnMove, movAnonMapping, "the anonymous page is always unmapped in the end"),
	spareLine(fnMove, movSwap, elsewhere),
	spareLine(fnRemap, rmpNext, "only the first address maps the page"),
	spareLine(fnAccess, accResult, elsewhere),
	spareLine(fnZap, zapClear, "the page then stays mapped"),
	spareLine(fnZap, zapSwap, elsewhere),
}, sharedSpare...)
