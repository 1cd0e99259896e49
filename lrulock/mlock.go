package lrulock

import "github.com/vmrace/vmrace/vm"

// The kernel functions of the mlock race, in the order of the listings.
const (
	fnMlock vm.Func = iota
	fnMunlock
	fnMunmap
	fnFork
	fnFault
	fnShrink
	fnRefill
	fnDrain
	fnLockPage
	fnSketchMlock
	fnSketchMunlock
	fnMlockVMA
	fnMunlockVMA
	fnClearMlock
	fnMlockPage
	fnMunlockPage
	fnMlockPagevec
	fnIsolate
	fnPutback
	fnLRUCacheAdd
	fnPut
)

var mlockListings = []vm.Listing[MlockState, mlockLocals]{
	fnMlock:         doMlockListing,
	fnMunlock:       doMunlockListing,
	fnMunmap:        doMunmapListing,
	fnFork:          dupMmapListing,
	fnFault:         handlePteFaultListing,
	fnShrink:        shrinkListing,
	fnRefill:        refillListing,
	fnDrain:         lruAddDrainListing,
	fnLockPage:      lockPageListing,
	fnSketchMlock:   sketchMlockListing,
	fnSketchMunlock: sketchMunlockListing,
	fnMlockVMA:      mlockVMAListing,
	fnMunlockVMA:    munlockVMAListing,
	fnClearMlock:    clearMlockListing,
	fnMlockPage:     mlockPageListing,
	fnMunlockPage:   munlockPageListing,
	fnMlockPagevec:  mlockPagevecListing,
	fnIsolate:       isolateListing,
	fnPutback:       putbackListing,
	fnLRUCacheAdd:   lruCacheAddListing,
	fnPut:           putPageListing,
}

// Mlock is the race of mlock against everything else that owns page->lru.
var Mlock = vm.Class[MlockState, mlockLocals]{
	Name:     "mlock",
	About:    "mlock, which takes pages off the LRU, against munlock, reclaim, pagevecs, fork and the last put",
	Object:   "page",
	Patches:  mlockPatches,
	Kernels:  mlockKernels,
	Listings: mlockListings,
	Ops:      mlockOps,
	Boots:    mlockBoots,
	CPUs:     func(s *MlockState) []vm.CPU[mlockLocals] { return s.CPU[:] },
	Rest:     (*MlockState).rest,
	Cover:    (*MlockState).cover,
	Spare:    mlockSpare,
	Symmetry: &vm.Symmetry{},
}

// The patches of the kernels that have more than one.
const (
	zeroed   = Sketch | Zero
	locked   = Sketch | Zero | OneLock
	march5   = Piggin | LazyCount
	march12  = Piggin | LazySem
	repaired = Piggin | LazySem | Adopt | CowMunlock
	uLRU     = Unevictable | CowClear
	ordered  = Unevictable | CowClear | Barrier
	single   = Count | LockFirst | AtOnce | FreeClear
	cow      = Unevictable | CowMunlock | Barrier
)

