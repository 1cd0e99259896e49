package swapoff

import "github.com/vmrace/vmrace/vm"

// unswap_by_read, arch/m68k/atari/stram.c, with Sarcar's patch: the walk of
// swapoff once more, on an architecture that has only one CPU. The caller owns
// handle 0. lock_kernel is taken while the mmlist lock is held.
const (
	strMmlist = iota
	strFirst
	strKernel
	strMore
	strGone
	strHold
	strMmUnlock
	strRelease
	strUnswap
	strPrev
	strMmLock
	strCur
	strKernelEnd
	strMmEnd
	strLast
)

var stramListing = vm.Listing[State, locals]{Name: "unswap_by_read", Source: "arch/m68k/atari/stram.c", Step: (*State).stram, Lines: []vm.Line{
	strMmlist:    {Text: "mmlist_access_lock(); prevmm = &init_mm;", Add: H14},
	strFirst:     {Text: "curmm = list_entry(prevmm->mmlist.next);", Add: H14},
	strKernel:    {Text: "lock_kernel(); /* for hold_mm */", Add: H14},
	strMore:      {Text: "while (curmm != &init_mm) {", Add: H14},
	strGone:      {Text: "        if (curmm->def_flags & MM_GONE) /* hold_mm */ skip;", Add: H14},
	strHold:      {Text: "        atomic_inc(&curmm->mm_count);", Add: H14},
	strMmUnlock:  {Text: "        mmlist_access_unlock();", Add: H14},
	strRelease:   {Text: "        if (prevmm != &init_mm) release_mm(prevmm);", Add: H14},
	strUnswap:    {Text: "        unswap_mm(curmm, entry, page); /* down, walk, up */", Add: H14, Sleeps: true},
	strPrev:      {Text: "        prevmm = curmm;", Add: H14},
	strMmLock:    {Text: "        mmlist_access_lock();", Add: H14},
	strCur:       {Text: "        curmm = list_entry(curmm->mmlist.next); }", Add: H14},
	strKernelEnd: {Text: "unlock_kernel();", Add: H14},
	strMmEnd:     {Text: "mmlist_access_unlock();", Add: H14},
	strLast:      {Text: "if (prevmm != &init_mm) release_mm(prevmm);", Add: H14},
}}

// stram keeps curmm in l.mm and prevmm in l.aux. The walk of the page tables is
// that of unuse_mm and is left out: here it just waits for mmap_sem.
func (s *State) stram(x *vm.Exec, l *locals) vm.Next {
	if l.mm == none && strGone <= x.Line && x.Line <= strCur {
		return pastEnd(x, strKernelEnd)
	}
	switch x.Line {
	case strMmlist:
		l.aux = none
		return s.MmLock.Lock(x)
	case strMmLock:
		return s.MmLock.Lock(x)
	case strFirst:
		m, ok := s.Mmlist.Head(x)
		l.mm = mmOr(m, ok)
	case strKernel:
		return s.BKL.Lock(x)
	case strMore:
		return vm.Unless(l.mm != none, strKernelEnd)
	case strGone:
		s.useMm(x, l.mm)
		if s.Mm[l.mm].Flags.Test(x, gone) {
			return vm.Goto(strCur)
		}
	case strHold:
		s.useMm(x, l.mm)
		s.Mm[l.mm].Count.Inc(x)
	case strMmUnlock, strMmEnd:
		return s.MmLock.Unlock(x)
	case strRelease, strLast:
		if l.aux != none {
			return s.CPU[x.CPU].Call(fnMmdrop, locals{mm: l.aux})
		}
	case strUnswap:
		s.useMm(x, l.mm)
		return s.BKL.Sleep(x, s.Mm[l.mm].Sem.Free())
	case strPrev:
		l.aux = l.mm
	case strCur:
		m, ok := s.Mmlist.Next(x, int(l.mm))
		l.mm = mmOr(m, ok)
		return vm.Goto(strMore)
	case strKernelEnd:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
