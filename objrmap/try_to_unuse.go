package objrmap

import "github.com/vmrace/vmrace/vm"

// try_to_unuse, mm/swapfile.c: the part of swapoff for one entry and one mm.
const (
	ttLock = iota
	ttUnuse
	ttUnlock
)

var tryToUnuseListing = vm.Listing[VMAState, locals]{Name: "try_to_unuse", Source: "mm/swapfile.c", Step: (*VMAState).tryToUnuse, Lines: []vm.Line{
	ttLock:   {Text: "lock_page(page);", Sleeps: true},
	ttUnuse:  {Text: "unuse_process(mm, entry, page);"},
	ttUnlock: {Text: "unlock_page(page);"},
}}

func (s *VMAState) tryToUnuse(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case ttLock:
		return s.Page[l.page].Lock(x)
	case ttUnuse:
		return s.CPU[x.CPU].Call(fnUnuseProcess, locals{mm: l.mm, page: l.page})
	case ttUnlock:
		s.complete(x, l)
		return s.Page[l.page].Unlock(x)
	default:
		panic(x.Lost())
	}
}

// complete is the oracle of swapoff: the page is still locked, so that nothing
// could swap it out again since the walk.
func (s *VMAState) complete(x *vm.Exec, l *locals) {
	s.look(x, l.mm)
	if _, ok := s.attachedAt(l.mm, addr(l.page)); ok && s.mm(l.mm).Swapped.Has(int(l.page)) {
		x.Bug(MissedEntry, -1, "")
	}
}
