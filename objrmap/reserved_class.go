package objrmap

import "github.com/vmrace/vmrace/vm"

// The kernel functions of the reserved race, in the order of the listings.
const (
	fnFaultPte vm.Func = iota
	fnNoPage
	fnWPPage
	fnSwapPage
	fnAddRmap
	fnShrink
	fnUnmapOne
	fnUnmapObj
	fnSwapOutVMA
	fnRsvReclaim
)

// Unreserved is a page that reclaim took away from a VM_RESERVED vma although
// the kernel says that it does not.
const Unreserved vm.Kind = "reserved region unmapped"

// The operations, in the order of Reserved.Ops.
const (
	opRead uint8 = iota
	opWrite
	opReclaimDevice
	opReclaimCopy
	opReclaimCopy2
)

// Reserved is the race of faults in a driver's vma against reclaim.
var Reserved = vm.Class[ReservedState, rsvLocals]{
	Name:     "reserved",
	About:    "faults bring pages into a VM_RESERVED vma while reclaim looks for pages to swap out",
	Object:   "page",
	Patches:  rsvPatchNames,
	Kernels:  rsvKernels,
	Listings: rsvListings,
	Ops:      rsvOps,
	Boots:    rsvBoots,
	CPUs:     func(s *ReservedState) []vm.CPU[rsvLocals] { return s.CPU[:] },
	Rest:     (*ReservedState).rest,
	Cover:    (*ReservedState).cover,
	Spare:    rsvSpare,
	Symmetry: &vm.Symmetry{},
}

var rsvListings = []vm.Listing[ReservedState, rsvLocals]{
	fnFaultPte:   handlePteFaultListing,
	fnNoPage:     doNoPageListing,
	fnWPPage:     doWPPageListing,
	fnSwapPage:   doSwapPageListing,
	fnAddRmap:    pageAddRmapListing,
	fnShrink:     shrinkListListing,
	fnUnmapOne:   unmapOneListing,
	fnUnmapObj:   unmapObjListing,
	fnSwapOutVMA: swapOutVMAListing,
	fnRsvReclaim: rsvReclaimListing,
}

var rsvOps = []vm.Op[ReservedState, rsvLocals]{
	opRead:          {Name: "read", Func: fnFaultPte},
	opWrite:         {Name: "write", Func: fnFaultPte, Args: rsvLocals{write: true}},
	opReclaimDevice: {Name: "reclaim(page 0)", Func: fnRsvReclaim, Args: rsvLocals{page: device}},
	opReclaimCopy:   {Name: "reclaim(page 1)", Func: fnRsvReclaim, Args: rsvLocals{page: 1}},
	opReclaimCopy2:  {Name: "reclaim(page 2)", Func: fnRsvReclaim, Args: rsvLocals{page: 2}},
}

// Reclaim in 2.4 walks page tables, whatever page it is told.
var rsvBoots = []vm.Boot[ReservedState]{
	{Name: "private", Init: bootDriver(0, vmReserved), Programs: [][]uint8{{opWrite, opRead}, {opReclaimCopy}}},
	{Name: "copied", Init: bootDriver(0, vmReserved), Programs: [][]uint8{{opRead, opWrite}, {opReclaimCopy, opReclaimDevice}}},
	{Name: "shared", Init: bootDriver(0, vmReserved|vmShared), Programs: [][]uint8{{opWrite}, {opRead}, {opReclaimDevice}}},
	{Name: "pg-reserved", Init: bootDriver(pgReserved, vmShared), Programs: [][]uint8{{opWrite}, {opRead}, {opReclaimDevice}}},
	{Name: "page-cache", Init: bootDriver(pgMapping|pgLRU, vmReserved|vmShared), Programs: [][]uint8{{opWrite}, {opRead}, {opReclaimDevice}}},
	{Name: "swapped", Init: bootSwappedCopy, Programs: [][]uint8{{opRead}, {opWrite}}},
	{Name: "ordinary", Init: bootDriver(pgMapping|pgLRU, 0), Programs: [][]uint8{{opWrite}, {opRead, opWrite}, {opReclaimCopy}}},
}

// bootDriver has a vma with these flags, whose nopage hands out a page with
// these flags. The driver, or the file, holds a reference to it.
func bootDriver(page, vma vm.Flags) func(s *ReservedState, p vm.Patch) {
	return func(s *ReservedState, p vm.Patch) {
		for i := range s.Page {
			s.Page[i].Life = vm.FreeLife
		}
		s.Page[device] = rsvPage{Count: 1, Flags: page}
		if page.Has(pgMapping) {
			s.Page[device].Count++
		}
		s.VMA = vma
		switch {
		case p&Walk != 0:
			s.Policy = noReverseMap
		case p&Policy2615 != 0:
			s.Policy = copiesLeave
		}
	}
}

