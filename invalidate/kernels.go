package invalidate

import "github.com/vmrace/vmrace/vm"

const (
	seqlock = SeqLock | Linear
	// nick is 2.6.23: Nick Piggin's two patches.
	nick = removeMapping | Locked | TwoFunctions | FaultAll
	// removeMapping is page_count and then PageDirty, both under the tree_lock.
	removeMapping = TestCount | DirtyLast
)

const (
	mailSeq    = "Andrea Arcangeli, LKML, 13 Dec 2005"
	mailFlag   = "Andrea Arcangeli, LKML, 31 Mar 2006"
	mailMorton = "Andrew Morton, LKML, 2 Apr 2006"
)

var invalidateKernels = []vm.Kernel{
	{Name: "2.4.20", ID: "A-V5", Version: "2.4.20", Year: 2002, Source: "mm/filemap.c", Patches: Linux24,
		About: "a page in use loses PG_uptodate and stays; an unused one is removed after pagecache_lock was dropped"},
	{Name: "2.4.20-hold", ID: "A-V5h", Version: "2.4.20", Year: 2002, Source: "mm/filemap.c, changed", Patches: Linux24 | Linux24Hold,
		About: "the same with the removal under pagecache_lock, as the mail remembers it"},
	{Name: "sles9", ID: "A-V0s", Version: "2.6.5 with objrmap", Year: 2004, Source: "mm/rmap.c of the -mjb lineage", Patches: StrictRmap,
		About: "page_add_file_rmap is a BUG for a page without mapping"},
	{Name: "2.6.15-seqlock-posted", ID: "A-V2'", Version: "2.6.15-rc5 with the patch", Year: 2005, Source: mailSeq, Patches: seqlock | SeqPosted,
		About: "the sequence lock as posted: a branch forgets to unlock it, and every later fault yields for ever"},
	{Name: "2.6.15-seqlock", ID: "A-V2", Version: "2.6.15-rc5 with the patch", Year: 2005, Source: mailSeq, Patches: seqlock,
		About: "faults check a sequence lock under the page table lock, which an invalidation of an unmapped page never takes"},
	{Name: "2.6.15-seqlock-zap2", ID: "A-V2b", Version: "2.6.15-rc5 with the patch", Year: 2005, Source: mailSeq + ", changed", Patches: seqlock | Always,
		About: "invalidate_inode_pages2 zaps in every case after it has raised the sequence lock"},
	{Name: "2.6.15-seqlock-zap", ID: "A-V2c", Version: "2.6.15-rc5 with the patch", Year: 2005, Source: mailSeq + ", changed", Patches: seqlock | Always | SeqZap, Fixed: true,
		About: "invalidate_mapping_pages does so, too"},
	{Name: "2.6.16", ID: "A-V0", Version: "2.6.11 to 2.6.17", Year: 2006, Source: "918798e7b4, mm/truncate.c",
		About: "a locked page that is not mapped is believed to stay so, but faults ignore the page lock"},
	{Name: "2.6.16-zap", ID: "A-V0b", Version: "2.6.16", Year: 2006, Source: "Andrea Arcangeli, LKML, 10 Jan 2006", Patches: Always,
		About: "zaps in every case: truncate_count changes while the page can still be found"},
	{Name: "2.6.16-pg-truncate-nonlinear", ID: "A-V3n", Version: "2.6.16 with the patch", Year: 2006, Source: mailFlag, Patches: PGTruncate,
		About: "PG_truncate and the page lock, with nonlinear mappings, which know neither"},
	{Name: "2.6.16-pg-truncate", ID: "A-V3", Version: "2.6.16 with the patch", Year: 2006, Source: mailFlag, Patches: PGTruncate | Linear, Fixed: true,
		About: "the fault locks the page and looks at PG_truncate; linear mappings only"},
	{Name: "2.6.16-mapping-any", ID: "A-V3x", Version: "2.6.16", Year: 2006, Source: mailFlag, Patches: MapTest | MapAny | Linear,
		About: "page->mapping in place of PG_truncate, in every vma: a driver's page without mapping faults for ever"},
	{Name: "2.6.16-mapping", ID: "A-V3'", Version: "2.6.16", Year: 2006, Source: "Hugh Dickins, LKML, 11 Jan 2006", Patches: MapTest | MapFlag | Linear, Fixed: true,
		About: "page->mapping in place of PG_truncate, only where the vma says that NULL means gone"},
	{Name: "2.6.16-page-mapped", ID: "A-V1a", Version: "2.6.16", Year: 2006, Source: mailMorton, Patches: TestMapped,
		About: "page_mapped tested under the tree_lock, which does not keep anybody from mapping"},
	{Name: "2.6.18-directory", ID: "A-V1b-EIO", Version: "2.6.18", Year: 2006, Source: "016eb4a0ed06", Patches: TestCount | Directory,
		About: "page_count tested under the tree_lock, for a caller that relies on success: any reference makes it fail"},
	{Name: "2.6.18-plain-dirty", ID: "A-V1bd", Version: "2.6.18", Year: 2006, Source: "016eb4a0ed06, changed", Patches: TestCount | PlainDirty,
		About: "PageDirty and then page_count, while somebody dirties a page without the tree_lock and drops it in between"},
	{Name: "2.6.18-plain-dirty-last", ID: "A-V1be", Version: "2.6.18", Year: 2006, Source: "016eb4a0ed06, changed", Patches: removeMapping | PlainDirty, Fixed: true,
		About: "page_count and then PageDirty, the order of remove_mapping"},
	{Name: "2.6.18", ID: "A-V1b", Version: "2.6.18-rc7", Year: 2006, Source: "016eb4a0ed06", Patches: TestCount, Fixed: true,
		About: "page_count tested under the tree_lock: whoever will map the page has a reference by then"},
	{Name: "2.6.18-both", ID: "A-V1ab", Version: "2.6.18", Year: 2006, Source: mailMorton, Patches: removeMapping | TestMapped, Fixed: true,
		About: "page_mapped, page_count and PageDirty tested under the tree_lock"},
	{Name: "2.6.19-rc2", ID: "A-V1d", Version: "2.6.19-rc1, rc2", Year: 2006, Source: "0fd0e6b05aa0", Patches: removeMapping | TwoFunctions | ClearFailed,
		About: "a page whose removal has failed loses PG_uptodate all the same"},
	{Name: "2.6.19", ID: "A-V1c", Version: "2.6.19 to 2.6.22", Year: 2006, Source: "bd4c8ce41a2e", Patches: removeMapping | TwoFunctions,
		About: "invalidate_inode_pages2 no longer tests page_count, best effort does"},
	{Name: "2.6.23-nonlinear", ID: "A-V4n", Version: "2.6.22 with d00806b18315", Year: 2007, Source: "d00806b18315", Patches: nick &^ FaultAll,
		About: "the fault keeps the page locked; nonlinear mappings do not fault yet"},
	{Name: "2.6.23", ID: "A-V4", Version: "2.6.23", Year: 2007, Source: "d00806b18315, 54cb8821de07", Patches: nick, Fixed: true,
		About: "the fault returns the page locked and in the page cache, and unlocks it once it is mapped"},
}