var mlockKernels = []vm.Kernel{
	{Name: "2.4-rotate", ID: "D0r", Version: "2.4 without the refile", Year: 2001, Source: "hypothetical",
		About: "a scan looks up the vmas and leaves a mlocked page where it was", Patches: Rotate, Fixed: true},
	{Name: "2.6.4", ID: "D0", Version: "2.6.4", Year: 2004, Source: "mm/rmap.c, mm/vmscan.c",
		About: "a scan looks up the vmas and moves a mlocked page to the active list", Fixed: true},
	{Name: "pg-reserved", ID: "D1", Version: "2.6.4 with PG_reserved", Year: 2004, Source: "LKML, 3 Mar 2004",
		About: "mlocked pages are PG_reserved", Patches: PGReserved},
	{Name: "pg-locked", ID: "D2", Version: "2.6.4 with PG_locked", Year: 2004, Source: "LKML, 3 Mar 2004",
		About: "mlocked pages stay PG_locked", Patches: PGLocked},
	{Name: "sketch", ID: "B-M0", Version: "2.6.4 with the sketch", Year: 2004, Source: "Christoph Hellwig, LKML, 4 Mar 2004",
		About: "PG_mlocked, and a count in page->lru", Patches: Sketch},
	{Name: "sketch-zero", ID: "B-M1", Version: "2.6.4 with the sketch", Year: 2004, Source: "after LKML, 4 Mar 2004",
		About: "the sketch with a count that begins at zero", Patches: zeroed},
	{Name: "sketch-lock", ID: "B-M2", Version: "2.6.4 with the sketch", Year: 2004, Source: "after LKML, 4 Mar 2004",
		About: "that with all steps under zone->lru_lock", Patches: locked},
	{Name: "piggin-5mar", ID: "B-M3a", Version: "2.6.21-rc2 with the patch", Year: 2007, Source: "Nick Piggin, linux-mm, 5 Mar 2007",
		About: "page lock, extra reference; a scan sets the count to the vmas that it saw", Patches: march5},
	{Name: "piggin-12mar", ID: "B-M3b", Version: "2.6.21-rc3 with the patch", Year: 2007, Source: "Nick Piggin, linux-mm, 12 Mar 2007",
		About: "a scan counts each vma under its mmap_sem", Patches: march12},
	{Name: "piggin-repaired", ID: "B-M3", Version: "2.6.21-rc3 with the patch and two repairs", Year: 2007, Source: "after linux-mm, 12 Mar 2007",
		About: "a scan counts on the page that it has isolated, a copy on write munlocks the old page", Patches: repaired, Fixed: true},
	{Name: "2.6.28", ID: "B-M4", Version: "2.6.28", Year: 2008, Source: "894bc3104, b291f0003",
		About: "list of unevictable pages and no count; no barrier before the second look", Patches: uLRU},
	{Name: "2.6.32", ID: "B-M5", Version: "with 6a7b95481d49", Year: 2009, Source: "6a7b95481d49",
		About: "2.6.28 with the barrier", Patches: ordered},
	{Name: "2.6.38", ID: "B-M5c", Version: "2.6.38", Year: 2011, Source: "e15f8c01af92",
		About: "a copy on write munlocks the old page when it no longer maps it", Patches: cow, Fixed: true},
	{Name: "5.18", ID: "B-M6", Version: "5.18", Year: 2022, Source: "07ca76067308, 2fbb0c10d1e8",
		About: "a count again, changed only by who has cleared PG_lru", Patches: Count},
	{Name: "5.18-repaired", ID: "B-M6r", Version: "5.18 without the batches, with 66edc3a5894c", Year: 2024, Source: "after 07ca76067308, 66edc3a5894c",
		About: "mlock and munlock take the lock before they claim the page, nothing waits in an mlock_pvec, the allocator clears PG_mlocked", Patches: single, Fixed: true},
}

// The operations, in the order of Mlock.Ops.
const (
	opMlock0 uint8 = iota
	opMlock1
	opMlock2
	opMunlock0
	opMunlock1
	opMunlock2
	opMunmap0
	opMunmap1
	opMunmap2
	opFork
	opFault0
	opFault1
	opFault2
	opShrink
	opRefill
	opDrain
	opLockPage0
	opKswapd
)

var mlockOps = []vm.Op[MlockState, mlockLocals]{
	opMlock0:    {Name: "mlock(mm 0)", Func: fnMlock, Args: mlockLocals{page: noPage, mm: 0}, Begin: lives(0)},
	opMlock1:    {Name: "mlock(mm 1)", Func: fnMlock, Args: mlockLocals{page: noPage, mm: 1}, Begin: lives(1)},
	opMlock2:    {Name: "mlock(mm 2)", Func: fnMlock, Args: mlockLocals{page: noPage, mm: 2}, Begin: lives(2)},
	opMunlock0:  {Name: "munlock(mm 0)", Func: fnMunlock, Args: mlockLocals{page: noPage, mm: 0}, Begin: lives(0)},
	opMunlock1:  {Name: "munlock(mm 1)", Func: fnMunlock, Args: mlockLocals{page: noPage, mm: 1}, Begin: lives(1)},
	opMunlock2:  {Name: "munlock(mm 2)", Func: fnMunlock, Args: mlockLocals{page: noPage, mm: 2}, Begin: lives(2)},
	opMunmap0:   {Name: "munmap(mm 0)", Func: fnMunmap, Args: mlockLocals{page: noPage, mm: 0}, Begin: lives(0)},
	opMunmap1:   {Name: "munmap(mm 1)", Func: fnMunmap, Args: mlockLocals{page: noPage, mm: 1}, Begin: lives(1)},
	opMunmap2:   {Name: "munmap(mm 2)", Func: fnMunmap, Args: mlockLocals{page: noPage, mm: 2}, Begin: lives(2)},
	opFork:      {Name: "fork(mm 0, mm 2)", Func: fnFork, Args: mlockLocals{page: noPage, mm: 0, other: 2}, Begin: forks},
	opFault0:    {Name: "write fault(mm 0)", Func: fnFault, Args: mlockLocals{page: noPage, mm: 0}, Begin: lives(0)},
	opFault1:    {Name: "write fault(mm 1)", Func: fnFault, Args: mlockLocals{page: noPage, mm: 1}, Begin: lives(1)},
	opFault2:    {Name: "write fault(mm 2)", Func: fnFault, Args: mlockLocals{page: noPage, mm: 2}, Begin: lives(2)},
	opShrink:    {Name: "shrink_cache(1)", Func: fnShrink, Args: mlockLocals{other: 1}, Begin: starts},
	opRefill:    {Name: "refill_inactive(1)", Func: fnRefill, Begin: starts},
	opDrain:     {Name: "lru_add_drain", Func: fnDrain, Begin: starts},
	opLockPage0: {Name: "truncate_inode_page(page 0)", Func: fnLockPage, Args: mlockLocals{page: 0}, Begin: withReference},
	opKswapd:    {Name: "kswapd, alone", Func: fnShrink, Args: mlockLocals{other: alone | mlockPages + 1}, Begin: starts},
}

