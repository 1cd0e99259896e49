package refcount

import (
	"slices"

	"github.com/vmrace/vmrace/vm"
)

// The kernel functions, in the order of the listings.
const (
	fnPut vm.Func = iota
	fnRelease
	fnPagevecRelease
	fnPlainRelease
	fnPagevecLRUAdd
	fnDrain
	fnAnon
	fnShrink
	fnRefill
	fnShrinkList
	fnZap
	fnFind
	fnIsolate
	fnFree
	fnShrink24
	fnShrinkRMap
	fnWritepage
)

// The operations, in the order of PageRelease.Ops.
const (
	opPut0 uint8 = iota
	opPut1
	opPut2
	opPut3
	opVec0
	opShrink
	opRefill
	opShrink2
	opFault
	opDrain
	opZap1
	opFind0
	opIsolate1
	opShrink24
	opShrinkRMap
	opWritepage1
	opVec2
)

// PageRelease is the race of the last put of a page against the LRU scan.
var PageRelease = vm.Class[State, locals]{
	Name:     "page-release",
	About:    "the last page_cache_release of a page against a scan that finds the page on the LRU",
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
	Symmetry: &vm.Symmetry{}, // of CPUs: pagevecs and the allocator take the page with the lowest number first
}

var listings = []vm.Listing[State, locals]{
	fnPut:            putPageListing,
	fnRelease:        since(releaseListing),
	fnPagevecRelease: since(pagevecReleaseListing),
	fnPlainRelease:   plainReleaseListing,
	fnPagevecLRUAdd:  since(pagevecLRUAddListing),
	fnDrain:          since(drainListing),
	fnAnon:           since(anonListing),
	fnShrink:         since(shrinkCacheListing),
	fnRefill:         since(refillListing),
	fnShrinkList:     since(shrinkListListing),
	fnZap:            zapListing,
	fnFind:           since(findListing),
	fnIsolate:        isolateListing,
	fnFree:           freePagesListing,
	fnShrink24:       shrinkCache24Listing,
	fnShrinkRMap:     shrinkCacheRMapListing,
	fnWritepage:      swapWritepageListing,
}

// since leaves a function out of the kernels before the pagevecs, which have
// none of that name or one of another shape.
func since(ls vm.Listing[State, locals]) vm.Listing[State, locals] {
	ls.Lines = slices.Clone(ls.Lines)
	for i := range ls.Lines {
		ls.Lines[i].Del |= old
	}
	return ls
}

var ops = []vm.Op[State, locals]{
	opPut0:       {Name: "page_cache_release(page 0)", Func: fnPut, Args: locals{page: 0}, Begin: owned(0)},
	opPut1:       {Name: "page_cache_release(page 1)", Func: fnPut, Args: locals{page: 1}, Begin: owned(1)},
	opPut2:       {Name: "page_cache_release(page 2)", Func: fnPut, Args: locals{page: 2}, Begin: owned(2)},
	opPut3:       {Name: "page_cache_release(page 3)", Func: fnPut, Args: locals{page: 3}, Begin: owned(3)},
	opVec0:       {Name: "__pagevec_release(page 0)", Func: fnPagevecRelease, Args: locals{pvec: 1}, Begin: owned(0)},
	opShrink:     {Name: "shrink_cache(1)", Func: fnShrink, Args: locals{scan: 1}},
	opRefill:     {Name: "refill_inactive(1)", Func: fnRefill, Args: locals{scan: 1}},
	opShrink2:    {Name: "shrink_cache(2)", Func: fnShrink, Args: locals{scan: 2}},
	opFault:      {Name: "do_anonymous_page", Func: fnAnon},
	opDrain:      {Name: "lru_add_drain", Func: fnDrain},
	opZap1:       {Name: "zap_page_range(page 1)", Func: fnZap, Args: locals{page: 1}},
	opFind0:      {Name: "find_get_page(page 0)", Func: fnFind, Args: locals{page: 0}},
	opIsolate1:   {Name: "isolate_lru_page(page 1)", Func: fnIsolate, Args: locals{page: 1}, Begin: owned(1)},
	opShrink24:   {Name: "shrink_cache, 2.4", Func: fnShrink24},
	opShrinkRMap: {Name: "shrink_cache, 2.5.31", Func: fnShrinkRMap},
	opWritepage1: {Name: "end of swap_writepage(page 1)", Func: fnWritepage, Args: locals{page: 1}, Begin: written(1)},
	opVec2:       {Name: "__pagevec_release(page 2)", Func: fnPagevecRelease, Args: locals{pvec: 4}, Begin: owned(2)},
}

// owned returns the Begin of an operation that drops a reference to a page:
// somebody must own one that no word of the kernel accounts for, and knows the
// page as it is now.
func owned(p int) func(s *State, x *vm.Exec, l *locals) bool {
	return func(s *State, x *vm.Exec, l *locals) bool {
		if !vm.Mark(x, &s.Users).drop(p) {
			return false
		}
		vm.Look(x, &s.Page[p].Life)
		if l.pvec.empty() {
			l.page = s.pointer(p)
		} else {
			l.pvec = pagevec(0).add(s.pointer(p))
		}
		return true
	}
}

// written returns the Begin of an operation that is the end of a write: a scan
// has found the page in the cache, marked it and, before 2.5, left it locked with
// a reference of its own.
func written(p int) func(s *State, x *vm.Exec, l *locals) bool {
	return func(s *State, x *vm.Exec, l *locals) bool {
		pg := vm.Mark(x, &s.Page[p])
		vm.Look(x, &s.LRU)
		if !pg.Flags.Has(mapping) || pg.Flags.Has(writeback) || pg.Lock.Locked() || !s.LRU.Free() {
			return false
		}
		pg.Flags |= writeback
		if s.Rules&lockedIO != 0 {
			pg.Lock = vm.LockedBy(x.CPU)
			pg.Count++
		}
		l.page = s.pointer(p)
		return true
	}
}

// cover abstracts a state to what has become of the first page that was ever in
// use, whether the next one is on the LRU, and whether the LRU lock is taken.
func (s *State) cover() uint32 {
	p := 0
	if s.Page[0].Life == vm.FreeLife {
		p = 1
	}
	pg := &s.Page[p]
	n := uint32(min(max(s.count(p), -1), 3) + 1)
	n = n*2 + uint32(pg.Flags&lru)
	n = n*3 + uint32(min(pg.Life.Owed(), 2))
	n = n*2 + min(uint32(pg.Life.Free()), 1)
	n = n*2 + min(uint32(pg.Life.Gen()), 1)
	n = n*2 + min(uint32(s.LRU), 1)
	return n*2 + uint32(s.Page[p+1].Flags&lru)
}
