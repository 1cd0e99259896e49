package swapoff

import "github.com/vmrace/vmrace/vm"

// shm_unuse, ipc/shm.c: replaces the entry of a segment that holds the handle by
// the page. It knows the segments that are on the list, and takes no i_sem.
const (
	shuSem = iota
	shuLock
	shuRead
	shuSet
	shuGet
	shuCount
	shuFree
	shuUnlock
	shuUp
)

var shmUnuseListing = vm.Listing[State, locals]{Name: "shm_unuse", Source: "ipc/shm.c", Step: (*State).shmUnuse, Lines: []vm.Line{
	shuSem:    {Text: "down(&inode->i_sem);", Add: ShmSem, Sleeps: true},
	shuLock:   {Text: "shm_lockall();"},
	shuRead:   {Text: "if (SHM_ENTRY(shp, idx) == entry) {"},
	shuSet:    {Text: "        SHM_ENTRY(shp, idx) = pte_mkdirty(mk_pte(page, PAGE_SHARED));"},
	shuGet:    {Text: "        get_page(page);"},
	shuCount:  {Text: "        shm_rss++; shm_swp--;"},
	shuFree:   {Text: "        swap_free(entry); }"},
	shuUnlock: {Text: "shm_unlockall();"},
	shuUp:     {Text: "up(&inode->i_sem);", Add: ShmSem},
}}

func (s *State) shmUnuse(x *vm.Exec, l *locals) vm.Next {
	m := &s.Shm
	switch x.Line {
	case shuSem:
		return m.Sem.Down(x, &s.BKL)
	case shuLock:
		return m.Lock.Lock(x)
	case shuRead:
		return vm.Unless(vm.Load(x, &m.Entry) == swapped(l.entry) && !vm.Look(x, &m.State).Has(unlisted), shuUnlock)
	case shuSet:
		vm.Store(x, &m.Entry, mapped(l.page)|dirtyPte)
	case shuGet:
		s.getPage(x, l.page)
	case shuCount:
		s.countShm(x, 1)
	case shuFree:
		s.swapFree(x, l.entry)
	case shuUnlock:
		return m.Lock.Unlock(x)
	case shuUp:
		return m.Sem.Up(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// countShm moves n pages of the segment from swap to memory in its accounts.
func (s *State) countShm(x *vm.Exec, n int8) {
	vm.Store(x, &s.Shm.Rss, s.Shm.Rss+n)
	vm.Store(x, &s.Shm.Swp, s.Shm.Swp-n)
}
