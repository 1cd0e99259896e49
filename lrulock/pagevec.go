package lrulock

import "github.com/vmrace/vmrace/vm"

// The kernel functions of the pagevec race, in the order of the listings.
const (
	fnRelease vm.Func = iota
	fnPagevecRelease
	fnPlain
	fnShrinkCache
	fnIsolatePages
	fnPutbackPages
	fnAddDrain
	fnAddNew
	fnActivate
	fnActivatePut
	fnReleasePages
)

var pagevecListings = []vm.Listing[PagevecState, pagevecLocals]{
	fnRelease:        pageCacheReleaseListing,
	fnPagevecRelease: pagevecReleaseListing,
	fnPlain:          pagevecPlainListing,
	fnShrinkCache:    shrinkCacheListing,
	fnIsolatePages:   isolatePagesListing,
	fnPutbackPages:   putbackPagesListing,
	fnAddDrain:       pagevecLRUAddListing,
	fnAddNew:         lruCacheAddNewListing,
	fnActivate:       activatePageListing,
	fnActivatePut:    markAccessedListing,
	fnReleasePages:   releasePagesListing,
}

// Pagevec is the race of batches of pages under the LRU lock.
var Pagevec = vm.Class[PagevecState, pagevecLocals]{
	Name:     "pagevec",
	About:    "scans that isolate pages, pagevecs that add and release them in batches, and the last put",
	Object:   "page",
	Patches:  pagevecPatches,
	Kernels:  pagevecKernels,
	Listings: pagevecListings,
	Ops:      pagevecOps,
	Boots:    pagevecBoots,
	CPUs:     func(s *PagevecState) []vm.CPU[pagevecLocals] { return s.CPU[:] },
	Rest:     (*PagevecState).rest,
	Cover:    (*PagevecState).cover,
	Spare:    pagevecSpare,
	Symmetry: &vm.Symmetry{},
}

// The patches of the kernels that have more than one.
const (
	ehrhardt = InPlace | Owner
	may2004  = TestOne | Counted | Owner
	piggin06 = UnlessZero | Owner
	twoKinds = ScanFrees | LockPut | LockVec | PlainBack
)

var pagevecKernels = []vm.Kernel{
	{Name: "2.5.32", ID: "A1", Version: "2.5.32", Year: 2002, Source: "bk:3f76fabd",
		About: "a scan looks at the count and then gets; a releaser looks again under the lock"},
	{Name: "2.5.32-uncounted", ID: "A1c", Version: "2.6.7 with the scan of 2.5.32", Year: 2002, Source: "bk:3f76fabd, bk:3e5ff433",
		About: "a scan does not count the dead pages that it puts back", Patches: TestOne | Owner},
	{Name: "morton", ID: "B1", Version: "2.5.31-bk7 with the proposal", Year: 2002, Source: "Andrew Morton, LKML, 25 Aug 2002",
		About: "page_cache_release leaves every page to the scans; two flavours of pagevec_release", Patches: ScanFrees | Leave | LockVec | PlainBack},
	{Name: "morton-drop-lock", ID: "B3", Version: "2.5.31-bk7 with the proposal", Year: 2002, Source: "Andrew Morton, LKML, 25 Aug 2002",
		About: "page_cache_release drops the count, takes the lock and frees what is off the LRU", Patches: ScanFrees | DropLock | LockVec},
	{Name: "morton-lock-first", ID: "B4", Version: "2.5.31-bk7 with the proposal", Year: 2002, Source: "Christian Ehrhardt, LKML, 26 Aug 2002",
		About: "every put_page_testzero is under the LRU lock", Patches: ScanFrees | LockPut | LockVec, Fixed: true},
	{Name: "morton-two-flavours", ID: "B5", Version: "2.5.31-bk7 with the proposal", Year: 2002, Source: "Andrew Morton, LKML, 25 Aug 2002",
		About: "a scan gives its references back without the lock and leaves pages on the LRU", Patches: twoKinds, Fixed: true},
	{Name: "morton-one-flavour", ID: "B5x", Version: "2.5.31-bk7 with the proposal", Year: 2002, Source: "after Andrew Morton, LKML, 25 Aug 2002",
		About: "everybody uses the flavour that expects nothing to become free", Patches: twoKinds | PlainVec},
	{Name: "morton-mixed", ID: "B6", Version: "2.5.31-bk7 with half of the proposal", Year: 2002, Source: "after Andrew Morton, LKML, 25 Aug 2002",
		About: "scans free, and releasers as in 2.5.32 do, too", Patches: ScanFrees},
	{Name: "2.5.31-ehrhardt", ID: "C", Version: "2.5.31-bk7 with the patch", Year: 2002, Source: "Christian Ehrhardt, LKML, 26 Aug 2002",
		About: "page_cache_get_lru under the LRU lock", Patches: ehrhardt, Fixed: true},
	{Name: "ehrhardt-outside", ID: "Cx", Version: "2.5.31-bk7 with the patch", Year: 2002, Source: "after Christian Ehrhardt, LKML, 26 Aug 2002",
		About: "page_cache_get_lru without the LRU lock", Patches: ehrhardt | Outside},
	{Name: "2.4.19-phillips", ID: "H", Version: "2.4.19 with the patch, order of the review", Year: 2002, Source: "Daniel Phillips, LKML, 31 Aug 2002",
		About: "presence on the LRU holds a reference", Patches: LRUOwner, Fixed: true},
	{Name: "2.4.19-phillips-early", ID: "Hx", Version: "2.4.19 with the patch", Year: 2002, Source: "Daniel Phillips, LKML, 31 Aug 2002",
		About: "that, with PG_lru set before the lock is taken", Patches: LRUOwner | SetEarly},
	{Name: "2.6.7", ID: "E", Version: "2.6.7-rc1", Year: 2004, Source: "bk:ad5d48f2",
		About: "get_page_testone tells a dead page, after it was taken off the list", Patches: may2004, Fixed: true},
	{Name: "2.6.17", ID: "F2", Version: "2.6.17", Year: 2006, Source: "46453a6e194, 7c8ee9a8634",
		About: "get_page_unless_zero before anything else is done to the page", Patches: piggin06, Fixed: true},
	{Name: "5.11", ID: "I511", Version: "5.11", Year: 2021, Source: "d25b5bd8a8f4",
		About: "who clears PG_lru has the page to itself", Patches: piggin06 | Claim, Fixed: true},
}

