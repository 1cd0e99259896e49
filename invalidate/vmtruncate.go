package invalidate

import "github.com/vmrace/vmrace/vm"

// vmtruncate, mm/memory.c, to size zero, and vmtruncate_range, MADV_REMOVE, of
// the first page. i_size shrinks before truncate_count is raised, and that is
// before anything is zapped; the fault reads in the reverse order. In the middle
// of a file i_size does not change.
const (
	vtMutex = iota
	vtSize
	vtUnmap
	vtTruncate
	vtUnmapAgain
	vtUnlock
)

var vmtruncateListing = vm.Listing[State, locals]{Name: "vmtruncate", Source: "mm/memory.c, 2.6.16", Step: (*State).vmtruncate, Lines: []vm.Line{
	vtMutex:      {Text: "mutex_lock(&inode->i_mutex); /* the caller */", Sleeps: true},
	vtSize:       {Text: "i_size_write(inode, offset);", Del: CountFirst},
	vtUnmap:      {Text: "unmap_mapping_range(mapping, offset + PAGE_SIZE - 1, 0, 1);"},
	vtTruncate:   {Text: "truncate_inode_pages(mapping, offset);"},
	vtUnmapAgain: {Text: "unmap_mapping_range(mapping, offset + PAGE_SIZE - 1, 0, 1);", Add: Locked},
	vtUnlock:     {Text: "mutex_unlock(&inode->i_mutex);"},
}}

func (s *State) vmtruncate(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case vtMutex:
		return s.Mutex.Lock(x)
	case vtSize:
		vm.Store(x, &s.Size, 0)
	case vtUnmap, vtUnmapAgain:
		return s.CPU[x.CPU].Call(fnUnmapMappingRange, locals{how: evenCows})
	case vtTruncate:
		return s.CPU[x.CPU].Call(fnTruncateInodePages, locals{})
	case vtUnlock:
		return s.Mutex.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const (
	vtrMutex = iota
	vtrUnmap
	vtrTruncate
	vtrUnmapAgain
	vtrUnlock
)

var vmtruncateRangeListing = vm.Listing[State, locals]{Name: "vmtruncate_range", Source: "mm/memory.c, 2.6.16", Step: (*State).vmtruncateRange, Lines: []vm.Line{
	vtrMutex:      {Text: "mutex_lock(&inode->i_mutex);", Add: Punch, Sleeps: true},
	vtrUnmap:      {Text: "unmap_mapping_range(mapping, offset, (end - offset), 1);", Add: Punch},
	vtrTruncate:   {Text: "truncate_inode_pages_range(mapping, offset, end);", Add: Punch},
	vtrUnmapAgain: {Text: "unmap_mapping_range(mapping, offset, (end - offset), 1);", Add: Locked},
	vtrUnlock:     {Text: "mutex_unlock(&inode->i_mutex);", Add: Punch},
}}

func (s *State) vmtruncateRange(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case vtrMutex:
		return s.Mutex.Lock(x)
	case vtrUnmap, vtrUnmapAgain:
		return s.CPU[x.CPU].Call(fnUnmapMappingRange, locals{how: evenCows})
	case vtrTruncate:
		return s.CPU[x.CPU].Call(fnTruncateInodePages, locals{})
	case vtrUnlock:
		return s.Mutex.Unlock(x)
	default:
		panic(x.Lost())
	}
}