// starts begins an operation: what a scan has seen before no longer counts.
func starts(s *MlockState, x *vm.Exec, _ *mlockLocals) bool {
	*vm.Mark(x, &s.Scanned) = false
	return true
}

// lives begins an operation of an address space that there is.
func lives(i int) func(s *MlockState, x *vm.Exec, l *mlockLocals) bool {
	return func(s *MlockState, x *vm.Exec, l *mlockLocals) bool {
		return vm.Look(x, &s.MM[i].VMA).Has(vmThere) && starts(s, x, l)
	}
}

// withReference begins an operation on page 0 with a reference to it.
func withReference(s *MlockState, x *vm.Exec, l *mlockLocals) bool {
	count := vm.Mark(x, &s.Page[0].Count)
	if *count == 0 {
		return false
	}
	*count++
	return starts(s, x, l)
}

// forks begins a fork: there is a parent, and not yet a child.
func forks(s *MlockState, x *vm.Exec, l *mlockLocals) bool {
	child := vm.Mark(x, &s.MM[2])
	if !vm.Look(x, &s.MM[0].VMA).Has(vmThere) || child.VMA.Has(vmThere) || child.Sem != 0 {
		return false
	}
	child.VMA = vmThere
	child.Sem = writer(x.CPU)
	return starts(s, x, l)
}

// The boot states, in the order of Mlock.Boots.
var mlockBoots = []vm.Boot[MlockState]{
	{Name: "fork", Init: initLagging, Programs: [][]uint8{{opFork, opFault0, opLockPage0}, {opShrink}}},
	{Name: "mlockers", Init: initShared, Programs: [][]uint8{{opMlock0, opMlock0}, {opMlock1}, {opKswapd}}},
	{Name: "reclaim", Init: initShared, Programs: [][]uint8{{opMlock0, opMunlock0}, {opShrink, opRefill, opDrain}}},
	{Name: "pagevec", Init: initPagevec, Programs: [][]uint8{{opMlock0, opMunlock0}, {opDrain}, {opKswapd}}},
	{Name: "munlock", Init: initMlocked, Programs: [][]uint8{{opMunlock0, opMlock0}, {opMlock1}, {opKswapd}}},
	{Name: "both", Init: initBoth, Programs: [][]uint8{{opMunlock0}, {opMunmap1, opDrain}}},
	{Name: "exit", Init: initExit, Programs: [][]uint8{{opMunmap0, opDrain}, {opFault1, opMlock1, opMunlock1}, {opKswapd}}},
	{Name: "new", Init: initEmpty, Programs: [][]uint8{{opFault0, opDrain}, {opMunlock0, opMlock0, opMunlock0}, {opFault0}}},
}

// begin gives every page to the allocator and notes what the kernel promises.
func (s *MlockState) begin(p vm.Patch) {
	for i := range s.Page {
		s.Page[i].Life = vm.FreeLife
	}
	for _, r := range []struct {
		patches vm.Patch
		rule    mlockRules
	}{
		{flagged, hasState}, {Sketch, exact | hasCount}, {Piggin, hasCount | extraRef},
		{list3, hasNr}, {Count, hasCount | unlinked | claimed},
	} {
		if p&r.patches != 0 {
			s.Rules |= r.rule
		}
	}
}

// maps gives an address space the page, and the page a reference.
func (s *MlockState) maps(mm, p int) {
	s.MM[mm].VMA = vmThere
	s.MM[mm].PTE = uint8(p + 1)
	s.Page[p].Life = 0
	s.Page[p].Count++
}