// The operations, in the order of Pagevec.Ops.
const (
	opPut0 uint8 = iota
	opPut1
	opPut2
	opVec
	opShrink1
	opShrink2
	opRefill1
	opRefill2
	opAdd
	opAddDrain
	opAccessed0
	opAccessed1
)

var pagevecOps = []vm.Op[PagevecState, pagevecLocals]{
	opPut0:      {Name: "page_cache_release(page 0)", Func: fnRelease, Args: pagevecLocals{page: 0}, Begin: owned},
	opPut1:      {Name: "page_cache_release(page 1)", Func: fnRelease, Args: pagevecLocals{page: 1}, Begin: owned},
	opPut2:      {Name: "page_cache_release(page 2)", Func: fnRelease, Args: pagevecLocals{page: 2}, Begin: owned},
	opVec:       {Name: "release_pages(two pages)", Func: fnReleasePages, Begin: ownedTwo},
	opShrink1:   {Name: "shrink_cache(1)", Func: fnShrinkCache, Args: pagevecLocals{n: 1}},
	opShrink2:   {Name: "shrink_cache(2)", Func: fnShrinkCache, Args: pagevecLocals{n: 2}},
	opRefill1:   {Name: "refill_inactive(1)", Func: fnShrinkCache, Args: pagevecLocals{n: 1 | onActive}},
	opRefill2:   {Name: "refill_inactive(2)", Func: fnShrinkCache, Args: pagevecLocals{n: 2 | onActive}},
	opAdd:       {Name: "lru_cache_add(new page)", Func: fnAddNew},
	opAddDrain:  {Name: "lru_add_drain", Func: fnAddDrain},
	opAccessed0: {Name: "activate_page(page 0)", Func: fnActivatePut, Args: pagevecLocals{page: 0}, Begin: owned},
	opAccessed1: {Name: "activate_page(page 1)", Func: fnActivatePut, Args: pagevecLocals{page: 1}, Begin: owned},
}

// owned begins an operation that uses up a reference of a user.
func owned(s *PagevecState, x *vm.Exec, l *pagevecLocals) bool {
	return vm.Mark(x, &s.Users).drop(int(l.page))
}

