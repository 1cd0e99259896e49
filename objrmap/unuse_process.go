package objrmap

import "github.com/vmrace/vmrace/vm"

// unuse_process, mm/swapfile.c: swapoff puts a page back in place of the swap
// entries of one mm. The caller has locked the page.
const (
	upDown = iota
	upTry
	upUnlockPage
	upDownSlow
	upLockPage
	upLock
	upFirst
	upFor
	upRange
	upPte
	upNext
	upUnlock
	upUp
)

var unuseProcessListing = vm.Listing[VMAState, locals]{Name: "unuse_process", Source: "mm/swapfile.c", Step: (*VMAState).unuseProcess, Lines: []vm.Line{
	upDown:       {Text: "down_read(&mm->mmap_sem);", Add: UnuseSem, Sleeps: true},
	upTry:        {Text: "if (!down_read_trylock(&mm->mmap_sem)) {", Add: UnuseTry},
	upUnlockPage: {Text: "        unlock_page(page);", Add: UnuseTry},
	upDownSlow:   {Text: "        down_read(&mm->mmap_sem);", Add: UnuseTry, Sleeps: true},
	upLockPage:   {Text: "        lock_page(page); }", Add: UnuseTry, Sleeps: true},
	upLock:       {Text: "spin_lock(&mm->page_table_lock);"},
	upFirst:      {Text: "vma = mm->mmap;"},
	upFor:        {Text: "for (; vma;"},
	upRange:      {Text: "        unuse_vma: addr = vma->vm_start, end = vma->vm_end;"},
	upPte:        {Text: "        if (pte is the entry) set_pte(dir, mk_pte(page));"},
	upNext:       {Text: "        vma = vma->vm_next)"},
	upUnlock:     {Text: "spin_unlock(&mm->page_table_lock);"},
	upUp:         {Text: "up_read(&mm->mmap_sem);", Add: UnuseSem | UnuseTry},
}}

func (s *VMAState) unuseProcess(x *vm.Exec, l *locals) vm.Next {
	m := s.mm(l.mm)
	switch x.Line {
	case upDown, upDownSlow:
		return m.Sem.DownRead(x)
	case upTry:
		return vm.Unless(!m.Sem.DownReadTrylock(x), upLock)
	case upUnlockPage:
		return s.Page[l.page].Unlock(x)
	case upLockPage:
		return s.Page[l.page].Lock(x)
	case upLock:
		return m.PTL.Lock(x)
	case upFirst:
		s.check(x, l.mm, vmaTree, false)
		l.vma = vm.Load(x, &m.Mmap)
	case upFor:
		return vm.Unless(l.vma != 0, upUnlock)
	case upRange:
		s.check(x, l.mm, vmaRange, false)
		v := vm.Look(x, s.use(x, l.vma, "in unuse_process"))
		vm.Load(x, &v.Start)
		l.seen = v.covers(addr(l.page))
	case upPte:
		if l.seen && vm.Load(x, &m.Swapped).Has(int(l.page)) {
			s.swapIn(x, l)
		}
	case upNext:
		l.vma = vm.Load(x, &s.structure(x, l.mm, l.vma, false, "in unuse_process").Next)
		return vm.Goto(upFor)
	case upUnlock:
		return m.PTL.Unlock(x)
	case upUp:
		return m.Sem.UpRead(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// swapIn puts the page in place of its swap entry.
func (s *VMAState) swapIn(x *vm.Exec, l *locals) {
	s.check(x, l.mm, pageTables, true)
	m := s.mm(l.mm)
	vm.Store(x, &m.Swapped, m.Swapped.Without(int(l.page)))
	vm.Store(x, &m.Present, m.Present.With(int(l.page)))
}
