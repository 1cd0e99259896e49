package migrate

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// The kernel functions, in the order of the listings. Those from fnFind on are
// no part of the race of the waiters.
const (
	fnMigrate vm.Func = iota
	fnUnmap
	fnMove
	fnRemap
	fnPrivate
	fnPut
	fnUnlock
	fnAccess
	fnWait
	fnZap
	fnFind
	fnRead
	fnRelease
	fnCreate
	fnTruncate
	fnSwapIn
	fnCopy
	fnDelete
	fnShrink
	fnGup
	fnMoveRef
)

// The operations, in the order of Migrate.Ops. Those from opRead on are no part
// of the race of the waiters.
const (
	opMigrate uint8 = iota
	opMigrate1
	opMigrateTwice
	opMigrateAll
	opLoad0
	opLoad1
	opStore0
	opStore1
	opZap0
	opZap1
	opRead
	opCreate
	opTruncate
	opGup
	opPagevec
	opShrink
	opShrink1
	opMoveRef
)

// Migrate is the race of page migration against everybody else who has or takes
// a reference to the page.
var Migrate = vm.Class[State, locals]{
	Name:     "migrate",
	About:    "the freeze of a page's count by migration or reclaim against others who have or take a reference",
	Object:   "page",
	Patches:  patchNames,
	Kernels:  kernels,
	Listings: listings,
	Ops:      ops,
	Boots:    boots,
	CPUs:     func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Rest:     (*State).rest,
	Cover:    (*State).cover,
	Spare:    spare,
	Symmetry: &vm.Symmetry{},
}

// Wait is the race of page migration against tasks that fault on its migration
// entries and wait for it.
var Wait = vm.Class[State, locals]{
	Name:     "migration-wait",
	About:    "the freeze of a page's count by migration against tasks that wait for it with or without a reference",
	Object:   "page",
	Patches:  patchNames,
	Kernels:  waitKernels,
	Listings: waitListings(),
	Ops:      ops[:opRead],
	Boots:    waitBoots,
	CPUs:     func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Rest:     (*State).rest,
	Cover:    (*State).cover,
	Spare:    waitSpare,
	Symmetry: &vm.Symmetry{},
}

var listings = []vm.Listing[State, locals]{
	fnMigrate:  migrateListing,
	fnUnmap:    unmapListing,
	fnMove:     moveListing,
	fnRemap:    remapListing,
	fnPrivate:  privateListing,
	fnPut:      putListing,
	fnUnlock:   unlockListing,
	fnAccess:   accessListing,
	fnWait:     waitListing,
	fnZap:      zapListing,
	fnFind:     findListing,
	fnRead:     readListing,
	fnRelease:  releaseListing,
	fnCreate:   createListing,
	fnTruncate: truncateListing,
	fnSwapIn:   swapListing,
	fnCopy:     wpListing,
	fnDelete:   deleteListing,
	fnShrink:   shrinkListing,
	fnGup:      gupListing,
	fnMoveRef:  moveRefListing,
}

// waitListings are those of the class, with no lines in the functions that none
// of its operations comes to.
func waitListings() []vm.Listing[State, locals] {
	out := slices.Clone(listings)
	for i := range out[fnFind:] {
		out[int(fnFind)+i].Lines = nil
	}
	return out
}

// Where a short migration begins: it has one or two passes left, and sleeps for
// the page lock.
const (
	lastPass   = migratePasses - 1
	lastPasses = migratePasses - 2
)

var ops = []vm.Op[State, locals]{
	opMigrate:      {Name: "migrate_pages(page 0), last pass", Func: fnMigrate, Args: locals{pass: lastPass, held: 1}},
	opMigrate1:     {Name: "migrate_pages(page 1), last pass", Func: fnMigrate, Args: locals{page: 1, pass: lastPass, held: 1}},
	opMigrateTwice: {Name: "migrate_pages(page 0), last two passes", Func: fnMigrate, Args: locals{pass: lastPasses, held: 1}},
	opMigrateAll:   {Name: "migrate_pages(page 0)", Func: fnMigrate},
	opLoad0:        {Name: "load(address 0)", Func: fnAccess},
	opLoad1:        {Name: "load(address 1)", Func: fnAccess, Args: locals{i: 1}},
	opStore0:       {Name: "store(address 0)", Func: fnAccess, Args: locals{n: userStore}},
	opStore1:       {Name: "store(address 1)", Func: fnAccess, Args: locals{i: 1, n: userStore}},
	opZap0:         {Name: "munmap(address 0)", Func: fnZap},
	opZap1:         {Name: "munmap(address 1)", Func: fnZap, Args: locals{i: 1}},
	opRead:         {Name: "read", Func: fnRead, Begin: onFile},
	opCreate:       {Name: "iomap_page_create", Func: fnCreate, Begin: onFile},
	opTruncate:     {Name: "truncate", Func: fnTruncate, Begin: onFile},
	opGup:          {Name: "get_user_pages(address 0), store", Func: fnGup, Args: locals{n: userStore}},
	opPagevec:      {Name: "get_user_pages(address 0)", Func: fnGup},
	opShrink:       {Name: "shrink_page_list(page 0)", Func: fnShrink},
	opShrink1:      {Name: "shrink_page_list(page 1)", Func: fnShrink, Args: locals{page: 1}},
	opMoveRef:      {Name: "reuse_by_moving(address 0)", Func: fnMoveRef},
}

// onFile skips an operation on a file if the object is anonymous memory.
func onFile(s *State, _ *vm.Exec, _ *locals) bool { return s.Rules&isFile != 0 }

// cover abstracts a state to what a kernel developer would ask for first: the
// count of the old page and whether it is locked, what the tree and the first
// page table entry hold, and whether somebody waits for the page or is about to.
func (s *State) cover() uint32 {
	old := &s.Page[0]
	n := uint32(min(max(old.Count, 0), 3))
	n = n*3 + uint32(s.Slot)
	n = n*4 + uint32(s.PTE[0].kind()>>4)
	n *= 3
	switch {
	case s.Queue[0] != 0:
		n += 2
	case s.waits(0):
		n++
	}
	n *= 2
	if old.Lock.Locked() {
		n++
	}
	return n
}
