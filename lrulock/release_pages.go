package lrulock

import "github.com/vmrace/vmrace/vm"

// release_pages, mm/swap.c: a user of several pages, truncate say, is done with
// them and expects some to become free.
const (
	rpRelease = iota
	rpPlain
)

var releasePagesListing = vm.Listing[PagevecState, pagevecLocals]{Name: "release_pages", Source: "mm/swap.c", Step: (*PagevecState).releasePages, Lines: []vm.Line{
	rpRelease: {Text: "pagevec_release(&pvec);", Del: PlainVec},
	rpPlain:   {Text: "pagevec_release_plain(&pvec);", Add: PlainVec},
}}

func (s *PagevecState) releasePages(x *vm.Exec, l *pagevecLocals) vm.Next {
	switch x.Line {
	case rpRelease:
		return s.release(x, fnPagevecRelease, l.pvec)
	case rpPlain:
		return s.release(x, fnPlain, l.pvec)
	default:
		panic(x.Lost())
	}
}