var truncateKernels = []vm.Kernel{
	{Name: "2.4.20", ID: "A-T4", Version: "2.4, 2.5, to 2.6.0-test2", Year: 2002, Source: "mm/memory.c", Patches: NoRecheck,
		About: "the fault does not look at truncate_count"},
	{Name: "2.6.10-size-first", ID: "A-I10r", Version: "2.6.11-rc2", Year: 2005, Source: "before 08f26bb205", Patches: SizeFirst,
		About: "without smp_rmb the fault reads i_size before truncate_count"},
	{Name: "2.6.10-count-first", ID: "A-I10w", Version: "2.6.11-rc2", Year: 2005, Source: "before 08f26bb205", Patches: CountFirst,
		About: "without smp_wmb truncate_count changes before i_size"},
	{Name: "2.6.16", ID: "A-T0", Version: "2.6.11-rc3 to 2.6.22", Year: 2005, Source: "3e63f0be44, 08f26bb205", Fixed: true,
		About: "i_size, truncate_count, page tables: the fault reads in the reverse order"},
	{Name: "2.6.16-punch", ID: "A-I5", Version: "2.6.16", Year: 2006, Source: "mm/memory.c, vmtruncate_range", Patches: Punch,
		About: "a hole in the file: i_size does not change, truncate_count alone is worthless"},
	{Name: "2.6.16-pg-truncate-punch", ID: "A-V3h", Version: "2.6.16 with the patch", Year: 2006, Source: mailFlag, Patches: Punch | PGTruncate,
		About: "PG_truncate, which truncation does not set"},
	{Name: "2.6.16-pg-truncate-late", ID: "A-V3u", Version: "2.6.16 with the patch", Year: 2006, Source: mailFlag + ", changed", Patches: PGTruncate | UnlockLate,
		About: "the page unlocked behind the page table lock: truncation frees a private copy while it is locked"},
	{Name: "2.6.16-pg-truncate", ID: "A-V3", Version: "2.6.16 with the patch", Year: 2006, Source: mailFlag, Patches: PGTruncate, Fixed: true,
		About: "PG_truncate and the page lock on top of truncate_count"},
	{Name: "2.6.23-rc1", ID: "A-V4l", Version: "2.6.23-rc1", Year: 2007, Source: "d00806b18315", Patches: Locked | FaultAll | Punch | FaultLeak,
		About: "a fault that meets the new end of the file under the page lock forgets its reference"},
	{Name: "2.6.23", ID: "A-V4", Version: "2.6.23", Year: 2007, Source: "d00806b18315, 745ad48e8cac", Patches: Locked | FaultAll | Punch, Fixed: true,
		About: "the fault keeps the page locked, truncation unmaps under the page lock and once more at its end"},
}
