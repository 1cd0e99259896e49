package invalidate

import "github.com/vmrace/vmrace/vm"

// base has the first page of the file in the page cache, read and clean, two
// free pages, and the data of the disk in version 1.
func base(s *State, p vm.Patch) {
	for i := range s.Page {
		s.Page[i] = page{Mapcount: -1, Life: vm.FreeLife}
	}
	s.Tree, s.Size, s.Disk = 1, 1, 1
	s.Page[0] = page{Count: 1, Mapcount: -1, Flags: uptodate | mapping, Data: 1, Ghost: lru}
	if p&Linux24 != 0 {
		s.Rules |= linux24
	}
}

// mapIn maps the page of the file into a vma.
func (s *State) mapIn(vma int, e pte) {
	s.PTE[vma] = e | 1
	s.Page[0].Count++
	s.Page[0].Mapcount++
}

func bootMapped(s *State, p vm.Patch) {
	base(s, p)
	s.mapIn(1, 0)
}

// bootPagevec has the page still in a pagevec, on its way to the LRU.
func bootPagevec(s *State, p vm.Patch) {
	base(s, p)
	s.mapIn(1, 0)
	s.hold()
}

// hold puts the page into a pagevec, on its way to the LRU.
func (s *State) hold() {
	s.Pvec = 1
	s.Page[0].Count++
	s.Page[0].Ghost &^= lru
}

// bootDriver has a page of a device driver, which leaves one page free.
func bootDriver(s *State, p vm.Patch) {
	base(s, p)
	s.Page[2] = page{Count: 1, Mapcount: -1, Flags: uptodate, Ghost: driver, Data: 1}
}

// bootDirty has the page mapped and written to by the first vma, and still in a
// pagevec.
func bootDirty(s *State, p vm.Patch) {
	base(s, p)
	s.mapIn(0, pteWrite|pteDirty)
	s.hold()
	s.Page[0].Flags |= dirty
	s.Page[0].Ghost |= unsaved
}

// bootEmpty has nothing in the page cache.
func bootEmpty(s *State, p vm.Patch) {
	base(s, p)
	s.Page[0] = page{Mapcount: -1, Life: vm.FreeLife}
	s.Tree = 0
}

var invalidateBoots = []vm.Boot[State]{
	{Name: "cached", Init: base, Programs: [][]uint8{{opWriteA, opStoreA, opLoadA, opUnmapA}, {opDirect}}},
	{Name: "mapped", Init: bootMapped, Programs: [][]uint8{{opReadA, opLoadA}, {opDirect}}},
	{Name: "best-effort", Init: base, Programs: [][]uint8{{opWriteA, opStoreA, opUnmapA, opReadB}, {opInvalidate, opReadA}}},
	{Name: "reclaim", Init: base, Programs: [][]uint8{{opWriteA, opStoreA, opUnmapA, opWriteback, opDirect}, {opShrink}}},
	{Name: "pagevec", Init: bootPagevec, Programs: [][]uint8{{opDrain, opPagesB}, {opDirect, opRead}}},
	{Name: "special", Init: bootDriver, Programs: [][]uint8{{opDriverB, opUnmapB, opCopyB, opInstallA, opUnmapA, opWriteA, opInstallA}, {opDirect}}},
	{Name: "dirty", Init: bootDirty, Programs: [][]uint8{{opStoreA, opWriteback, opStoreA, opLoadA}, {opDirect, opRead}}},
	{Name: "empty", Init: bootEmpty, Programs: [][]uint8{{opWriteA, opStoreA, opDirect}, {opRead}}},
}

var truncateBoots = []vm.Boot[State]{
	{Name: "cached", Init: base, Programs: [][]uint8{{topReadA}, {topTruncate}}},
	{Name: "mapped", Init: bootMapped, Programs: [][]uint8{{topWriteA, topStoreA}, {topTruncate}}},
	{Name: "copy", Init: base, Programs: [][]uint8{{topCopyB}, {topTruncate}}},
	{Name: "hole", Init: base, Programs: [][]uint8{{topReadA, topLoadA}, {topPunch}}},
	{Name: "dirty", Init: bootDirty, Programs: [][]uint8{{topWriteback, topReadB}, {topTruncate}}},
	{Name: "empty", Init: bootEmpty, Programs: [][]uint8{{topReadA, topTruncate}, {topReadA}}},
}
