package refcount

import "github.com/vmrace/vmrace/vm"

// scanNext is the head of a scan's loop under the LRU lock: the next page of the
// list becomes l.page, or the loop ends and the scan goes on at the line behind
// it. A counted scan counts every page that it looks at; the others count those
// that they take. A scan in place goes to the page before the last one.
func (s *State) scanNext(x *vm.Exec, l *locals, list *vm.List, counted, inPlace bool, end int) vm.Next {
	p, ok := list.Tail(x)
	if inPlace {
		p, ok = l.scan.curr()
	}
	if !ok || l.scan.left() == 0 {
		l.scan = 0
		return vm.Goto(end)
	}
	if inPlace {
		l.scan = l.scan.at(list.Prev(x, p))
	} else {
		l.scan = l.scan.at(0, false)
	}
	if counted {
		l.scan--
	}
	vm.Look(x, &s.Page[p].Life)
	l.page = s.pointer(p)
	return vm.Fall
}

// nrTake takes a page out of the count of its list; PG_active stays.
func (s *State) nrTake(x *vm.Exec, p int) {
	if s.Page[p].Flags.Test(x, active) {
		vm.Store(x, &s.NrActive, s.NrActive-1)
	} else {
		vm.Store(x, &s.NrInactive, s.NrInactive-1)
	}
}

// scanTake puts the page on the private list.
func (s *State) scanTake(x *vm.Exec, l *locals) {
	s.nrTake(x, l.page.page())
	l.list = l.list.add(l.page)
}

// scanOrphan drops the last reference to a page, that of the LRU, and takes it
// for the scan to free.
func (s *State) scanOrphan(x *vm.Exec, l *locals) {
	s.put(x, l.page)
	s.nrDel(x, l.page.page())
	l.pvec = l.pvec.add(l.page)
}

// scanFree takes a page with a count of zero for the scan to free.
func (s *State) scanFree(x *vm.Exec, l *locals) {
	p := l.page.page()
	s.nrDel(x, p)
	s.Page[p].Life.Owe(x, p)
	l.pvec = l.pvec.add(l.page)
}

// putBackNext is the head of the loop that puts back what a scan has taken: the
// next page of the private list gets PG_lru, or the loop ends and the scan goes on
// at the line behind it. Bug is what is wrong if the page has the flag.
func (s *State) putBackNext(x *vm.Exec, l *locals, end int, bug string) vm.Next {
	if l.list.empty() {
		return vm.Goto(end)
	}
	l.page = l.list.first()
	p := l.page.page()
	return x.BugOn(s.Page[p].Flags.TestSet(x, lru), p, bug)
}

// putBackDone is the tail of that loop: the page counts, and the scan's reference
// to it is dropped later.
func (s *State) putBackDone(x *vm.Exec, l *locals, head int) vm.Next {
	s.nrAdd(x, l.page.page())
	l.list = l.list.without(l.page)
	l.pvec = l.pvec.add(l.page)
	return vm.Goto(head)
}

// pagevecFree is one turn of pagevec_free on line at: a page is freed.
func (s *State) pagevecFree(x *vm.Exec, v *pagevec, at int) vm.Next {
	if v.empty() {
		return vm.Fall
	}
	h := v.first()
	*v = v.without(h)
	s.freePages(x, h)
	if v.empty() {
		return vm.Fall
	}
	return vm.Goto(at)
}

// pagevecReleaseInline is pagevec_release: it calls the function unless the
// pagevec is empty.
func (s *State) pagevecReleaseInline(x *vm.Exec, v pagevec, f vm.Func) vm.Next {
	if v.empty() {
		return vm.Fall
	}
	return s.CPU[x.CPU].Call(f, locals{pvec: v})
}
