package objrmap

import (
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	tabCPUs  = 2
	tabPages = 3 // page-table pages that can be allocated
	tabVMAs  = 2 // neighbours, each with one pte in the same page-table page
)

// TableState is the whole system of the page-tables race: two neighbouring vmas
// whose ptes stand in one page-table page, which hangs on one pmd entry.
type TableState struct {
	CPU   [tabCPUs]vm.CPU[tabLocals] `name:"-"`
	Sem   vm.RWSemaphore             `name:"mmap_sem"`
	PTL   vm.Spinlock                `name:"page_table_lock"`
	Lock  [tabVMAs]vm.Spinlock       `name:"vma"` // a page_table_lock of each vma
	AnonL vm.Spinlock                `name:"anon_vma.lock"`
	PMD   uint8                      `name:"pmd"` // number of the page-table page plus one; 0: none
	Page  [tabPages]tablePage        `name:"table"`
	Rss   uint8                      `name:"rss"`
	VMAs  vm.Set                     `name:"vmas"`     // vmas that are mapped
	Anon  vm.Set                     `name:"anon_vma"` // vmas that the anon_vma lists
	Taken vm.Set                     `name:"taken"`    // vmas that the one beside them has grown over
	Law   tableLaw                   `name:"-"`        // ghost: the contract of the kernel
}

const _ = uint(128 - unsafe.Sizeof(TableState{}))

// A tablePage is a page of ptes.
type tablePage struct {
	PTE  vm.Set `name:"pte"` // vmas whose pte maps a page
	Life vm.Life
}

// tabLocals are the variables of one function activation.
type tabLocals struct {
	vma  uint8 // whose pte it is
	lock uint8 // whose lock is taken
	page uint8 // page-table page plus one
	tmp  uint8
}

// The patches of the page-tables race. The kernel without any has one
// page_table_lock for each mm.
const (
	// PerVMA moves page_table_lock from the mm to the vma.
	PerVMA vm.Patch = 1 << iota
	// UpperLock keeps the lock of the mm for pgd and pmd entries.
	UpperLock
	// AtomicRSS makes mm->rss an atomic counter.
	AtomicRSS
)

var tableKernels = []vm.Kernel{
	{Name: "2.6.5-rc2", ID: "B-T0", Version: "2.6.5-rc2", Year: 2004, Source: "mm/memory.c", Fixed: true,
		About: "one page_table_lock for each mm: pgd, pmd, pte and rss"},
	{Name: "per-vma", ID: "B-T1", Version: "2.6.5-rc2", Year: 2004, Source: "Andrew Morton, LKML, 26 Mar 2004", Patches: PerVMA,
		About: "a page_table_lock for each vma instead: two vmas share the pmd entry and rss"},
	{Name: "per-vma-pmd", ID: "B-T2", Version: "2.6.5-rc2", Year: 2004, Source: "Dave McCracken, LKML, 27 Mar 2004", Patches: PerVMA | UpperLock,
		About: "the lock of the mm remains for pgd and pmd entries"},
	{Name: "per-vma-pmd-rss", ID: "B-T3", Version: "2.6.5-rc2", Year: 2004, Source: "Dave McCracken, LKML, 27 Mar 2004", Patches: PerVMA | UpperLock | AtomicRSS, Fixed: true,
		About: "the same, and rss is atomic"},
}

const (
	fnTableFault vm.Func = iota
	fnPteAlloc
	fnTableUnmap
	fnTableReclaim
	fnTableMerge
)

const (
	opTableFaultA uint8 = iota
	opTableFaultB
	opTableUnmapA
	opTableUnmapB
	opTableReclaimA
	opTableReclaimB
	opTableMerge
)

