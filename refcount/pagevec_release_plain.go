package refcount

import "github.com/vmrace/vmrace/vm"

// The second flavour of pagevec_release in Morton's proposal: it does not expect
// its pages to become freeable, takes no lock, and leaves a page without a
// reference on the LRU.
const plainPut = 0

var plainReleaseListing = vm.Listing[State, locals]{Name: "pagevec_release_plain", Source: "mm/swap.c", Step: (*State).plainRelease, Lines: []vm.Line{
	plainPut: {Text: "put_page_testzero(page); /* reclaim will find it */", Add: PlainPutback},
}}

func (s *State) plainRelease(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case plainPut:
		l.page = l.pvec.first()
		l.pvec = l.pvec.without(l.page)
		s.drop(x, l.page)
		if !l.pvec.empty() {
			return vm.Goto(plainPut)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
