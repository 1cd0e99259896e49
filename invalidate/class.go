package invalidate

import "github.com/vmrace/vmrace/vm"

// The functions, in the order of the listings.
const (
	fnFindGetPage vm.Func = iota
	fnFindLockPage
	fnPageCacheRead
	fnFilemapNopage
	fnDriverNopage
	fnDoNoPage
	fnUnmapMappingRange
	fnInvalidateCompletePage
	fnInvalidateCompletePage2
	fnInvalidateInodePages2Range
	fnInvalidateInodePages224
	fnInvalidateMappingPages
	fnGenericFileDirectIO
	fnTryToUnmap
	fnShrinkList
	fnInstallPage
	fnZapPageRange
	fnDoGenericMappingRead
	fnWritepage
	fnLruAddDrain
	fnGetUserPages
	fnLoad
	fnStore
	fnTruncateCompletePage
	fnTruncateInodePages
	fnVmtruncate
	fnVmtruncateRange
	functions
)

var listings = [functions]vm.Listing[State, locals]{
	fnFindGetPage:                findGetPageListing,
	fnFindLockPage:               findLockPageListing,
	fnPageCacheRead:              pageCacheReadListing,
	fnFilemapNopage:              filemapNopageListing,
	fnDriverNopage:               driverNopageListing,
	fnDoNoPage:                   doNoPageListing,
	fnUnmapMappingRange:          unmapMappingRangeListing,
	fnInvalidateCompletePage:     invalidateCompletePageListing,
	fnInvalidateCompletePage2:    invalidateCompletePage2Listing,
	fnInvalidateInodePages2Range: invalidateInodePages2RangeListing,
	fnInvalidateInodePages224:    invalidateInodePages224Listing,
	fnInvalidateMappingPages:     invalidateMappingPagesListing,
	fnGenericFileDirectIO:        genericFileDirectIOListing,
	fnTryToUnmap:                 tryToUnmapListing,
	fnShrinkList:                 shrinkListListing,
	fnInstallPage:                installPageListing,
	fnZapPageRange:               zapPageRangeListing,
	fnDoGenericMappingRead:       doGenericMappingReadListing,
	fnWritepage:                  writepageListing,
	fnLruAddDrain:                lruAddDrainListing,
	fnGetUserPages:               getUserPagesListing,
	fnLoad:                       loadListing,
	fnStore:                      storeListing,
	fnTruncateCompletePage:       truncateCompletePageListing,
	fnTruncateInodePages:         truncateInodePagesListing,
	fnVmtruncate:                 vmtruncateListing,
	fnVmtruncateRange:            vmtruncateRangeListing,
}

// without returns the listings with some left empty: a class has only the
// functions that its operations come to.
func without(drop ...vm.Func) []vm.Listing[State, locals] {
	out := listings
	for _, f := range drop {
		out[f] = vm.Listing[State, locals]{Name: out[f].Name, Source: out[f].Source, Step: out[f].Step}
	}
	return out[:]
}

// Invalidate is the race between the removal of a page from the page cache by
// an invalidation and a page fault that has found the page before.
var Invalidate = vm.Class[State, locals]{
	Name:     "invalidate",
	About:    "invalidate_inode_pages2 takes a page out of the page cache while a fault maps it",
	Object:   "page",
	Patches:  patchNames,
	Kernels:  invalidateKernels,
	Listings: without(fnTruncateCompletePage, fnTruncateInodePages, fnVmtruncate, fnVmtruncateRange),
	Ops:      invalidateOps[:],
	Boots:    invalidateBoots,
	CPUs:     func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Rest:     (*State).rest,
	Cover:    cover,
	Spare:    invalidateSpare,
	Symmetry: &vm.Symmetry{},
}

// Truncate is the race between truncation and a page fault: the same fault, and
// a guard of its own.
var Truncate = vm.Class[State, locals]{
	Name:    "truncate",
	About:   "truncation takes a page out of the page cache while a fault maps it",
	Object:  "page",
	Patches: patchNames,
	Kernels: truncateKernels,
	Listings: without(fnDriverNopage, fnInvalidateCompletePage, fnInvalidateCompletePage2, fnInvalidateInodePages2Range,
		fnInvalidateInodePages224, fnInvalidateMappingPages, fnGenericFileDirectIO, fnTryToUnmap, fnShrinkList, fnInstallPage,
		fnZapPageRange, fnDoGenericMappingRead, fnLruAddDrain, fnGetUserPages),
	Ops:      truncateOps[:],
	Boots:    truncateBoots,
	CPUs:     func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Rest:     (*State).rest,
	Cover:    cover,
	Spare:    truncateSpare,
	Symmetry: &vm.Symmetry{},
}

// cover tells states apart by what the page cache and the page tables hold, by
// the first page, and by the lock of the tree. An entry that is set before its
// page is counted as mapped is a state of its own.
func cover(s *State) uint32 {
	c := uint32(0)
	for _, e := range s.PTE {
		c *= 3
		switch {
		case e == 0:
		case e.page() == s.Tree:
			c++
		default:
			c += 2
		}
	}
	p := &s.Page[0]
	for _, bit := range []bool{
		s.Tree == 1, p.Flags.Has(uptodate), p.Lock.Locked(), p.Mapcount >= 0, s.TreeLock != (vm.RWLock{}),
	} {
		c *= 2
		if bit {
			c++
		}
	}
	return c
}