// ownedTwo begins one that uses up a reference to each of up to two pages.
func ownedTwo(s *PagevecState, x *vm.Exec, l *pagevecLocals) bool {
	users := vm.Mark(x, &s.Users)
	for p := 0; p < pagevecPages && l.pvec.Len() < pagevecSize; p++ {
		if users.drop(p) {
			l.pvec = l.pvec.With(p)
		}
	}
	return l.pvec != 0
}

// The boot states. Two have a page that is not on the LRU.
var pagevecBoots = []vm.Boot[PagevecState]{
	{Name: "scan", Init: initPair, Programs: [][]uint8{{opShrink2, opShrink1}, {opPut0}}},
	{Name: "batch", Init: initPair, Programs: [][]uint8{{opShrink2}, {opVec}}},
	{Name: "scans", Init: initActive, Programs: [][]uint8{{opRefill1}, {opShrink1}, {opPut0}}},
	{Name: "drain", Init: initWaits, Programs: [][]uint8{{opShrink1}, {opAddDrain}, {opPut0}}},
	{Name: "add", Init: initOne, Programs: [][]uint8{{opAdd, opAdd, opAdd}, {opShrink1, opPut2}, {opPut0}}},
	{Name: "activate", Init: initTwoUsers, Programs: [][]uint8{{opAccessed0}, {opAccessed0}, {opShrink1}}},
	{Name: "off", Init: initOff, Programs: [][]uint8{{opPut0}, {opShrink1, opVec}}},
}

// begin gives every page to the allocator and notes what the kernel promises.
func (s *PagevecState) begin(p vm.Patch) {
	for i := range s.Page {
		s.Page[i].Life = vm.FreeLife
	}
	if p&ScanFrees != 0 {
		s.Rules |= waiting
	}
	if p&LRUOwner != 0 {
		s.Rules |= owns
	}
	if p&(Claim|SetEarly) != 0 {
		s.Rules |= early
	}
}

// own gives somebody a reference.
func (s *PagevecState) own(p int) {
	s.Page[p].Life = 0
	s.Page[p].Count++
	s.Users.add(p)
}

// onLRU puts a page at the head of a list.
func (s *PagevecState) onLRU(p int, flags vm.Flags) {
	s.Page[p].Flags |= pgLRU | pgKnown | flags
	if flags&pgActive != 0 {
		s.Active = s.Active<<4 | vm.ListOf(p)
		s.NrActive++
	} else {
		s.Inactive = s.Inactive<<4 | vm.ListOf(p)
		s.NrInactive++
	}
	if s.Rules&owns != 0 {
		s.Page[p].Count++
	}
}

// initPair has two pages with a user each on the inactive list.
func initPair(s *PagevecState, p vm.Patch) {
	s.begin(p)
	for i := range 2 {
		s.own(i)
		s.onLRU(i, 0)
	}
}

// initOne has one page with a user on the inactive list.
func initOne(s *PagevecState, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.onLRU(0, 0)
}

// initActive has one page with a user on the active list and one on the inactive.
func initActive(s *PagevecState, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.onLRU(0, pgActive)
	s.own(1)
	s.onLRU(1, 0)
}

// initWaits has a page that waits in the pagevec of CPU1, and one on the LRU.
func initWaits(s *PagevecState, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.Page[0].Count++
	s.Page[0].Flags |= pgKnown
	s.Pvec[1] = s.Pvec[1].With(0)
	s.own(1)
	s.onLRU(1, 0)
}

// initTwoUsers has a page with two users on the inactive list.
func initTwoUsers(s *PagevecState, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.own(0)
	s.onLRU(0, 0)
}

// initOff has a page with a user that was never on the LRU, and one that is.
func initOff(s *PagevecState, p vm.Patch) {
	s.begin(p)
	s.own(0)
	s.own(1)
	s.own(1)
	s.onLRU(1, 0)
	s.own(2)
}

// cover abstracts a state to what has become of the first two pages.
func (s *PagevecState) cover() uint32 {
	n := uint32(0)
	for p := range 2 {
		pg := &s.Page[p]
		n = n*3 + uint32(min(max(int(pg.Count), 0), 2))
		n = n*2 + uint32(pg.Flags&pgLRU)
		n = n*3 + uint32(min(pg.Life.Owed()+pg.Life.Free(), 2))
	}
	return n
}
