package lrulock

import "github.com/vmrace/vmrace/vm"

// A user who touches a page for the last time: mark_page_accessed, then
// page_cache_release, mm/filemap.c.
const (
	maActivate = iota
	maRelease
)

var markAccessedListing = vm.Listing[PagevecState, pagevecLocals]{Name: "do_generic_file_read", Source: "mm/filemap.c", Step: (*PagevecState).markAccessed, Lines: []vm.Line{
	maActivate: {Text: "mark_page_accessed(page);"},
	maRelease:  {Text: "page_cache_release(page);"},
}}

func (s *PagevecState) markAccessed(x *vm.Exec, l *pagevecLocals) vm.Next {
	switch x.Line {
	case maActivate:
		return s.CPU[x.CPU].Call(fnActivate, pagevecLocals{page: l.page})
	case maRelease:
		return s.CPU[x.CPU].Call(fnRelease, pagevecLocals{page: l.page})
	default:
		panic(x.Lost())
	}
}
