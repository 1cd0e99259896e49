package objrmap

import (
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	stkCPUs  = 3
	stkTop   = 8 // the stack ends here and grows down
	stkBegin = 6
)

// StackState is the whole system of the expand-stack race: one stack, in pages.
// Faults hold mmap_sem for reading, which keeps none of them out; it is left out.
type StackState struct {
	CPU   [stkCPUs]vm.CPU[stkLocals] `name:"-"`
	Start uint8                      `name:"vm_start"`
	Pgoff uint8                      `name:"vm_pgoff"` // the page number of vm_start, in a private mapping
	Total uint8                      `name:"total_vm"`
	PTL   vm.Spinlock                `name:"page_table_lock"`
	Anon  vm.Spinlock                `name:"anon_vma.lock"`
	PTE   vm.Set                     `name:"pte"` // pages that are mapped
	Law   stackLaw                   `name:"-"`   // ghost: the contract of the kernel
}

const _ = uint(128 - unsafe.Sizeof(StackState{}))

// stkLocals are the variables of one function activation.
type stkLocals struct {
	page uint8 // the page that a fault or reclaim is about
	grow uint8 // may be below zero, in the arithmetic of unsigned long
	tmp  uint8
}

// The patches of the expand-stack race. The kernel without any is 2.6.5-rc2.
const (
	// StackNolock is McCracken's patch, which takes page_table_lock out of
	// expand_stack.
	StackNolock vm.Patch = 1 << iota
	// StackAnon has the anon_vma lock in its place.
	StackAnon
	// Recheck is fa6e49a249: whether to grow is decided again under the lock.
	Recheck
)

var stackKernels = []vm.Kernel{
	{Name: "2.5.70-nolock", ID: "B-V7a", Version: "2.5.70-mm4 with the patch", Year: 2003, Source: mailNolock, Patches: StackNolock,
		About: "no lock but mmap_sem for reading"},
	{Name: "2.6.5-rc2", ID: "B-V7b", Version: "2.6.5-rc2", Year: 2004, Source: "mm/mmap.c",
		About: "page_table_lock, taken after the decision to grow"},
	{Name: "2.6.5-rc2-recheck", ID: "B-V7bd", Version: "2.6.5-rc2 with fa6e49a249", Year: 2004, Source: "mm/mmap.c", Patches: Recheck, Fixed: true,
		About: "page_table_lock, and the decision again under it; in no release of 2.6"},
	{Name: "2.6.7", ID: "B-V7c", Version: "2.6.7", Year: 2004, Source: "bk:8aa3448cab", Patches: StackAnon,
		About: "the anon_vma lock, taken after the decision to grow"},
	{Name: "2.6.11-rc2", ID: "B-V7d", Version: "2.6.11-rc2", Year: 2005, Source: "bk:fa6e49a249", Patches: StackAnon | Recheck, Fixed: true,
		About: "the anon_vma lock, and the decision again under it"},
}

const (
	fnExpand vm.Func = iota
	fnStackUnmap
)

const (
	opGrow4 uint8 = iota
	opGrow2
	opUnmapStack
)

// ExpandStack is the race of two threads whose faults grow one stack.
var ExpandStack = vm.Class[StackState, stkLocals]{
	Name:    "expand-stack",
	About:   "two faults grow one stack under mmap_sem for reading, while reclaim looks for a page of it",
	Object:  "page",
	Patches: []string{"nolock", "anon-vma", "recheck"},
	Kernels: stackKernels,
	Listings: []vm.Listing[StackState, stkLocals]{
		fnExpand:     expandStackListing,
		fnStackUnmap: pageCheckAddressListing,
	},
	Ops: []vm.Op[StackState, stkLocals]{
		opGrow4:      {Name: "fault(page 4)", Func: fnExpand, Args: stkLocals{page: 4}},
		opGrow2:      {Name: "fault(page 2)", Func: fnExpand, Args: stkLocals{page: 2}},
		opUnmapStack: {Name: "try_to_unmap(page 7)", Func: fnStackUnmap, Args: stkLocals{page: 7}},
	},
	Boots: []vm.Boot[StackState]{
		{Name: "growers", Init: bootStack, Programs: [][]uint8{{opGrow4}, {opGrow2}}},
		{Name: "reclaim", Init: bootStack, Programs: [][]uint8{{opGrow4}, {opUnmapStack}}},
		{Name: "all", Init: bootStack, Programs: [][]uint8{{opGrow4}, {opGrow2, opGrow2}, {opUnmapStack}}},
	},
	CPUs:     func(s *StackState) []vm.CPU[stkLocals] { return s.CPU[:] },
	Rest:     (*StackState).rest,
	Cover:    (*StackState).cover,
	Spare:    stackSpare,
	Symmetry: &vm.Symmetry{},
}

func bootStack(s *StackState, p vm.Patch) {
	s.Start, s.Pgoff, s.Total = stkBegin, stkBegin, stkTop-stkBegin
	s.PTE = vm.Set(0).With(7)
	s.Law = stackLawOf(p)
}

// rest is what the words of a stack must tell of each other.
func (s *StackState) rest(x *vm.Exec) {
	lowest := uint8(min(s.PTE.First(), stkBegin))
	switch {
	case s.Start > lowest:
		x.Bug(Shrunk, int(lowest), "")
	case s.Start < lowest:
		x.Bug(vm.Accounting, -1, "grown over no page")
	case s.Pgoff != s.Start:
		x.Bug(vm.Accounting, -1, "vm_pgoff")
	case s.Total != stkTop-s.Start:
		x.Bug(vm.Accounting, -1, "total_vm")
	}
}

// Shrunk is a stack that lost a page which a thread has used.
const Shrunk vm.Kind = "stack shrunk over a page"

// cover abstracts a state to where the vma begins, in both words that say so, and
// to which CPUs are in the later half of what they run.
func (s *StackState) cover() uint32 {
	n := uint32(s.Start)%stkTop*stkTop + uint32(s.Pgoff)%stkTop
	for i := range s.CPU {
		n *= 2
		if c := &s.CPU[i]; !c.Idle() {
			n += uint32(c.PC().Line) / 6 % 2
		}
	}
	return n
}

var stackSpare = []vm.Spare{
	{At: vm.At{Func: fnExpand, Line: xsGood}, Why: "under the lock it is asked again; the line only saves the lock"},
	{At: vm.At{Func: fnStackUnmap, Line: prCheck}, Why: "under the lock the address is right; without, this line saves reclaim, see TestTornPair"},
	{At: vm.At{Func: fnStackUnmap, Line: prPgoff}, Why: "a wrong address: the next but one line does not find the page there"},
	{At: vm.At{Func: fnStackUnmap, Line: prStart}, Why: "a wrong address: the next line does not find the page there"},
	{At: vm.At{Func: fnStackUnmap, Line: prClear}, Why: "the page stays: no progress, no harm"},
}
