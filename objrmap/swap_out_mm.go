package objrmap

import "github.com/vmrace/vmrace/vm"

// swap_out_mm, mm/vmscan.c, 2.4, with swap_out_vma and try_to_swap_out: walks the
// vmas of an mm from an address on, under page_table_lock alone. A vma with
// VM_LOCKED is passed over. swap_out finds the mm on mmlist and is one of its
// users meanwhile.
const (
	soPick = iota
	soLock
	soFind
	soFound
	soWhile
	soFlags
	soRange
	soClear
	soNext
	soUnlock
)

var swapOutListing = vm.Listing[VMAState, locals]{Name: "swap_out_mm", Source: "mm/vmscan.c, 2.4", Step: (*VMAState).swapOutMM, Lines: []vm.Line{
	soPick:   {Text: "swap_out: mm = list_entry(p, struct mm_struct, mmlist);", Add: SwapOut},
	soLock:   {Text: "spin_lock(&mm->page_table_lock);", Add: SwapOut},
	soFind:   {Text: "vma = find_vma(mm, address);", Add: SwapOut},
	soFound:  {Text: "/* the result */", Add: SwapOut},
	soWhile:  {Text: "while (vma) {", Add: SwapOut},
	soFlags:  {Text: "        if (vma->vm_flags & VM_LOCKED) next;", Add: SwapOut},
	soRange:  {Text: "        address = vma->vm_start; end = vma->vm_end;", Add: SwapOut},
	soClear:  {Text: "        try_to_swap_out: if (!TryLockPage(page)) set_pte(swap entry);", Add: SwapOut},
	soNext:   {Text: "        vma = vma->vm_next; }", Add: SwapOut},
	soUnlock: {Text: "spin_unlock(&mm->page_table_lock);", Add: SwapOut},
}}

func (s *VMAState) swapOutMM(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case soPick:
		if !vm.Load(x, &s.MMList).Has(int(l.mm)) {
			return vm.Return
		}
	case soLock:
		return m.PTL.Lock(x)
	case soFind:
		return s.CPU[x.CPU].Call(fnFindVMA, locals{mm: l.mm, page: l.page})
	case soFound:
		l.vma = ref(x.Result())
	case soWhile:
		return vm.Unless(l.vma != 0, soUnlock)
	case soFlags:
		s.check(x, l.mm, vmaFlags, false)
		return vm.Unless(!s.use(x, l.vma, "in swap_out_mm").Flags.Test(x, locked), soNext)
	case soRange:
		s.check(x, l.mm, vmaRange, false)
		v := vm.Look(x, s.use(x, l.vma, "in swap_out_mm"))
		vm.Load(x, &v.Start)
		l.page = uint8(pagesOf(v))
	case soClear:
		s.swapOut(x, l.mm, vm.Set(l.page)&vm.Load(x, &m.Present)&^s.lockedPages(x))
	case soNext:
		l.vma = vm.Load(x, &s.structure(x, l.mm, l.vma, false, "in swap_out_mm").Next)
		return vm.Goto(soWhile)
	case soUnlock:
		return m.PTL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// lockedPages are the pages that TryLockPage of try_to_swap_out fails for. It
// holds PG_locked for less than the line that asks.
func (s *VMAState) lockedPages(x *vm.Exec) vm.Set {
	set := vm.Set(0)
	for i := range s.Page {
		if p := vm.Load(x, &s.Page[i]); p.Locked() {
			set = set.With(i)
		}
	}
	return set
}
