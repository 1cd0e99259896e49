package swapoff

import "github.com/vmrace/vmrace/vm"

// read_swap_cache_async, mm/swap_state.c, 2.4.10: as before, but no kernel lock,
// and add_to_swap_cache is what tells, in one step with the hash, that the
// handle is free or has a page already. The I/O is over at once.
const (
	rs4Find = iota
	rs4Found
	rs4Alloc
	rs4Dup
	rs4Add
	rs4Read
	rs4Done
	rs4Return
	rs4Free
)

var readSwap24Listing = vm.Listing[State, locals]{Name: "read_swap_cache_async", Source: "mm/swap_state.c", Step: (*State).readSwap24, Lines: only(Hugh, []vm.Line{
	rs4Find:   {Text: "found_page = find_get_page(&swapper_space, entry.val);"},
	rs4Found:  {Text: "if (found_page) break;"},
	rs4Alloc:  {Text: "if (!new_page) new_page = alloc_page(GFP_HIGHUSER);", Sleeps: true},
	rs4Dup:    {Text: "if (!swap_duplicate(entry)) break; /* add_to_swap_cache, -ENOENT */"},
	rs4Add:    {Text: "if (add_to_page_cache_unique(...)) { swap_free(entry); continue; }"},
	rs4Read:   {Text: "rw_swap_page(READ, new_page);"},
	rs4Done:   {Text: "UnlockPage(new_page); /* end of I/O */"},
	rs4Return: {Text: "return new_page;"},
	rs4Free:   {Text: "page_cache_release(new_page); return found_page;"},
})}

func (s *State) readSwap24(x *vm.Exec, l *locals) vm.Next {
	if l.aux == 0 && rs4Add <= x.Line && x.Line <= rs4Return {
		return noPage(x)
	}
	switch x.Line {
	case rs4Find:
		p, ok := s.findPage(x, l.entry)
		l.page = 0
		if ok {
			l.page = p + 1
		}
	case rs4Found:
		return vm.Unless(l.page == 0, rs4Free)
	case rs4Alloc:
		if l.aux != 0 {
			return vm.Fall
		}
		p, ok := s.allocPage(x)
		if !ok {
			return x.Return(noMemory)
		}
		l.aux = p + 1
	case rs4Dup:
		return vm.Unless(s.swapDuplicate(x, l.entry), rs4Free)
	case rs4Add:
		if s.lookCached(x, l.entry) > 0 {
			s.swapFree(x, l.entry)
			return vm.Goto(rs4Find)
		}
		return s.addToSwapCache(x, l.aux-1, l.entry)
	case rs4Read:
		s.readPage(x, l.aux-1, l.entry)
	case rs4Done:
		return s.Page[l.aux-1].Lock.Unlock(x)
	case rs4Return:
		return x.Return(l.aux)
	case rs4Free:
		if l.aux != 0 {
			s.putPage(x, l.aux-1)
		}
		return x.Return(l.page)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
