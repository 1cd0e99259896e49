package swapoff

import "github.com/vmrace/vmrace/vm"

// shm_rmid to shm_free, ipc/shm.c: a segment leaves the list, and its handles
// are freed later without a lock.
const (
	rmdLock = iota
	rmdFreeFirst
	rmdDel
	rmdUnlock
	rmdRead
	rmdFree
	rmdPut
)

var shmRmidListing = vm.Listing[State, locals]{Name: "shm_rmid", Source: "ipc/shm.c", Step: (*State).shmRmid, Lines: []vm.Line{
	rmdLock:      {Text: "shm_lock(id);"},
	rmdFreeFirst: {Text: "swap_free(SHM_ENTRY(shp, idx)); /* shm_free */", Add: ShmSem},
	rmdDel:       {Text: "ipc_rmid(&shm_ids, id);"},
	rmdUnlock:    {Text: "shm_unlock(id);"},
	rmdRead:      {Text: "pte = *dir; /* shm_free */"},
	rmdFree:      {Text: "if (!pte_present(pte)) swap_free(entry);"},
	rmdPut:       {Text: "if (pte_present(pte)) __free_page(pte_page(pte));"},
}}

func (s *State) shmRmid(x *vm.Exec, l *locals) vm.Next {
	m := &s.Shm
	switch x.Line {
	case rmdLock:
		return m.Lock.Lock(x)
	case rmdDel:
		m.State.Set(x, unlisted)
	case rmdUnlock:
		return m.Lock.Unlock(x)
	case rmdFreeFirst:
		if t := vm.Load(x, &m.Entry); t.swapped() {
			*vm.Mark(x, &s.Shm) = shm{Lock: m.Lock, Sem: m.Sem, State: m.State}
			s.swapFree(x, t.entry())
		}
	case rmdRead:
		l.pte = vm.Load(x, &m.Entry)
	case rmdFree:
		if l.pte.swapped() {
			*vm.Mark(x, &s.Shm) = shm{Lock: m.Lock, Sem: m.Sem, State: m.State}
			s.swapFree(x, l.pte.entry())
		}
	case rmdPut:
		if l.pte.present() {
			*vm.Mark(x, &s.Shm) = shm{Lock: m.Lock, Sem: m.Sem, State: m.State}
			s.putPage(x, l.pte.page())
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// mayDie reports whether no process uses the segment, and detaches it for good.
func mayDie(s *State, x *vm.Exec, _ *locals) bool {
	if !hasShm(s, x, nil) {
		return false
	}
	x.LookAround()
	for i := range s.CPU {
		if c := &s.CPU[i]; !c.Idle() && c.At(0).Func == fnShmNopage {
			return false
		}
	}
	if t := s.Shm.Entry; t.present() && s.mappings(t.page()) > 1 {
		return false
	}
	s.Shm.State |= detached
	return true
}

// attached reports whether the task has mm 0 and the segment is there.
func attached(s *State, x *vm.Exec, l *locals) bool {
	return owns(0)(s, x, l) && hasShm(s, x, l)
}
