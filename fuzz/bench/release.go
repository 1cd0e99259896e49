// Package bench holds a model to measure searches with, and the same model for
// SPIN. It is written as one would write it to be searched fast: few words, few
// lines, a few million states. A race class is not, so that it would measure the
// class. The package is no part of the program; scripts/bench runs it.
//
// Any of four CPUs releases or reclaims any of four pages, twice. Whoever makes
// the count zero takes the page off the LRU and frees it; a scan takes a reference
// unless the count is zero, as 2.4.27 should have done (page-release, kernel Gz).
// What happens under the LRU lock is one step, and so the lock is not in the model.
package bench

import "github.com/vmrace/vmrace/vm"

const (
	cpus  = 4
	pages = 4
)

// State is the CPUs and the pages.
type State struct {
	CPU  [cpus]vm.CPU[locals]
	Page [pages]page `sym:"perobject"`
}

type page struct {
	Count vm.Ref
	OnLRU bool // and not free
	User  bool // somebody holds the reference that the first release drops
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

var releaseListing = vm.Listing[State, locals]{Name: "page_cache_release", Step: (*State).put, Lines: []vm.Line{
	{Text: "if (put_page_testzero(page)) __free_pages_ok(page);"},
}}

// put drops a reference.
func (s *State) put(x *vm.Exec, l *locals) vm.Next {
	if s.Page[l.page].Count.DecAndTest(x) {
		return s.CPU[x.CPU].Call(fnFree, *l)
	}
	return vm.Fall
}

const (
	recGet = iota
	recPut
)

var reclaimListing = vm.Listing[State, locals]{Name: "shrink_cache", Step: (*State).reclaim, Lines: []vm.Line{
	recGet: {Text: "if (!PageLRU(page) || !get_page_unless_zero(page)) return;"},
	recPut: {Text: "if (put_page_testzero(page)) __free_pages_ok(page);"},
}}

func (s *State) reclaim(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	switch x.Line {
	case recGet:
		if !vm.Load(x, &pg.OnLRU) || !pg.Count.IncNotZero(x) {
			return vm.Return
		}
	case recPut:
		return s.put(x, l)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var freeListing = vm.Listing[State, locals]{Name: "__free_pages_ok", Step: (*State).free, Lines: []vm.Line{
	{Text: "lru_cache_del(page); free(page);"},
}}

func (s *State) free(x *vm.Exec, l *locals) vm.Next {
	pg := &s.Page[l.page]
	x.BugOn(vm.Load(x, &pg.Count) != 0 || !vm.Load(x, &pg.OnLRU), int(l.page), "a page is freed twice, or in use")
	vm.Store(x, &pg.OnLRU, false)
	return vm.Fall
}
