package invalidate

import "github.com/vmrace/vmrace/vm"

// unmap_mapping_range, mm/memory.c, with unmap_mapping_range_vma and
// zap_pte_range, for one vma. A zap that has to let others run notes in
// vm_truncate_count where it stopped, and begins the walk anew: pages before
// that mark are taken for done, whoever has set it.
const (
	unmMutex = iota
	unmLock
	unmCount
	unmDone
	unmRestart
	unmPTL
	unmPresent
	unmClear
	unmUnlockPTL
	unmNext
	unmBreak
	unmMark
	unmDrop
	unmResched
	unmRetake
	unmAgain
	unmFinish
	unmUnlock
	unmMutexUnlock
)

var mapUnmapListing = vm.Listing[MapState, mapLocals]{Name: "unmap_mapping_range", Source: "mm/memory.c, 2.6.23", Step: (*MapState).unmap, Lines: []vm.Line{
	unmMutex:       {Text: "mutex_lock(&mapping->unmap_mutex);", Add: UnmapMutex, Sleeps: true},
	unmLock:        {Text: "spin_lock(&mapping->i_mmap_lock);"},
	unmCount:       {Text: "details.truncate_count = ++mapping->truncate_count;"},
	unmDone:        {Text: "again: if (vma->vm_truncate_count == details->truncate_count) goto unlock;"},
	unmRestart:     {Text: "if (is_restart_addr(restart_addr) && start_addr < restart_addr) start_addr = restart_addr;"},
	unmPTL:         {Text: "pte = pte_offset_map_lock(mm, pmd, addr, &ptl);"},
	unmPresent:     {Text: "if (pte_present(ptent)) {"},
	unmClear:       {Text: "        ptep_get_and_clear(mm, addr, pte); if (pte_dirty(ptent)) set_page_dirty(page); }"},
	unmUnlockPTL:   {Text: "pte_unmap_unlock(pte - 1, ptl);"},
	unmNext:        {Text: "addr += PAGE_SIZE; if (addr == end) goto finish;"},
	unmBreak:       {Text: "if (!need_resched()) continue;"},
	unmMark:        {Text: "vma->vm_truncate_count = restart_addr;"},
	unmDrop:        {Text: "spin_unlock(details->i_mmap_lock);"},
	unmResched:     {Text: "cond_resched();", Sleeps: true},
	unmRetake:      {Text: "spin_lock(details->i_mmap_lock);"},
	unmAgain:       {Text: "return -EINTR; /* goto again */"},
	unmFinish:      {Text: "finish: vma->vm_truncate_count = details->truncate_count;"},
	unmUnlock:      {Text: "unlock: spin_unlock(&mapping->i_mmap_lock);"},
	unmMutexUnlock: {Text: "mutex_unlock(&mapping->unmap_mutex);", Add: UnmapMutex},
}}

func (s *MapState) unmap(x *vm.Exec, l *mapLocals) vm.Next {
	switch x.Line {
	case unmMutex:
		return s.Mutex.Lock(x)
	case unmLock, unmRetake:
		return s.MmapLock.Lock(x)
	case unmCount:
		l.count = (vm.Load(x, &s.Count) + 1) % counts
		vm.Store(x, &s.Count, l.count)
	case unmDone:
		return vm.Unless(vm.Load(x, &s.Restarted) != counted(l.count), unmUnlock)
	case unmRestart:
		l.page = l.start
		if b := vm.Load(x, &s.Restarted); b.address() {
			l.page = max(l.start, uint8(b))
		}
		return vm.Unless(l.page < l.end, unmFinish)
	case unmPTL:
		return s.PTL.Lock(x)
	case unmPresent:
		return vm.Unless(vm.Load(x, &s.PTE[l.page])&mapPresent != 0, unmUnlockPTL)
	case unmClear:
		if s.PTE[l.page]&mapDirty != 0 {
			set(x, &s.Dirty, l.page, true)
		}
		vm.Store(x, &s.PTE[l.page], 0)
	case unmUnlockPTL:
		return s.PTL.Unlock(x)
	case unmNext:
		l.page++
		return vm.Unless(l.page < l.end, unmFinish)
	case unmBreak:
		return vm.Unless(x.Choose(2) == 1, unmPTL)
	case unmMark:
		vm.Store(x, &s.Restarted, bookmark(l.page))
	case unmDrop, unmUnlock:
		return s.MmapLock.Unlock(x)
	case unmResched:
	case unmAgain:
		return vm.Goto(unmDone)
	case unmFinish:
		vm.Store(x, &s.Restarted, counted(l.count))
	case unmMutexUnlock:
		return s.Mutex.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}
