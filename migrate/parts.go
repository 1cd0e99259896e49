package migrate

import "github.com/vmrace/vmrace/vm"

// The oracles of this class, beside those of the parts.
const (
	// Exclusive accuses a freeze: somebody has a reference that the freezer did
	// not account for, and another one that it counted is nobody's.
	Exclusive vm.Kind = "freeze of a page that others use"
	// Content accuses a page whose content is not what was stored last.
	Content vm.Kind = "wrong content"
	// Entry accuses a migration entry without a page under migration.
	Entry vm.Kind = "stray migration entry"
	// Private accuses PG_private: the flag goes with one reference.
	Private vm.Kind = "PG_private without a reference"
)

// own notes a new reference.
func (s *State) own(x *vm.Exec, p uint8, o owners) { *vm.Mark(x, &s.Page[p].Own) += o }

// disown notes that a reference was dropped. Its oracle: nobody had it.
func (s *State) disown(x *vm.Exec, p uint8, o owners) {
	own := vm.Mark(x, &s.Page[p].Own)
	if o == byOther && own.others() == 0 || *own&o == 0 && o != byOther {
		bug(x, vm.Miscount, p, "put of a reference that nobody has")
		return
	}
	*own -= o
}

// putback is SetPageLRU of putback_lru_page: whoever had the page to himself
// goes on with a reference like any other.
func (s *State) putback(x *vm.Exec, p uint8, o owners) {
	s.disown(x, p, o)
	s.own(x, p, byOther)
	s.Page[p].Flags.Set(x, lru)
}

// get is get_page, for somebody who has a reference or a lock that keeps one.
func (s *State) get(x *vm.Exec, p uint8, o owners) {
	s.alive(x, p, "get_page")
	s.Page[p].Count.Inc(x)
	s.own(x, p, o)
}

// tryGet is get_page_unless_zero: the page may be free, or frozen.
func (s *State) tryGet(x *vm.Exec, p uint8, o owners) bool {
	ok := s.Page[p].Count.IncNotZero(x)
	if ok {
		s.own(x, p, o)
	}
	return ok
}

// put calls put_page.
func (s *State) put(x *vm.Exec, p uint8, o owners) vm.Next {
	return s.CPU[x.CPU].Call(fnPut, locals{page: p, n: uint8(o)})
}

// unlock calls unlock_page.
func (s *State) unlock(x *vm.Exec, p uint8) vm.Next {
	return s.CPU[x.CPU].Call(fnUnlock, locals{page: p})
}

// alive is the oracle of an access to a page: its accuser has seen it freed.
func (s *State) alive(x *vm.Exec, p uint8, what string) {
	if vm.Look(x, &s.Page[p].Life).Free() > 0 {
		bug(x, vm.UseAfterFree, p, what)
	}
}

// lock is lock_page. Its oracle: the page is free.
func (s *State) lock(x *vm.Exec, p uint8) vm.Next {
	s.alive(x, p, "lock_page")
	return s.Page[p].Lock.Lock(x)
}

// freeze is page_ref_freeze. Its oracle: the references that the freezer has
// counted are all there are, and all of those kinds that it may count.
func (s *State) freeze(x *vm.Exec, p uint8, n int) bool {
	ok := s.Page[p].Count.Freeze(x, n)
	if own := *vm.Look(x, &s.Page[p].Own); ok && own&^byPrivate != byCache|byIsolate {
		bug(x, Exclusive, p, "")
	}
	return ok
}

// gaveUp is the oracle of a migration or a reclaim that gives up: somebody must
// have stood in the way, or nobody ever succeeds.
func (s *State) gaveUp(x *vm.Exec, p uint8, what string) {
	x.LookAround()
	for i := range s.CPU {
		if i != x.CPU && s.CPU[i].Begun() > 0 {
			return
		}
	}
	if s.Rules&strict != 0 {
		bug(x, vm.Livelock, p, what+" fails with nobody in the way")
	}
}

// alloc is alloc_page. ok is false if no page is free.
func (s *State) alloc(x *vm.Exec) (p uint8, ok bool) {
	for i := range s.Page {
		pg := &s.Page[i]
		if vm.Look(x, &pg.Life).Free() == 0 {
			continue
		}
		pg.Life.Take(x, i)
		pg.Count.Set(x, 1)
		*vm.Mark(x, &pg.Own) = byMaker
		return uint8(i), true
	}
	return 0, false
}