// bootSwappedCopy has an ordinary vma, whose private copy is in swap.
func bootSwappedCopy(s *ReservedState, p vm.Patch) {
	bootDriver(pgMapping|pgLRU, 0)(s, p)
	s.PTE = swapEntry + pteOf(1)
}

// The patches of the reserved race. The kernel without any is Linus' 2.6.5-rc2.
const (
	// Walk is the swapout of 2.4, which walks page tables.
	Walk vm.Patch = 1 << iota
	// TestWalk has it pass over a vma with VM_RESERVED.
	TestWalk
	// ObjRmap finds the ptes of a page of a file by the file, as in -mjb.
	ObjRmap
	// TestObj is Arcangeli's second hunk: try_to_unmap_obj_one fails for VM_RESERVED.
	TestObj
	// BugObj is his reply to Morton: a BUG_ON in the same place.
	BugObj
	// TestOne has try_to_unmap_one fail for VM_RESERVED.
	TestOne
	// BugOne is the BUG_ON in try_to_unmap_one.
	BugOne
	// Policy2615 is 101d2be764: reclaim may take what the driver does not own. It
	// only takes the test away, and the promise.
	Policy2615
)

var rsvPatchNames = []string{"walk", "test-walk", "obj-rmap", "test-obj", "bug-obj", "test-one", "bug-one", "policy-2.6.15"}

var rsvKernels = []vm.Kernel{
	{Name: "2.4.25", ID: "B-V8w", Version: "2.4.25", Year: 2004, Source: "mm/vmscan.c", Patches: Walk | TestWalk, Fixed: true,
		About: "swap_out passes over a vma with VM_RESERVED"},
	{Name: "2.4.25-untested", ID: "B-V8w0", Version: "2.4.25", Year: 2004, Source: "mm/vmscan.c", Patches: Walk,
		About: "the same without the test: swap_out comes to pages that are not on the LRU"},
	{Name: "2.6.3-mjb2", ID: "B-V8o", Version: "2.6.3-mjb2", Year: 2004, Source: mailFixes, Patches: ObjRmap,
		About: "no test, and page_add_rmap wants a mapping"},
	{Name: "2.6.3-mjb2-hunk2", ID: "B-V8ob", Version: "2.6.3-mjb2 with the second hunk", Year: 2004, Source: mailFixes, Patches: ObjRmap | TestObj,
		About: "SWAP_FAIL for VM_RESERVED in try_to_unmap_obj_one"},
	{Name: "2.6.3-mjb2-bug-on", ID: "B-V8oc", Version: "2.6.3-mjb2 with a BUG_ON", Year: 2004, Source: mailFixes, Patches: ObjRmap | BugObj,
		About: "BUG_ON for VM_RESERVED in try_to_unmap_obj_one"},
	{Name: "2.6.5-rc2", ID: "B-V8a", Version: "2.6.5-rc2", Year: 2004, Source: "mm/rmap.c",
		About: "no test: a private copy is swapped out"},
	{Name: "2.6.5-rc2-bug-on", ID: "B-V8c", Version: "2.6.5-rc2 with a BUG_ON", Year: 2004, Source: mailFixes, Patches: BugOne,
		About: "BUG_ON for VM_RESERVED in try_to_unmap_one"},
	{Name: "2.6.7", ID: "B-V8b", Version: "2.6.7", Year: 2004, Source: "mm/rmap.c", Patches: TestOne, Fixed: true,
		About: "SWAP_FAIL for VM_RESERVED in try_to_unmap_one, whatever the page"},
	{Name: "2.6.15", ID: "B-V8d", Version: "2.6.15", Year: 2005, Source: "101d2be764", Patches: Policy2615, Fixed: true,
		About: "no test: only the driver's own pages must stay, and they are not on the LRU"},
}

var rsvSpare = []vm.Spare{
	{At: vm.At{Func: fnRsvReclaim, Line: tpShrink}, Why: "nothing is reclaimed: no progress, no harm"},
	{At: vm.At{Func: fnRsvReclaim, Line: tpSwapOut}, Why: "nothing is swapped out: no progress, no harm"},
	{At: vm.At{Func: fnShrink, Line: slAddToSwap}, Why: "a page without a swap entry stays: no progress, no harm"},
	{At: vm.At{Func: fnShrink, Line: slUnmap}, Why: "every page stays: no progress, no harm"},
	{At: vm.At{Func: fnShrink, Line: slDelete}, Why: "the page stays in the swap cache and on the LRU: no progress, no harm"},
	{At: vm.At{Func: fnSwapPage, Line: spDelete}, Why: "the page stays in the swap cache, which the next swapout uses"},
	{At: vm.At{Func: fnUnmapOne, Line: roPte}, Why: "with one pte, a page that is mapped while page_table_lock is held is mapped there"},
}
