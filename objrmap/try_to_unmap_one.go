package objrmap

import "github.com/vmrace/vmrace/vm"

// try_to_unmap_one, mm/rmap.c: reclaim takes an anonymous page out of one page
// table. Up to 2.6.6 it comes to the vma by find_vma, because a pte_chain knows
// page tables only; PG_chainlock, under which the caller holds the chain still,
// is left out: the line behind the lock looks whether the pte is still there. From 2.6.7 it comes to the vma by the page's anon_vma.
const (
	tuPage = iota
	tuSem
	tuAnonLock
	tuAnonVMA
	tuTry
	tuLock
	tuPte
	tuFind
	tuNone
	tuFlags
	tuFlush
	tuClear
	tuUnlock
	tuAnonUnlock
	tuUp
	tuUnlockPage
	tuEnd
)

var tryToUnmapListing = vm.Listing[VMAState, locals]{Name: "try_to_unmap_one", Source: "mm/rmap.c", Step: (*VMAState).tryToUnmap, Lines: []vm.Line{
	tuPage:       {Text: "shrink_list: if (TestSetPageLocked(page)) goto keep;", Del: SwapOut},
	tuSem:        {Text: "if (!down_read_trylock(&mm->mmap_sem)) return SWAP_AGAIN;", Add: UnmapSem},
	tuAnonLock:   {Text: "spin_lock(&anon_vma->lock);", Add: AnonVMA},
	tuAnonVMA:    {Text: "list_for_each_entry(vma, &anon_vma->head, anon_vma_node)", Add: AnonVMA},
	tuTry:        {Text: "if (!spin_trylock(&mm->page_table_lock)) return SWAP_AGAIN;", Del: AnonVMA | SwapOut},
	tuLock:       {Text: "spin_lock(&mm->page_table_lock);", Add: AnonVMA},
	tuPte:        {Text: "if (!pte_present(*pte)) goto out_unlock;", Del: SwapOut},
	tuFind:       {Text: "vma = find_vma(mm, address);", Del: AnonVMA | SwapOut},
	tuNone:       {Text: "if (!vma) goto out_unlock; /* SWAP_FAIL */", Del: AnonVMA | SwapOut},
	tuFlags:      {Text: "if (vma->vm_flags & VM_LOCKED) goto out_unlock; /* SWAP_FAIL */", Del: SwapOut},
	tuFlush:      {Text: "flush_cache_page(vma, address); /* vma->vm_mm */", Del: SwapOut},
	tuClear:      {Text: "ptep_get_and_clear(ptep); set_pte(ptep, swp_entry_to_pte(entry));", Del: SwapOut},
	tuUnlock:     {Text: "out_unlock: spin_unlock(&mm->page_table_lock);", Del: SwapOut},
	tuAnonUnlock: {Text: "spin_unlock(&anon_vma->lock);", Add: AnonVMA},
	tuUp:         {Text: "up_read(&mm->mmap_sem);", Add: UnmapSem},
	tuUnlockPage: {Text: "unlock_page(page);", Del: SwapOut},
}}

func (s *VMAState) tryToUnmap(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case tuPage:
		return vm.Unless(s.Page[l.page].TryLock(x), tuEnd)
	case tuSem:
		return vm.Unless(m.Sem.DownReadTrylock(x), tuUnlockPage)
	case tuAnonLock:
		return s.AnonL.Lock(x)
	case tuAnonVMA:
		l.vma = s.anonVMA(x, l)
		return vm.Unless(l.vma != 0, tuAnonUnlock)
	case tuTry:
		return vm.Unless(m.PTL.TryLock(x), tuUp)
	case tuLock:
		return m.PTL.Lock(x)
	case tuPte:
		s.check(x, l.mm, pageTables, false)
		return vm.Unless(vm.Load(x, &m.Present).Has(int(l.page)), tuUnlock)
	case tuFind:
		return s.CPU[x.CPU].Call(fnFindVMA, locals{mm: l.mm, page: l.page})
	case tuNone:
		l.vma = ref(x.Result())
		return vm.Unless(l.vma != 0, tuUnlock)
	case tuFlags:
		s.check(x, l.mm, vmaFlags, false)
		return vm.Unless(!s.use(x, l.vma, "in try_to_unmap_one").Flags.Test(x, locked), tuUnlock)
	case tuFlush:
		vm.Load(x, &s.use(x, l.vma, "in try_to_unmap_one").MM)
	case tuClear:
		s.swapOut(x, l.mm, vm.Set(0).With(int(l.page)))
	case tuUnlock:
		return m.PTL.Unlock(x)
	case tuAnonUnlock:
		return s.AnonL.Unlock(x)
	case tuUp:
		return m.Sem.UpRead(x)
	case tuUnlockPage:
		return s.Page[l.page].Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// anonVMA is the vma of the mm on the anon_vma's list that maps the page.
func (s *VMAState) anonVMA(x *vm.Exec, l *locals) ref {
	s.check(x, l.mm, anonVMA, false)
	list := vm.Load(x, &s.Anon)
	for i := range vmas {
		if !list.Has(i) {
			continue
		}
		v := vm.Look(x, s.use(x, refOf(i), "through anon_vma"))
		s.check(x, l.mm, vmaRange, false)
		if v.MM == l.mm && v.covers(addr(l.page)) {
			return refOf(i)
		}
	}
	return 0
}

// swapOut turns the ptes of mapped pages into swap entries. Its oracle: a page
// of a vma for which mlock has returned stays.
func (s *VMAState) swapOut(x *vm.Exec, m uint8, set vm.Set) {
	s.check(x, m, pageTables, true)
	s.look(x, m)
	a := s.mm(m)
	for i := range uint8(pages) {
		if v, ok := s.attachedAt(m, addr(i)); ok && set.Has(int(i)) && s.VMA[v].Flags.Has(locked) && s.VMA[v].Flags.Has(populated) {
			x.Bug(Mlocked, v, "swapped out")
		}
	}
	vm.Store(x, &a.Present, a.Present&^set)
	vm.Store(x, &a.Swapped, a.Swapped|set)
}
