package invalidate

import "github.com/vmrace/vmrace/vm"

// The operations of the race invalidate.
const (
	opReadA uint8 = iota
	opWriteA
	opReadB
	opCopyB
	opDriverB
	opLoadA
	opLoadB
	opStoreA
	opRead
	opDirect
	opInvalidate
	opShrink
	opUnmapA
	opUnmapB
	opInstallA
	opDrain
	opPagesB
	opWriteback
	invalidateOpCount
)

var invalidateOps = [invalidateOpCount]vm.Op[State, locals]{
	opReadA:      {Name: "read fault, vma 0", Func: fnDoNoPage},
	opWriteA:     {Name: "write fault, vma 0", Func: fnDoNoPage, Args: locals{how: write}},
	opReadB:      {Name: "read fault, vma 1", Func: fnDoNoPage, Args: locals{how: vmaB}},
	opCopyB:      {Name: "private write fault, vma 1", Func: fnDoNoPage, Args: locals{how: vmaB | write | private}},
	opDriverB:    {Name: "driver fault, vma 1", Func: fnDoNoPage, Args: locals{how: vmaB | ofDriver}},
	opLoadA:      {Name: "load, vma 0", Func: fnLoad},
	opLoadB:      {Name: "load, vma 1", Func: fnLoad, Args: locals{how: vmaB}},
	opStoreA:     {Name: "store, vma 0", Func: fnStore},
	opRead:       {Name: "read()", Func: fnDoGenericMappingRead},
	opDirect:     {Name: "write(), O_DIRECT", Func: fnGenericFileDirectIO},
	opInvalidate: {Name: "invalidate_inode_pages", Func: fnInvalidateMappingPages},
	opShrink:     {Name: "shrink_list", Func: fnShrinkList},
	opUnmapA:     {Name: "munmap, vma 0", Func: fnZapPageRange},
	opUnmapB:     {Name: "munmap, vma 1", Func: fnZapPageRange, Args: locals{how: vmaB}},
	opInstallA:   {Name: "remap_file_pages, vma 0", Func: fnInstallPage},
	opDrain:      {Name: "lru_add_drain", Func: fnLruAddDrain},
	opPagesB:     {Name: "get_user_pages, vma 1", Func: fnGetUserPages, Args: locals{how: vmaB}},
	opWriteback:  {Name: "write-back", Func: fnWritepage},
}

// The operations of the race truncate.
const (
	topReadA uint8 = iota
	topWriteA
	topReadB
	topCopyB
	topLoadA
	topStoreA
	topTruncate
	topPunch
	topWriteback
	truncateOpCount
)

var truncateOps = [truncateOpCount]vm.Op[State, locals]{
	topReadA:     invalidateOps[opReadA],
	topWriteA:    invalidateOps[opWriteA],
	topReadB:     invalidateOps[opReadB],
	topCopyB:     invalidateOps[opCopyB],
	topLoadA:     invalidateOps[opLoadA],
	topStoreA:    invalidateOps[opStoreA],
	topTruncate:  {Name: "truncate", Func: fnVmtruncate},
	topPunch:     {Name: "madvise, MADV_REMOVE", Func: fnVmtruncateRange},
	topWriteback: invalidateOps[opWriteback],
}