// PageTables is the race of two vmas for the page-table page that they share.
var PageTables = vm.Class[TableState, tabLocals]{
	Name:    "page-tables",
	About:   "faults, munmap and reclaim in two neighbouring vmas with a lock each and one page-table page",
	Object:  "page-table page",
	Patches: []string{"per-vma", "upper-lock", "atomic-rss"},
	Kernels: tableKernels,
	Listings: []vm.Listing[TableState, tabLocals]{
		fnTableFault:   tableFaultListing,
		fnPteAlloc:     pteAllocListing,
		fnTableUnmap:   tableUnmapListing,
		fnTableReclaim: tableReclaimListing,
		fnTableMerge:   tableMergeListing,
	},
	Ops: []vm.Op[TableState, tabLocals]{
		opTableFaultA:   {Name: "fault(A)", Func: fnTableFault, Args: tabLocals{vma: 0}},
		opTableFaultB:   {Name: "fault(B)", Func: fnTableFault, Args: tabLocals{vma: 1}},
		opTableUnmapA:   {Name: "munmap(A)", Func: fnTableUnmap, Args: tabLocals{vma: 0}},
		opTableUnmapB:   {Name: "munmap(B)", Func: fnTableUnmap, Args: tabLocals{vma: 1}},
		opTableReclaimA: {Name: "try_to_unmap(A)", Func: fnTableReclaim, Args: tabLocals{vma: 0}},
		opTableReclaimB: {Name: "try_to_unmap(B)", Func: fnTableReclaim, Args: tabLocals{vma: 1}},
		opTableMerge:    {Name: "vma_merge", Func: fnTableMerge},
	},
	Boots: []vm.Boot[TableState]{
		{Name: "faults", Init: bootTables, Programs: [][]uint8{{opTableFaultA}, {opTableFaultB}}},
		{Name: "munmap", Init: bootMapped, Programs: [][]uint8{{opTableUnmapA, opTableUnmapB}, {opTableReclaimB, opTableFaultB}}},
		{Name: "reclaim", Init: bootMapped, Programs: [][]uint8{{opTableReclaimA, opTableFaultA}, {opTableReclaimB, opTableReclaimA}}},
		{Name: "merge", Init: bootMapped, Programs: [][]uint8{{opTableMerge, opTableFaultB}, {opTableReclaimB, opTableFaultB}}},
	},
	CPUs:     func(s *TableState) []vm.CPU[tabLocals] { return s.CPU[:] },
	Rest:     (*TableState).rest,
	Cover:    (*TableState).cover,
	Spare:    tableSpare,
	Symmetry: &vm.Symmetry{},
}

// bootTables has both vmas mapped and no page-table page.
func bootTables(s *TableState, p vm.Patch) {
	s.VMAs = vm.Set(0).With(0).With(1)
	s.Anon = s.VMAs
	s.Law = tableLawOf(p)
	for i := range s.Page {
		s.Page[i].Life = vm.FreeLife
	}
}

// bootMapped has a page in each vma.
func bootMapped(s *TableState, p vm.Patch) {
	bootTables(s, p)
	s.Page[0] = tablePage{PTE: s.VMAs}
	s.PMD, s.Rss = 1, 2
}

// lockOf is the vma whose lock covers the pte of a vma: its own, or that of the
// vma that has grown over it.
func (s *TableState) lockOf(x *vm.Exec, v uint8) uint8 {
	if vm.Look(x, &s.Taken).Has(int(v)) {
		return 0
	}
	return v
}

// use is the life time oracle of page-table pages.
func (s *TableState) use(x *vm.Exec, page uint8) *tablePage {
	if page == 0 {
		x.BugOn(true, -1, "no page-table page")
		return &s.Page[0]
	}
	if vm.Look(x, &s.Page[page-1].Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, int(page-1), "page-table page")
	}
	return &s.Page[page-1]
}

// rest: every page-table page hangs on the pmd entry, rss counts its ptes, and
// every pte is in a vma.
func (s *TableState) rest(x *vm.Exec) {
	ptes := vm.Set(0)
	for i := range s.Page {
		switch p := &s.Page[i]; {
		case int(s.PMD) == i+1:
			ptes = p.PTE
			if p.Life.Free() > 0 {
				x.Bug(vm.UseAfterFree, i, "page-table page at rest")
			}
		case p.Life.Free() == 0:
			x.Bug(vm.Leak, i, "page-table page")
		}
	}
	switch {
	case ptes&^s.VMAs != 0:
		x.Bug(vm.Accounting, -1, "pte outside of every vma")
	case int(s.Rss) != ptes.Len():
		x.Bug(vm.Accounting, -1, "rss")
	case s.Anon != s.VMAs:
		x.Bug(vm.Accounting, -1, "anon_vma lists a vma that is gone")
	case s.VMAs == 0 && s.PMD != 0:
		x.Bug(vm.Leak, int(s.PMD-1), "page-table page of no vma")
	}
	if !s.Sem.Free() {
		x.Bug(vm.LockAtRest, -1, "mmap_sem")
	}
}

// cover abstracts a state to the page-table page, to rss, and to what the CPUs run.
func (s *TableState) cover() uint32 {
	n := uint32(s.Rss) & 3
	if s.PMD != 0 {
		n += 4
	}
	for i := range s.CPU {
		n *= 8
		if c := &s.CPU[i]; !c.Idle() {
			n += 1 + uint32(c.PC().Func)
		}
	}
	return n
}

var tableSpare = []vm.Spare{
	{At: vm.At{Func: fnPteAlloc, Line: paNone}, Why: "a page is allocated for nothing, and given back when the entry is looked at again"},
	{At: vm.At{Func: fnTableMerge, Line: tgMerge}, Why: "the vmas stay two"},
	{Kernels: []string{"2.6.5-rc2"}, At: vm.At{Func: fnTableReclaim, Line: trVMA}, Why: "the lock is that of the mm, whichever vma it is"},
}
