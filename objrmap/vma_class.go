package objrmap

import "github.com/vmrace/vmrace/vm"

// The kernel functions, in the order of the listings.
const (
	fnReclaim vm.Func = iota
	fnUnmap
	fnSwapOut
	fnFindVMA
	fnUnuse
	fnUnuseProcess
	fnMunmap
	fnErase
	fnMmap
	fnMerge
	fnLink
	fnFault
	fnMlock
	fnDup
	fnExit

	fnNone vm.Func = 255
)

// The kinds of bugs that only this class has.
const (
	// WrongVMA is an answer of find_vma that was right at no time of the search.
	WrongVMA vm.Kind = "wrong vma"
	// Mlocked is a page that left memory although mlock had returned.
	Mlocked vm.Kind = "mlocked page"
	// Killed is a process that ends by no fault of its own.
	Killed vm.Kind = "innocent process killed"
	// NotPresent is a page that was to be brought in and is not there.
	NotPresent vm.Kind = "page not brought in"
	// MissedEntry is a swap entry that swapoff has passed by.
	MissedEntry vm.Kind = "swapoff misses an entry"
)

// The operations, in the order of VMAList.Ops.
const (
	opMunmapA uint8 = iota
	opMunmapB
	opMunmapD
	opMmap
	opFaultB
	opFaultC
	opFaultChild
	opMlockC
	opSwapoffC
	opFork
	opExit
	opReclaimB
	opReclaimC
	opReclaimChild
)

// VMAList is the race of the writers of an address space's list and tree of
// vmas against swapout and swapoff.
var VMAList = vm.Class[VMAState, locals]{
	Name:     "vma-list",
	About:    "munmap, mmap and fork change the list and the tree of vmas while swapout and swapoff walk them",
	Object:   "vma",
	Patches:  vmaPatchNames,
	Kernels:  vmaKernels,
	Listings: vmaListings,
	Ops:      vmaOps,
	Boots:    vmaBoots,
	CPUs:     func(s *VMAState) []vm.CPU[locals] { return s.CPU[:] },
	Rest:     (*VMAState).rest,
	Cover:    (*VMAState).cover,
	Spare:    vmaSpare,
	Symmetry: &vm.Symmetry{},
}

var vmaListings = []vm.Listing[VMAState, locals]{
	fnReclaim:      reclaimListing,
	fnUnmap:        tryToUnmapListing,
	fnSwapOut:      swapOutListing,
	fnFindVMA:      findVMAListing,
	fnUnuse:        tryToUnuseListing,
	fnUnuseProcess: unuseProcessListing,
	fnMunmap:       doMunmapListing,
	fnErase:        rbEraseListing,
	fnMmap:         doMmapListing,
	fnMerge:        vmaMergeListing,
	fnLink:         vmaLinkListing,
	fnFault:        doPageFaultListing,
	fnMlock:        doMlockListing,
	fnDup:          dupMmapListing,
	fnExit:         exitMmapListing,
}

const pageB, pageC = 0, 1

// The argument of munmap is the unit at which the vma begins.
var vmaOps = []vm.Op[VMAState, locals]{
	opMunmapA:      {Name: "munmap(A)", Func: fnMunmap, Args: locals{page: 0}, Begin: user},
	opMunmapB:      {Name: "munmap(B)", Func: fnMunmap, Args: locals{page: 1}, Begin: user},
	opMunmapD:      {Name: "munmap(D)", Func: fnMunmap, Args: locals{page: 4}, Begin: user},
	opMmap:         {Name: "mmap(gap)", Func: fnMmap, Begin: maps},
	opFaultB:       {Name: "fault(B)", Func: fnFault, Args: locals{page: pageB}, Begin: user},
	opFaultC:       {Name: "fault(C)", Func: fnFault, Args: locals{page: pageC}, Begin: user},
	opFaultChild:   {Name: "fault(child's B)", Func: fnFault, Args: locals{mm: child, page: pageB}, Begin: childUser},
	opMlockC:       {Name: "mlock(C)", Func: fnMlock, Args: locals{page: pageC}, Begin: user},
	opSwapoffC:     {Name: "swapoff(C)", Func: fnUnuse, Args: locals{page: pageC}, Begin: user},
	opFork:         {Name: "fork", Func: fnDup, Begin: forks},
	opExit:         {Name: "exit", Func: fnExit, Begin: (*VMAState).lastUser},
	opReclaimB:     {Name: "reclaim(B)", Func: fnReclaim, Args: locals{page: pageB}},
	opReclaimC:     {Name: "reclaim(C)", Func: fnReclaim, Args: locals{page: pageC}},
	opReclaimChild: {Name: "reclaim(child's B)", Func: fnReclaim, Args: locals{mm: child, page: pageB}},
}

// user says whether the process is there: a system call or fault of one of its
// threads, or swapoff, which raises mm_users.
func user(s *VMAState, x *vm.Exec, _ *locals) bool { return vm.Look(x, &s.Alive).Has(parent) }

func childUser(s *VMAState, x *vm.Exec, _ *locals) bool { return vm.Look(x, &s.Alive).Has(child) }

