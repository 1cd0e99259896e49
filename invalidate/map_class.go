package invalidate

import "github.com/vmrace/vmrace/vm"

// The functions of the race shared-mapping, in the order of its listings.
const (
	mfnInvalidate vm.Func = iota
	mfnUnmap
	mfnFault
	mfnStore
	mfnWriteback
)

// The patches of the race shared-mapping. The kernel without any is 2.6.23.
const (
	// MapWhile unmaps until the page is no longer mapped, as 2.6.16 did.
	MapWhile vm.Patch = 1 << iota
	// NoLaunder is 2.6.23 without ->launder_page.
	NoLaunder
	// MkwriteLocked is b827e496c893, 2.6.30: ->page_mkwrite returns with the
	// page locked, and it stays so until it is mapped.
	MkwriteLocked
	// UnmapMutex is 2aa15890f3c1, 2.6.38: one unmap_mapping_range of a file at a time.
	UnmapMutex
)

var mapKernels = []vm.Kernel{
	{Name: "2.6.23", ID: "A-V4", Version: "2.6.23 to 2.6.29", Year: 2007, Source: "d00806b18315, e3db7691e9f3",
		About: "two unmaps of one file share a bookmark, and ->page_mkwrite runs without the page lock"},
	{Name: "2.6.23-no-launder", ID: "A-I9", Version: "2.6.38 without e3db7691e9f3", Year: 2007, Source: "before e3db7691e9f3",
		About: "a store through the mapping makes the invalidation fail", Patches: NoLaunder | MkwriteLocked | UnmapMutex},
	{Name: "2.6.30", ID: "A-I8", Version: "2.6.30 to 2.6.37", Year: 2009, Source: "b827e496c893",
		About: "->page_mkwrite under the page lock; two unmaps still share a bookmark", Patches: MkwriteLocked},
	{Name: "2.6.30-while", ID: "A-I8w", Version: "2.6.30 with a loop of 2.6.16", Year: 2009, Source: "b827e496c893, changed",
		About: "unmaps until the page is no longer mapped: an unmap that was misled is tried again", Patches: MkwriteLocked | MapWhile, Fixed: true},
	{Name: "2.6.38-mkwrite-unlocked", ID: "A-I7", Version: "2.6.38 without b827e496c893", Year: 2011, Source: "before b827e496c893",
		About: "write-back between ->page_mkwrite and the page table entry uses up the reserved block", Patches: UnmapMutex},
	{Name: "2.6.38", ID: "A-V4m", Version: "2.6.38", Year: 2011, Source: "2aa15890f3c1",
		About: "one unmap of a file at a time", Patches: MkwriteLocked | UnmapMutex, Fixed: true},
}

// The operations, in the order of SharedMapping.Ops.
const (
	mopFirst uint8 = iota
	mopRest
	mopAll
	mopFault0
	mopStore0
	mopWriteback0
	mopFault1
	mopStore1
)

var mapOps = []vm.Op[MapState, mapLocals]{
	mopFirst:      {Name: "invalidate page 0", Func: mfnInvalidate, Args: mapLocals{end: 1}},
	mopRest:       {Name: "invalidate pages 1 and 2", Func: mfnInvalidate, Args: mapLocals{page: 1, end: 3}},
	mopAll:        {Name: "invalidate all pages", Func: mfnInvalidate, Args: mapLocals{end: 3}},
	mopFault0:     {Name: "write fault, page 0", Func: mfnFault},
	mopStore0:     {Name: "store, page 0", Func: mfnStore},
	mopWriteback0: {Name: "write-back, page 0", Func: mfnWriteback},
	mopFault1:     {Name: "write fault, page 1", Func: mfnFault, Args: mapLocals{page: 1}},
	mopStore1:     {Name: "store, page 1", Func: mfnStore, Args: mapLocals{page: 1}},
}

var mapBoots = []vm.Boot[MapState]{
	{Name: "ranges", Init: bootRanges, Programs: [][]uint8{{mopRest}, {mopFirst}, {mopFault1, mopStore1}}},
	{Name: "overlap", Init: bootRanges, Programs: [][]uint8{{mopAll}, {mopAll}}},
	{Name: "mkwrite", Init: bootRanges, Programs: [][]uint8{{mopFault0, mopStore0}, {mopWriteback0, mopFirst}, {mopWriteback0}}},
	{Name: "dirty", Init: bootStored, Programs: [][]uint8{{mopStore0, mopFault0, mopStore0}, {mopFirst}}},
}

// bootRanges has all pages in the page cache, and mapped to read.
func bootRanges(s *MapState, _ vm.Patch) {
	for p := range s.PTE {
		s.PTE[p] = mapPresent
		s.Cached = s.Cached.With(p)
	}
}

// bootStored has page 0 written to.
func bootStored(s *MapState, p vm.Patch) {
	bootRanges(s, p)
	s.PTE[0] |= mapWrite | mapDirty
	s.Reserved, s.Unsaved = 1, 1
}

// SharedMapping is the race of invalidations of a file that is mapped shared
// against each other, against faults, and against write-back.
var SharedMapping = vm.Class[MapState, mapLocals]{
	Name:    "shared-mapping",
	About:   "invalidations of a mapped file against each other, and against write faults that call ->page_mkwrite",
	Object:  "page",
	Patches: []string{"while", "no-launder", "mkwrite-locked", "unmap-mutex"},
	Kernels: mapKernels,
	Listings: []vm.Listing[MapState, mapLocals]{
		mfnInvalidate: mapInvalidateListing,
		mfnUnmap:      mapUnmapListing,
		mfnFault:      mapFaultListing,
		mfnStore:      mapStoreListing,
		mfnWriteback:  mapWritebackListing,
	},
	Ops:   mapOps,
	Boots: mapBoots,
	CPUs:  func(s *MapState) []vm.CPU[mapLocals] { return s.CPU[:] },
	Rest:  (*MapState).rest,
	Cover: (*MapState).cover,
	Spare: mapSpare,
}

// cover tells states apart by the first page, by the bookmark, and by whether a
// fault has been to the file system and not yet mapped the page.
func (s *MapState) cover() uint32 {
	n := uint32(s.PTE[0])
	n = n*4 + uint32(min(s.Restarted, 3))
	for _, bit := range []bool{s.Cached.Has(0), s.Dirty.Has(0), s.Reserved.Has(0), s.mapping(0)} {
		n *= 2
		if bit {
			n++
		}
	}
	return n
}

// mapping reports whether a fault has reserved a block for the page and has yet to map it.
func (s *MapState) mapping(p uint8) bool {
	for i := range s.CPU {
		if c := &s.CPU[i]; !c.Idle() && c.At(0).Func == mfnFault && c.Locals(0).page == p && mkwReserve < c.At(0).Line && c.At(0).Line <= mkwSet {
			return true
		}
	}
	return false
}
