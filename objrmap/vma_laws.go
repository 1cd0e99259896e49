package objrmap

import "github.com/vmrace/vmrace/vm"

// The locks of the contracts.
const (
	mmapSem = iota
	ptl
	anonLock
)

var lockNames = []string{"mmap_sem", "page_table_lock", "anon_vma->lock"}

// The structures of the contracts.
const (
	vmaTree = iota
	vmaRange
	vmaFlags
	mmapCache
	pageTables
	anonVMA
)

// A law is the contract of a kernel, as its authors and the mails state it. A
// kernel keeps to its own contract; whether that is sound is another question.
type law uint8

const (
	lawLinus   law = iota // 2.4 and 2.6 up to 2.6.6: a writer has both locks, a reader either
	lawNolock             // writers have mmap_sem alone; swapout still has page_table_lock alone
	lawHunk1              // the same, with detach_vmas under both
	lawMjb1               // the same, with unuse_process under page_table_lock alone
	lawTry                // writers have mmap_sem alone, swapout tries for it
	lawAnon               // mmap_sem for vmas, page_table_lock for page tables: swapout needs no vma tree
	lawAnonPTL            // the same, with unuse_process under page_table_lock alone
)

var (
	reads  = vm.Shared(mmapSem)
	writes = vm.Exclusive(mmapSem)
	table  = vm.Exclusive(ptl)
	rmap   = vm.Exclusive(anonLock)
)

var laws = [...]vm.Contracts{
	lawLinus: treeLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "try_to_unmap_one and unuse_process", Hold: table}},
		[]vm.Party{{Who: "munmap, merge and link", Hold: writes | table}}),
	lawNolock: treeLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "unuse_process", Hold: reads | table}, {Who: "try_to_unmap_one", Hold: table}},
		[]vm.Party{{Who: "munmap, merge and link", Hold: writes}}),
	lawHunk1: treeLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "unuse_process", Hold: reads | table}, {Who: "try_to_unmap_one", Hold: table}},
		[]vm.Party{{Who: "munmap", Hold: writes | table}, {Who: "merge and link", Hold: writes}}),
	lawMjb1: treeLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "unuse_process", Hold: table}, {Who: "try_to_unmap_one", Hold: table}},
		[]vm.Party{{Who: "munmap", Hold: writes | table}, {Who: "merge and link", Hold: writes}}),
	lawTry: treeLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "unuse_process", Hold: reads | table}, {Who: "try_to_unmap_one", Hold: reads | table}},
		[]vm.Party{{Who: "munmap, merge and link", Hold: writes}}),
	lawAnon: anonLaw(
		[]vm.Party{{Who: "system calls, faults and unuse_process", Hold: reads}}),
	lawAnonPTL: anonLaw(
		[]vm.Party{{Who: "system calls and faults", Hold: reads}, {Who: "unuse_process", Hold: table}}),
}

// treeLaw is the contract of a kernel whose swapout searches the tree: who may
// use the tree may use the range and the flags of what he finds there.
func treeLaw(readers, writers []vm.Party) vm.Contracts {
	return vm.Contracts{Locks: lockNames, Structures: []vm.Contract{
		vmaTree:  {Name: "vma list and tree", Readers: readers, Writers: writers},
		vmaRange: {Name: "vm_start and vm_end", Readers: readers, Writers: writers},
		vmaFlags: {Name: "vm_flags", Readers: readers, Writers: []vm.Party{{Who: "mlock", Hold: writes | table}}},
		mmapCache: {Name: "mmap_cache", Writers: append(writers[:len(writers):len(writers)], readers...),
			Benign: "one word, a hint: it must only not be left with a freed vma"},
		pageTables: {Name: "page tables", Writers: []vm.Party{{Who: "everybody", Hold: table}}},
	}}
}

// anonLaw is the contract of a kernel whose swapout comes to a vma by anon_vma.
func anonLaw(readers []vm.Party) vm.Contracts {
	by := append(readers[:len(readers):len(readers)], vm.Party{Who: "try_to_unmap_one", Hold: rmap})
	writers := []vm.Party{{Who: "munmap, merge and link", Hold: writes}}
	return vm.Contracts{Locks: lockNames, Structures: []vm.Contract{
		vmaTree:  {Name: "vma list and tree", Readers: readers, Writers: writers},
		vmaRange: {Name: "vm_start and vm_end", Readers: by, Writers: []vm.Party{{Who: "merge", Hold: writes | rmap}}},
		vmaFlags: {Name: "vm_flags", Readers: append(readers[:len(readers):len(readers)], vm.Party{Who: "try_to_unmap_one", Hold: rmap | table}),
			Writers: []vm.Party{{Who: "mlock", Hold: writes}},
			Benign:  "one word; mlock brings back what swapout takes with the old flags"},
		mmapCache: {Name: "mmap_cache", Writers: append(readers[:len(readers):len(readers)], writers...),
			Benign: "one word, a hint: it must only not be left with a freed vma"},
		pageTables: {Name: "page tables", Writers: []vm.Party{{Who: "everybody", Hold: table}}},
		anonVMA:    {Name: "vmas of an anon_vma", Writers: []vm.Party{{Who: "everybody", Hold: rmap}}},
	}}
}

// lawOf returns the contract of the kernel with these patches.
func lawOf(p vm.Patch) law {
	switch {
	case p&AnonVMA != 0 && p&(UnuseSem|UnuseTry) == 0:
		return lawAnonPTL
	case p&AnonVMA != 0:
		return lawAnon
	case p&UnmapSem != 0:
		return lawTry
	case p&Detach != 0:
		return lawNolock
	case p&Merge != 0 && p&UnuseSem != 0:
		return lawHunk1
	case p&Merge != 0:
		return lawMjb1
	default:
		return lawLinus
	}
}