// maps says whether the process is there and does not fork just now: a fork must
// not find that the model has no vma left.
func maps(s *VMAState, x *vm.Exec, _ *locals) bool {
	return vm.Look(x, &s.Alive).Has(parent) && !s.others(x, fnDup)
}

// others reports whether another CPU is in an operation that began with f.
func (s *VMAState) others(x *vm.Exec, f vm.Func) bool {
	x.LookAround()
	for other := range s.CPU {
		if g, _ := s.running(other); other != x.CPU && g == f {
			return true
		}
	}
	return false
}

// forks says whether the process is there and has no child, not even one under
// construction, and whether the model has a vma for each one to be copied.
func forks(s *VMAState, x *vm.Exec, _ *locals) bool {
	spare := uint8(0)
	for i := range s.VMA {
		if !s.VMA[i].Flags.Has(used) {
			spare++
		}
	}
	if spare < s.Parent.MapCount || s.others(x, fnDup) || s.others(x, fnMmap) {
		return false
	}
	return s.Alive.Has(parent) && !s.Alive.Has(child) && s.mm(child).Mmap == 0
}

// rest is what must hold of every address space that is left: list, tree and
// map_count tell the same, nothing points to a freed vma, no pte is outside of
// all vmas.
func (s *VMAState) rest(x *vm.Exec) {
	for m := range uint8(mms) {
		if s.Alive.Has(int(m)) {
			s.restMM(x, m)
		} else if a := s.mm(m); a.Mmap|a.Root|a.Cache != 0 || a.Present|a.Swapped != 0 {
			x.Bug(vm.Leak, -1, "a dead mm has vmas or ptes")
		}
	}
	for i := range s.VMA {
		v := &s.VMA[i]
		if v.Life.Free() == 0 && !v.Flags.Has(attached) {
			x.Bug(vm.Leak, i, "vma in no address space")
		}
		if pages := pagesOf(v); s.Law >= lawAnon && v.Flags.Has(attached) && pages&s.mm(v.MM).Present != 0 && !s.Anon.Has(i) {
			x.Bug(vm.Accounting, i, "vma missing from its anon_vma")
		}
		if s.Anon.Has(i) && s.VMA[i].Life.Free() > 0 {
			x.Bug(vm.UseAfterFree, i, "anon_vma lists a freed vma")
		}
	}
	if s.Page[pageB].Locked() || s.Page[pageC].Locked() || !s.mm(parent).Sem.Free() || !s.mm(child).Sem.Free() {
		x.Bug(vm.LockAtRest, -1, "mmap_sem or PG_locked")
	}
}

func (s *VMAState) restMM(x *vm.Exec, m uint8) {
	a := s.mm(m)
	if a.Cache != 0 && s.VMA[a.Cache.vma()].Life.Free() > 0 {
		x.Bug(vm.UseAfterFree, a.Cache.vma(), "mmap_cache is left with a freed vma")
	}
	list := s.list(m)
	tree := s.inOrder(a.Root, 0)
	switch {
	case list != tree:
		x.Bug(vm.ListCorruption, -1, "list and tree of vmas differ")
	case int(a.MapCount) != list.Len():
		x.Bug(vm.Accounting, -1, "map_count")
	}
	for p := range uint8(pages) {
		if _, ok := s.attachedAt(m, addr(p)); !ok && (a.Present | a.Swapped).Has(int(p)) {
			x.Bug(vm.Accounting, int(p), "pte outside of every vma")
		}
	}
}

// list returns the vmas of an mm as vm_next tells them. A list that runs in a
// circle ends early, which the tree will not agree with.
func (s *VMAState) list(m uint8) vm.List {
	l := vm.List(0)
	n := 0
	for p := s.mm(m).Mmap; p != 0 && n < vmas; p = s.VMA[p.vma()].Next {
		l |= vm.ListOf(p.vma()) << (4 * n)
		n++
	}
	return l
}

// inOrder returns the vmas of a tree from the left to the right.
func (s *VMAState) inOrder(p ref, depth int) vm.List {
	if p == 0 || depth == vmas {
		return 0
	}
	v := &s.VMA[p.vma()]
	left, right := s.inOrder(v.Left, depth+1), s.inOrder(v.Right, depth+1)
	l := left | vm.ListOf(p.vma())<<(4*left.Len())
	return l | right<<(4*l.Len())
}

// cover abstracts a state to how far the two CPUs are and what mmap_cache is.
func (s *VMAState) cover() uint32 {
	n := uint32(0)
	for i := range s.CPU {
		n = n*13 + s.stage(i)
	}
	cache := uint32(0)
	if c := s.mm(parent).Cache; c != 0 {
		cache = 1 + uint32(s.VMA[c.vma()].Life.Free())
	}
	return n*3 + min(cache, 2)
}

// stage is, below 13, the function that a CPU is in and whether it is past its middle.
func (s *VMAState) stage(cpu int) uint32 {
	c := &s.CPU[cpu]
	if c.Idle() {
		return 0
	}
	return 1 + uint32(c.PC().Func)%6*2 + uint32(c.PC().Line)/7%2
}
