package objrmap

import "github.com/vmrace/vmrace/vm"

const (
	mailNolock  = "Dave McCracken, LKML, Jun 2003"
	mailFixes   = "Andrea Arcangeli, LKML, 3 Mar 2004"
	mailTable   = "Hugh Dickins, LKML, 26 Mar 2004"
	mailAnswers = "Andrea Arcangeli, LKML, 25 Mar 2004"
)

var vmaKernels = []vm.Kernel{
	{Name: "2.4.25", ID: "B-24", Version: "2.4.25", Year: 2004, Source: "mm/vmscan.c, mm/mmap.c, kernel/fork.c", Patches: SwapOut,
		About: "writers have both locks, swapout and swapoff page_table_lock alone; fork shows swapout the parent's tree"},
	{Name: "2.4.25-fork", ID: "B-24f", Version: "2.4.25 with bc3d0059577f", Year: 2004, Source: "mm/vmscan.c, mm/mmap.c", Patches: SwapOut | Fork, Fixed: true,
		About: "the same with the fork of 2.6.4"},
	{Name: "2.5.70-nolock1", ID: "B-V4v1", Version: "2.5.70-mm4 with the patch", Year: 2003, Source: mailNolock, Patches: Fork | nolock | UnuseSem,
		About: "no page_table_lock in vma manipulations, mmap_sem in unuse_process; swapout is forgotten"},
	{Name: "2.5.70-nolock2", ID: "B-V4v2", Version: "2.5.70-mm4 with the patch", Year: 2003, Source: mailNolock, Patches: Fork | nolock | UnuseSem | UnmapSem,
		About: "the same, and try_to_unmap_one tries for mmap_sem"},
	{Name: "2.6.3-mjb2", ID: "B-V1", Version: "2.6.3-mjb2", Year: 2004, Source: mailFixes, Patches: nolock | UnuseSem,
		About: "detach_vmas and vma_merge without page_table_lock, swapout without mmap_sem"},
	{Name: "2.6.3-mjb2-hunk1", ID: "B-V2", Version: "2.6.3-mjb2 with the first hunk", Year: 2004, Source: mailFixes, Patches: Merge | UnuseSem,
		About: "detach_vmas under page_table_lock again, vma_merge not"},
	{Name: "2.6.4-rc2", ID: "B-V0f", Version: "2.6.4-rc2", Year: 2004, Source: "kernel/fork.c",
		About: "writers have both locks, but dup_mmap leaves the child with the parent's tree"},
	{Name: "2.6.4-mjb1", ID: "B-V3", Version: "2.6.4-mjb1", Year: 2004, Source: mailTable, Patches: Fork | Merge,
		About: "the first and the third hunk: vma_merge without page_table_lock, unuse_process with nothing else"},
	{Name: "2.6.5-rc2", ID: "B-V0", Version: "2.6.5-rc2", Year: 2004, Source: "mm/mmap.c, mm/rmap.c, mm/swapfile.c", Patches: Fork, Fixed: true,
		About: "writers have mmap_sem and page_table_lock, readers either"},
	{Name: "2.6.5-rc2-mm3", ID: "B-V0mm", Version: "2.6.5-rc2-mm3", Year: 2004, Source: mailTable, Patches: Fork, Fixed: true,
		About: "as Linus"},
	{Name: "2.6.5-rc2-anobjrmap", ID: "B-V0h", Version: "2.6.5-rc2 with Dickins' patches", Year: 2004, Source: mailTable, Patches: Fork, Fixed: true,
		About: "as Linus: the changes of -mjb to mmap.c are left out"},
	{Name: "2.6.5-rc2-sem", ID: "B-V0s", Version: "2.6.5-rc2", Year: 2004, Source: mailFixes, Patches: Fork | UnuseSem,
		About: "Linus' tree with the mmap_sem of -mjb in unuse_process"},
	{Name: "2.6.5-rc2-aa4", ID: "B-V5aa", Version: "2.6.5-rc2-aa4", Year: 2004, Source: mailTable, Patches: Fork | nolock | UnuseSem | AnonVMA,
		About: "swapout uses no find_vma, unuse_process downs mmap_sem"},
	{Name: "2.6.5-rc2-aa4-hunk3", ID: "B-V5h3", Version: "2.6.5-rc2-aa4 with the third hunk", Year: 2004, Source: mailAnswers, Patches: Fork | nolock | AnonVMA,
		About: "the same without mmap_sem in unuse_process"},
	{Name: "2.6.7", ID: "B-V5", Version: "2.6.7", Year: 2004, Source: "bk:8aa3448cab", Patches: Fork | nolock | UnuseSem | AnonVMA,
		About: "mmap_sem for vmas, page_table_lock for page tables; unuse_process waits for mmap_sem under PG_locked"},
	{Name: "2.6.8-rc3", ID: "B-V6", Version: "2.6.8-rc3", Year: 2004, Source: "bk:b7ae29f54c", Patches: Fork | nolock | UnuseTry | AnonVMA, Fixed: true,
		About: "unuse_process tries for mmap_sem, and lets go of PG_locked before it waits"},
}
