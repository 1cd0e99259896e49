package swapoff

import "github.com/vmrace/vmrace/vm"

// read_swap_cache_async, mm/swap_state.c, with wait set: finds the page of a
// handle in the swap cache or reads it. The caller owns the kernel lock, which
// goes at every sleep. It tests neither PG_uptodate nor PG_error.
//
// lookup_swap_cache is written out, because the call stack has no room for it.
const (
	rscDupTest = iota
	rscDup
	rscFind
	rscLock
	rscTest
	rscAgain
	rscUnlock
	rscFound
	rscFree
	rscReturn
	rscAlloc
	rscNull
	rscLook
	rscAdd
	rscRead
	rscDone
	rscWake
)

var readSwapListing = vm.Listing[State, locals]{Name: "read_swap_cache_async", Source: "mm/swap_state.c", Step: (*State).readSwap, Lines: without(Hugh, []vm.Line{
	rscDupTest: {Text: "if (!swap_map[offset]) return NULL; /* swap_duplicate, no lock */"},
	rscDup:     {Text: "swap_map[offset]++; /* under swap_device_lock */"},
	rscFind:    {Text: "page = __find_page(entry); get_page(page);"},
	rscLock:    {Text: "lock_page(page); /* lookup_swap_cache */", Sleeps: true, Del: PlainLookup},
	rscTest:    {Text: "if (!PageSwapCache(page)) {", Del: PlainLookup},
	rscAgain:   {Text: "        UnlockPage(page); page_cache_release(page); goto repeat; }", Del: PlainLookup},
	rscUnlock:  {Text: "UnlockPage(page);", Del: PlainLookup},
	rscFound:   {Text: "if (found_page) swap_free(entry);"},
	rscFree:    {Text: "if (new_page) __free_page(new_page);"},
	rscReturn:  {Text: "return found_page;"},
	rscAlloc:   {Text: "new_page = __get_free_page(GFP_USER);", Sleeps: true},
	rscNull:    {Text: "if (!new_page) { swap_free(entry); return NULL; }"},
	rscLook:    {Text: "found_page = lookup_swap_cache(entry); /* again */"},
	rscAdd:     {Text: "add_to_swap_cache(new_page, entry);"},
	rscRead:    {Text: "rw_swap_page(READ, new_page, wait);"},
	rscDone:    {Text: "UnlockPage(new_page); /* end of I/O */"},
	rscWake:    {Text: "return new_page; /* wakes with the kernel lock */", Sleeps: true},
})}

// The results of read_swap_cache_async and lookup_swap_cache are a page plus one,
// or one of these.
const (
	noHandle = 0   // "Unused swap offset entry"
	noMemory = 255 // an allocation failed
)

// noWait in l.addr is a read that does not wait for its I/O, and so does not
// sleep for it.
const noWait = 1

// readSwap keeps the page found in l.page and the new one plus one in l.aux.
func (s *State) readSwap(x *vm.Exec, l *locals) vm.Next {
	if l.aux == 0 && x.Line >= rscAdd {
		return noPage(x)
	}
	switch x.Line {
	case rscDupTest:
		if !s.swapInUse(x, l.entry) {
			return x.Return(noHandle)
		}
	case rscDup:
		s.swapRaise(x, l.entry)
	case rscFind, rscLook:
		p, ok := s.findPage(x, l.entry)
		l.page = p
		switch {
		case ok && x.Line == rscLook:
			return vm.Goto(rscLock)
		case !ok && x.Line == rscFind:
			return vm.Goto(rscAlloc)
		}
	case rscLock:
		return s.Page[l.page].Lock.LockUnder(x, &s.BKL)
	case rscTest:
		return vm.Unless(!s.Page[l.page].Flags.Test(x, swapCache), rscUnlock)
	case rscAgain:
		s.Page[l.page].Lock.Unlock(x)
		s.putPage(x, l.page)
		if l.aux != 0 {
			return vm.Goto(rscLook)
		}
		return vm.Goto(rscFind)
	case rscUnlock:
		return s.Page[l.page].Lock.Unlock(x)
	case rscFound:
		s.swapFree(x, l.entry)
	case rscFree:
		if l.aux != 0 {
			s.putPage(x, l.aux-1)
		}
	case rscReturn:
		return x.Return(l.page + 1)
	case rscAlloc:
		return s.BKL.MaySleep(x)
	case rscNull:
		p, ok := s.allocPage(x)
		if ok && s.mayFail(x) {
			s.putPage(x, p)
			ok = false
		}
		if !ok {
			s.swapFree(x, l.entry)
			return x.Return(noMemory)
		}
		l.aux = p + 1
	case rscAdd:
		return s.addToSwapCache(x, l.aux-1, l.entry)
	case rscRead:
		if s.readPage(x, l.aux-1, l.entry) && l.addr != noWait {
			s.BKL.MayDrop(x)
		}
	case rscDone:
		return s.Page[l.aux-1].Lock.Unlock(x)
	case rscWake:
		if n := s.BKL.Sleep(x, true); n != vm.Fall {
			return n
		}
		return x.Return(l.aux)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// noPage is the oracle of a function that goes on without a page.
func noPage(x *vm.Exec) vm.Next {
	x.Bug(NullDeref, -1, "page")
	return vm.Return
}

// readPage is the I/O of rw_swap_page. It reports whether there was one: of a
// handle that is not in use nothing is read, "VM: Bad swap entry", and the page
// keeps what the allocator left in it.
func (s *State) readPage(x *vm.Exec, p, e uint8) bool {
	if !s.isHandle(x, e) || onDevice0(e) && !vm.Load(x, &s.Dev).Has(used) || !s.swapMap(x, e) || vm.Load(x, &s.Map[e]) == 0 {
		x.Bug(DeadRead, int(e), s.caller(x.CPU))
		return false
	}
	if !vm.Look(x, &s.Dev).Has(broken) {
		*vm.Mark(x, &s.Page[p].Data) = *vm.Look(x, &s.Disk[e])
	}
	return true
}
