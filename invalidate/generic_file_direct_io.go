package invalidate

import "github.com/vmrace/vmrace/vm"

// generic_file_direct_IO, mm/filemap.c: writes past the page cache and then
// throws away what the cache holds. NFS does the same when the server has new
// data. The write-back of dirty pages before the write is left out.
const (
	dioWrite = iota
	dioInvalidate
	dioInvalidate24
	dioReturn
	dioDirectory
)

var genericFileDirectIOListing = vm.Listing[State, locals]{Name: "generic_file_direct_IO", Source: "mm/filemap.c, 2.6.16", Step: (*State).genericFileDirectIO, Lines: []vm.Line{
	dioWrite:        {Text: "retval = mapping->a_ops->direct_IO(rw, iocb, iov, offset, nr_segs);"},
	dioInvalidate:   {Text: "err = invalidate_inode_pages2_range(mapping, ...);", Del: Linux24},
	dioInvalidate24: {Text: "invalidate_inode_pages2(inode->i_mapping);", Add: Linux24},
	dioReturn:       {Text: "if (err) retval = err;"},
	dioDirectory:    {Text: "/* nfs_revalidate_mapping: the directory must be read anew */", Add: Directory},
}}

func (s *State) genericFileDirectIO(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case dioWrite:
		l.seq = vm.Load(x, &s.Disk) + 1
		vm.Store(x, &s.Disk, l.seq)
	case dioInvalidate:
		return s.CPU[x.CPU].Call(fnInvalidateInodePages2Range, locals{})
	case dioInvalidate24:
		return s.CPU[x.CPU].Call(fnInvalidateInodePages224, locals{})
	case dioReturn:
		if x.Result() == eio {
			l.how |= failed
		} else {
			s.promise(x, l.seq)
		}
	case dioDirectory:
		vm.Look(x, &s.Tree)
		vm.Look(x, &s.PTE)
		vm.Look(x, &s.Page)
		if l.how.has(failed) && s.Tree != 0 && s.maps(s.Tree) == 0 && !s.Page[s.Tree.page()].Flags.Has(dirty) {
			x.Bug(Spurious, s.Tree.page(), "")
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// promise notes that from here on nobody may read anything older than a version.
// Its oracle: the page cache still has something older. Pages that are not up to
// date are read again before anybody looks at them.
func (s *State) promise(x *vm.Exec, version uint8) {
	vm.Look(x, &s.Tree)
	vm.Look(x, &s.Page)
	vm.Mark(x, &s.Floor)
	s.Floor = max(s.Floor, version)
	if h := s.Tree; h != 0 && s.Page[h.page()].Flags.Has(uptodate) && s.Page[h.page()].Data < version {
		x.Bug(Stale, h.page(), "left in the page cache")
	}
}
