package refcount

import "github.com/vmrace/vmrace/vm"

// find_get_page, mm/filemap.c: a lookup in the page cache, which may raise the
// count of a page that reclaim looks at. Whoever drops the reference later owns
// it by then.
const (
	findLock = iota
	findGet
	findUnlock
)

var findListing = vm.Listing[State, locals]{Name: "find_get_page", Source: "mm/filemap.c", Step: (*State).findGetPage, Lines: []vm.Line{
	findLock:   {Text: "read_lock(&mapping->page_lock);"},
	findGet:    {Text: "page = radix_tree_lookup(&mapping->page_tree, offset); if (page) page_cache_get(page);"},
	findUnlock: {Text: "read_unlock(&mapping->page_lock);"},
}}

func (s *State) findGetPage(x *vm.Exec, l *locals) vm.Next {
	p := l.page.page()
	switch x.Line {
	case findLock:
		return s.Tree.Lock(x)
	case findGet:
		if s.Page[p].Flags.Test(x, mapping) && vm.Look(x, &s.Users).of(p) < 3 {
			s.get(x, s.pointer(p))
			vm.Mark(x, &s.Users).add(p)
		}
	case findUnlock:
		return s.Tree.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