// onLRU puts a page at the head of the inactive list.
func (s *MlockState) onLRU(p int) {
	s.Page[p].Flags |= pgLRU
	s.Page[p].Link = vm.LinkageOf(vm.Linked, 0)
	s.Inactive = s.Inactive<<4 | vm.ListOf(p)
}

// initShared has a page on the inactive list that two address spaces map.
func initShared(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.maps(0, 0)
	s.maps(1, 0)
	s.onLRU(0)
}

// initPagevec has that page in the pagevec of CPU1.
func initPagevec(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.maps(0, 0)
	s.maps(1, 0)
	s.Page[0].Count++
	s.Pvec[1] = s.Pvec[1].With(0)
}

// initMlocked has that page mlocked by the first one.
func initMlocked(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.maps(0, 0)
	s.maps(1, 0)
	s.mlocked(p, 0, 0)
}

// initMlockedOne has a page that one address space maps and has mlocked.
func initMlockedOne(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.maps(0, 0)
	s.mlocked(p, 0, 0)
}

// initLagging has that page shared with a second address space, but as reclaim
// has not found it yet, if the kernel leaves that to reclaim; the kernels that
// count have two vmas to find.
func initLagging(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.maps(0, 0)
	s.maps(1, 0)
	if p&(pageLock|Count) == 0 {
		s.mlocked(p, 0, 0)
		return
	}
	s.MM[0].VMA |= vmLocked | vmHeld
	s.onLRU(0)
	if p&Piggin != 0 {
		s.MM[1].VMA |= vmLocked | vmHeld
	}
}

// initEmpty has a mlocked address space that has not touched its page yet.
func initEmpty(s *MlockState, p vm.Patch) {
	s.begin(p)
	s.MM[0].VMA = vmThere | vmLocked
}

// initExit has a mlocked page, and an address space that has not touched its page yet.
func initExit(s *MlockState, p vm.Patch) {
	initMlockedOne(s, p)
	s.MM[1].VMA = vmThere
}

// initBoth has a page that two address spaces map and have mlocked.
func initBoth(s *MlockState, p vm.Patch) {
	initMlocked(s, p)
	s.mlocked(p, 1, 0)
}

// mlocked makes the vma VM_LOCKED, and the page what the kernel makes of that.
func (s *MlockState) mlocked(p vm.Patch, i, page int) {
	s.MM[i].VMA |= vmLocked | vmHeld
	pg := &s.Page[page]
	n := 0
	if pg.Flags.Has(pgMlocked) {
		n = pg.Link.N()
	}
	first := !pg.Flags.Has(pgMlocked)
	if p&flagged != 0 {
		pg.Flags |= pgMlocked
	}
	switch {
	case p&PGReserved != 0:
		pg.Flags |= pgReserved
	case p&PGLocked != 0 && first:
		pg.Lock = vm.LockedBy(noTask)
	case p&(Sketch|Piggin|Count) != 0:
		pg.Link = vm.LinkageOf(vm.Counter, n+1)
	}
	if p&Piggin != 0 && first {
		pg.Count++
	}
	if p&list3 != 0 {
		pg.Flags |= pgLRU | pgUnevictable
		s.NrMlock = 1
	}
	if p&Unevictable != 0 {
		pg.Link = vm.LinkageOf(vm.Linked, 0)
		s.Unevictable = vm.ListOf(page)
	}
	if p&flagged == 0 && first && !pg.Flags.Has(pgLRU) {
		s.onLRU(page)
	}
}

// cover abstracts a state to what has become of page 0, to whether work waits in
// pagevecs, and to which CPU is about to replace the page in a page table: a copy
// on write has taken the mlock of the old page away by then, and the new page is
// not yet there.
func (s *MlockState) cover() uint32 {
	pg := &s.Page[0]
	n := uint32(pg.Flags & (pgLRU | pgMlocked | pgUnevictable))
	if s.lockers(0) > 0 {
		n += 8
	}
	if pg.Life.Free() > 0 || s.Pvec != [mlockCPUs]vm.Set{} {
		n += 16
	}
	if s.MlockVec != [mlockCPUs]mlockPvec{} {
		n += 32
	}
	return n + 64*s.copying()
}

// copying returns the CPU, plus one, that copies page 0 without a lock; 0 if none does.
func (s *MlockState) copying() uint32 {
	for i := range s.CPU {
		c := &s.CPU[i]
		if c.Idle() || c.At(0).Func != fnFault || c.Locals(0).page != 0 {
			continue
		}
		if line := c.At(0).Line; pfUnlock < line && line <= pfPTLAgain {
			return uint32(i + 1)
		}
	}
	return 0
}
