package objrmap

import "github.com/vmrace/vmrace/vm"

// expand_stack, mm/mmap.c, as a fault below the stack calls it.
const (
	xsGood = iota
	xsLock
	xsAnonLock
	xsRecheck
	xsGrow
	xsStart
	xsPgoffRead
	xsPgoff
	xsTotalRead
	xsTotal
	xsUnlock
	xsAnonUnlock
	xsTouch
)

var expandStackListing = vm.Listing[StackState, stkLocals]{Name: "expand_stack", Source: "mm/mmap.c", Step: (*StackState).expandStack, Lines: []vm.Line{
	xsGood:       {Text: "do_page_fault: if (vma->vm_start <= address) goto good_area;"},
	xsLock:       {Text: "spin_lock(&vma->vm_mm->page_table_lock);", Del: StackNolock | StackAnon},
	xsAnonLock:   {Text: "anon_vma_lock(vma);", Add: StackAnon},
	xsRecheck:    {Text: "if (address < vma->vm_start) {", Add: Recheck},
	xsGrow:       {Text: "grow = (vma->vm_start - address) >> PAGE_SHIFT;"},
	xsStart:      {Text: "vma->vm_start = address;"},
	xsPgoffRead:  {Text: "tmp = vma->vm_pgoff;"},
	xsPgoff:      {Text: "vma->vm_pgoff = tmp - grow;"},
	xsTotalRead:  {Text: "tmp = vma->vm_mm->total_vm;"},
	xsTotal:      {Text: "vma->vm_mm->total_vm = tmp + grow;"},
	xsUnlock:     {Text: "spin_unlock(&vma->vm_mm->page_table_lock);", Del: StackNolock | StackAnon},
	xsAnonUnlock: {Text: "anon_vma_unlock(vma);", Add: StackAnon},
	xsTouch:      {Text: "good_area: handle_mm_fault(mm, vma, address, write);"},
}}

func (s *StackState) expandStack(x *vm.Exec, l *stkLocals) vm.Next {
	switch x.Line {
	case xsGood:
		return vm.Unless(vm.Load(x, &s.Start) > l.page, xsTouch)
	case xsLock:
		return s.PTL.Lock(x)
	case xsAnonLock:
		return s.Anon.Lock(x)
	case xsRecheck:
		s.check(x, stkRange, false)
		return vm.Unless(l.page < vm.Load(x, &s.Start), xsUnlock)
	case xsGrow:
		s.check(x, stkRange, false)
		l.grow = vm.Load(x, &s.Start) - l.page
	case xsStart:
		s.check(x, stkRange, true)
		vm.Store(x, &s.Start, l.page)
	case xsPgoffRead:
		l.tmp = vm.Load(x, &s.Pgoff)
	case xsPgoff:
		s.check(x, stkRange, true)
		vm.Store(x, &s.Pgoff, l.tmp-l.grow)
	case xsTotalRead:
		l.tmp = vm.Load(x, &s.Total)
	case xsTotal:
		s.check(x, stkRange, true)
		vm.Store(x, &s.Total, l.tmp+l.grow)
	case xsUnlock:
		return s.PTL.Unlock(x)
	case xsAnonUnlock:
		return s.Anon.Unlock(x)
	case xsTouch:
		vm.Store(x, &s.PTE, s.PTE.With(int(l.page)))
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// check is the dynamic oracle of the contract. Everybody here who is a fault
// holds mmap_sem for reading.
func (s *StackState) check(x *vm.Exec, structure int, write bool) {
	h := vm.Shared(mmapSem)
	if vm.Look(x, &s.PTL).HeldBy(x.CPU) {
		h |= vm.Exclusive(ptl)
	}
	if vm.Look(x, &s.Anon).HeldBy(x.CPU) {
		h |= vm.Exclusive(anonLock)
	}
	stackLaws[s.Law].Check(x, structure, -1, h, write)
}

const stkRange = 0

// A stackLaw is the contract of a kernel for the range of a stack.
type stackLaw uint8

const (
	stackPTL stackLaw = iota
	stackNone
	stackAnonVMA
)

func stackLawOf(p vm.Patch) stackLaw {
	switch {
	case p&StackNolock != 0:
		return stackNone
	case p&StackAnon != 0:
		return stackAnonVMA
	default:
		return stackPTL
	}
}

var stackLaws = [...]vm.Contracts{
	stackPTL:     stackContract(reads|table, table),
	stackNone:    stackContract(reads, reads),
	stackAnonVMA: stackContract(reads|rmap, rmap),
}

// stackContract is the contract for who grows a stack and who looks for a page
// of it.
func stackContract(grows, looks vm.LockSet) vm.Contracts {
	return vm.Contracts{Locks: lockNames, Structures: []vm.Contract{
		stkRange: {Name: "vm_start and vm_pgoff of a stack", Readers: []vm.Party{{Who: "reclaim", Hold: looks}}, Writers: []vm.Party{{Who: "expand_stack", Hold: grows}}},
	}}
}
