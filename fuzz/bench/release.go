// Package bench holds a model to measure searches with, and the same model for
// SPIN. It is written as one would write it to be searched fast: few words, few
// lines, a few million states. A race class is not, so that it would measure the
// class. The package is no part of the program; scripts/bench runs it.
//
// Any of four CPUs releases or reclaims either of two pages, twice. Whoever makes
// the count zero takes the page off the LRU and frees it; a scan takes a reference
// unless the count is zero, as 2.4.27 should have done (page-release, kernel Gz).
package bench

import "github.com/vmrace/vmrace/vm"

const (
	cpus  = 4
	pages = 2
)

// State is the CPUs, the pages and the LRU lock.
type State struct {
	CPU  [cpus]vm.CPU[locals]
	Page [pages]page `sym:"perobject"`
	LRU  vm.Spinlock
}

type page struct {
	Count vm.Ref
	OnLRU bool
	User  bool // somebody holds the reference that the first release drops
	Freed bool
}

type locals struct {
	page uint8 `sym:"object"`
}

const (
	fnRelease vm.Func = iota
	fnReclaim
	fnFree
)

// Release is the class.
var Release = vm.Class[State, locals]{
	Name:    "bench",
	Kernels: []vm.Kernel{{Name: "unless-zero", Fixed: true}},
	CPUs:    func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Listings: []vm.Listing[State, locals]{
		fnRelease: releaseListing,
		fnReclaim: reclaimListing,
		fnFree:    freeListing,
	},
	Ops:      ops(),
	Boots:    []vm.Boot[State]{{Name: "all", Init: (*State).boot}},
	Symmetry: &vm.Symmetry{Objects: pages, Op: image},
}

// image returns the operation that does to a renamed page what another one does.
func image(op uint8, r *vm.Renaming) (uint8, bool) {
	return uint8(r.Object(int(op/2)))*2 + op%2, true
}

func ops() []vm.Op[State, locals] {
	var out []vm.Op[State, locals]
	for p := range uint8(pages) {
		out = append(out,
			vm.Op[State, locals]{Name: "release", Func: fnRelease, Args: locals{p}, Begin: (*State).owned},
			vm.Op[State, locals]{Name: "reclaim", Func: fnReclaim, Args: locals{p}})
	}
	return out
}

func (s *State) boot(vm.Patch) {
	for p := range s.Page {
		s.Page[p] = page{Count: 1, OnLRU: true, User: true}
	}
}

// owned takes the reference that a release drops.
func (s *State) owned(x *vm.Exec, l *locals) bool {
	user := vm.Mark(x, &s.Page[l.page].User)
	had := *user
	*user = false
	return had
}

const relPut = 0

var releaseListing = vm.Listing[State, locals]{Name: "page_cache_release", Step: (*State).release, Lines: []vm.Line{
	relPut: {Text: "if (put_page_testzero(page)) __free_pages_ok(page);"},
}}

func (s *State) release(x *vm.Exec, l *locals) vm.Next {
	if s.Page[l.page].Count.DecAndTest(x) {
		return s.CPU[x.CPU].Call(fnFree, *l)
	}
	return vm.Fall
}

const (
	recLock = iota
	recTest
	recGet
	recClear
	recUnlock
	recLock2
	recSet
	recUnlock2
	recPut
	recEnd
	recKeep
)

var reclaimListing = vm.Listing[State, locals]{Name: "shrink_cache", Step: (*State).reclaim, Lines: []vm.Line{
	recLock:    {Text: "spin_lock(&pagemap_lru_lock);"},
	recTest:    {Text: "if (!PageLRU(page)) goto keep;"},
	recGet:     {Text: "if (!get_page_unless_zero(page)) goto keep;"},
	recClear:   {Text: "ClearPageLRU(page);"},
	recUnlock:  {Text: "spin_unlock(&pagemap_lru_lock);"},
	recLock2:   {Text: "spin_lock(&pagemap_lru_lock);"},
	recSet:     {Text: "SetPageLRU(page);"},
	recUnlock2: {Text: "spin_unlock(&pagemap_lru_lock);"},
	recPut:     {Text: "if (put_page_testzero(page)) __free_pages_ok(page);"},
	recEnd:     {Text: "return;"},
	recKeep:    {Text: "keep: spin_unlock(&pagemap_lru_lock);"},
}}

func (s *State) reclaim(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case recLock, recLock2:
		return s.LRU.Lock(x)
	case recTest:
		return vm.Unless(vm.Load(x, &pg.OnLRU), recKeep)
	case recGet:
		return vm.Unless(pg.Count.IncNotZero(x), recKeep)
	case recClear:
		vm.Store(x, &pg.OnLRU, false)
	case recSet:
		vm.Store(x, &pg.OnLRU, true)
	case recUnlock, recUnlock2, recKeep:
		return s.LRU.Unlock(x)
	case recPut:
		if pg.Count.DecAndTest(x) {
			return s.CPU[x.CPU].Call(fnFree, *l)
		}
	case recEnd:
		return vm.Return
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const (
	freeLock = iota
	freeDel
	freeUnlock
	freePage
)

var freeListing = vm.Listing[State, locals]{Name: "__free_pages_ok", Step: (*State).free, Lines: []vm.Line{
	freeLock:   {Text: "spin_lock(&pagemap_lru_lock);"},
	freeDel:    {Text: "ClearPageLRU(page);"},
	freeUnlock: {Text: "spin_unlock(&pagemap_lru_lock);"},
	freePage:   {Text: "free(page);"},
}}

func (s *State) free(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case freeLock:
		return s.LRU.Lock(x)
	case freeDel:
		vm.Store(x, &pg.OnLRU, false)
	case freeUnlock:
		return s.LRU.Unlock(x)
	case freePage:
		x.BugOn(pg.Freed || pg.Count != 0 || pg.OnLRU, int(l.page), "a page is freed twice, or in use")
		vm.Store(x, &pg.Freed, true)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