// release is free_unref_page with the checks of free_pages_check. Its oracles:
// what must not be true of a page that nobody has a reference to.
func (s *State) release(x *vm.Exec, p uint8) {
	pg := vm.Mark(x, &s.Page[p])
	vm.Look(x, &s.Slot)
	vm.Look(x, &s.PTE)
	for _, bad := range []struct {
		cond bool
		text string
	}{
		{pg.Life.Free() > 0, ""},
		{pg.Own != 0, "free of a page that others use"},
		{vm.Load(x, &pg.Count) != 0, "free with a count"},
		{s.Slot == slotOf(p), "free in i_pages"},
		{pg.Maps != 0 || s.PTE[0].maps(p) || s.PTE[1].maps(p), "free while mapped"},
		{pg.Lock.Locked(), "free while locked"},
		{pg.Flags.Has(lru), "free on the LRU"},
		{pg.Flags.Has(private), "free with PG_private"},
		{pg.Mapping == file, "free with a mapping"},
	} {
		switch {
		case bad.cond && bad.text == "":
			bug(x, vm.DoubleFree, p, "")
			return
		case bad.cond:
			bug(x, vm.BadPage, p, bad.text)
		}
	}
	*pg = page{Lock: pg.Lock, Life: pg.Life}
	pg.Life.Put(x, int(p), pg.Life.Gen())
}

// look is the oracle of a read through a mapping or a lookup: the page must
// have what was stored last.
func (s *State) look(x *vm.Exec, p uint8) {
	s.alive(x, p, "load")
	if vm.Load(x, &s.Page[p].Data) != *vm.Look(x, &s.Truth) {
		bug(x, Content, p, "stale")
	}
}

// tokens is how many stores in a row have different contents.
const tokens = 7

// store writes to a page. The object's content is then this, whichever page
// has it: if it is the wrong page, a later look tells. Its oracle: two processes
// have the anonymous page, and one of them would see the other's store.
func (s *State) store(x *vm.Exec, p uint8) {
	s.alive(x, p, "store")
	if *vm.Look(x, &s.Page[p].Mapping) == anon && s.sharers(x, p) > 1 {
		bug(x, Content, p, "store into a shared anonymous page")
	}
	truth := vm.Mark(x, &s.Truth)
	*truth = *truth%tokens + 1
	vm.Store(x, &s.Page[p].Data, s.Truth)
}

// sharers counts the page table entries that lead to a page.
func (s *State) sharers(x *vm.Exec, p uint8) int {
	n := 0
	vm.Look(x, &s.PTE)
	vm.Look(x, &s.Slot)
	for _, e := range s.PTE {
		if e.maps(p) || e.waits(p) || e == pteSwap && s.Slot == slotOf(p) {
			n++
		}
	}
	return n
}

// stuck reports whether every stranger's reference to a locked page belongs to
// a waiter that sleeps until the page is unlocked, and drops it only then.
// Somebody who fails because of them, and holds the lock, stands in his own way.
func (s *State) stuck(x *vm.Exec, p uint8) bool {
	x.LookAround()
	n := 0
	for i := range s.CPU {
		c := &s.CPU[i]
		for d := range c.Depth() {
			at, l := c.At(d), c.Locals(d)
			if at.Func == fnWait && wtSleep <= at.Line && at.Line <= wtRetest && l.held == 1 && l.page == p {
				n++
			}
		}
	}
	return n > 0 && n == s.Page[p].Own.others()
}

// waiting is waits for a line, which then depends on where the waiters are.
func (s *State) waiting(x *vm.Exec, p uint8) bool {
	x.LookAround()
	return s.waits(p)
}

// waits reports whether a waiter has a reference to the page.
func (s *State) waits(p uint8) bool {
	for i := range s.CPU {
		c := &s.CPU[i]
		for d := range c.Depth() {
			if l := c.Locals(d); c.At(d).Func == fnWait && l.held == 1 && l.page == p {
				return true
			}
		}
	}
	return false
}
