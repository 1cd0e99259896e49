package objrmap

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

const (
	cpus   = 2
	mms    = 2 // a process, and the child that it may fork
	vmas   = 4
	pages  = 2
	parent = 0
	child  = 1
)

// VMAState is the whole system of the vma-list race: the CPUs, four vmas, the
// address spaces of a process and its child, and two anonymous pages. The
// address space has five units: vmas that begin as [0,1) [1,2) [3,4) [4,5) leave
// a gap at 2. Only the units 1 and 3 have pages.
type VMAState struct {
	CPU    [cpus]vm.CPU[locals] `name:"-"`
	VMA    [vmas]vma
	Parent mm                 `name:"mm"`
	Child  mm                 `name:"child"` // its locks nest outside of the parent's
	Page   [pages]vm.PageLock `name:"PG_locked"`
	AnonL  vm.Spinlock        `name:"anon_vma.lock"` // one anon_vma for all vmas
	Anon   vm.Set             `name:"anon_vma"`      // vmas that the anon_vma lists
	MMList vm.Set             `name:"mmlist"`        // address spaces that swap_out of 2.4 can come to
	Alive  vm.Set             `name:"alive"`         // ghost: processes that exist
	Law    law                `name:"-"`             // ghost: the contracts of the kernel
}

const _ = uint(128 - unsafe.Sizeof(VMAState{}))

// A ref is a pointer to a vma: its number plus one, 0 for NULL.
type ref uint8

func (p ref) vma() int { return int(p) - 1 }

func refOf(v int) ref { return ref(v + 1) }

func (p ref) String() string {
	if p == 0 {
		return "NULL"
	}
	return fmt.Sprint("vma", p.vma())
}

// A vma is a vm_area_struct. A freed one is not handed out again, so that every
// later use of it shows.
type vma struct {
	Start, End  uint8
	Next        ref      // vm_next
	Left, Right ref      // vm_rb; readers look at no parent and no colour
	Flags       vm.Flags `bits:"VM_LOCKED populated attached used"`
	MM          uint8    // vm_mm
	Life        vm.Life
}

const (
	locked    vm.Flags = 1 << iota // VM_LOCKED
	populated                      // ghost: mlock has returned, or had before the start
	attached                       // ghost: in the address space, and no writer is about to change that
	used                           // ghost: was ever allocated
)

// An mm is an mm_struct, with its page tables as two sets of pages.
type mm struct {
	Sem      vm.RWSemaphore `name:"mmap_sem"`
	PTL      vm.Spinlock    `name:"page_table_lock"`
	Mmap     ref
	Root     ref `name:"mm_rb"`
	Cache    ref `name:"mmap_cache"`
	MapCount uint8
	Present  vm.Set `name:"pte"`  // pages that are mapped
	Swapped  vm.Set `name:"swap"` // pages whose pte is a swap entry
}

// mm returns the address space of that number.
func (s *VMAState) mm(m uint8) *mm {
	if m == child {
		return &s.Child
	}
	return &s.Parent
}

// locals are the variables of one function activation.
type locals struct {
	mm    uint8
	page  uint8 // number of the page that a fault, reclaim or swapoff is about
	vma   ref
	node  ref // prev, rb_node, the successor, tmp
	other ref // next, parent
	seen  bool
}

// addr is the address of a page.
func addr(page uint8) uint8 { return 2*page + 1 }

// covers reports whether a vma maps an address, for oracles.
func (v *vma) covers(a uint8) bool { return v.Start <= a && a < v.End }

// attachedAt returns the vma of an mm that maps an address, for oracles.
func (s *VMAState) attachedAt(m, a uint8) (v int, ok bool) {
	for i := range s.VMA {
		if p := &s.VMA[i]; p.Flags.Has(attached) && p.MM == m && p.covers(a) {
			return i, true
		}
	}
	return 0, false
}

// look notes that a line, or its oracle, walks along vmas of an address space.
func (s *VMAState) look(x *vm.Exec, m uint8) {
	vm.Look(x, &s.VMA)
	vm.Look(x, s.mm(m))
}

// use is the life time oracle: every access to a vma goes through it. A NULL
// pointer is an oops.
func (s *VMAState) use(x *vm.Exec, p ref, what string) *vma {
	if p == 0 {
		x.BugOn(true, -1, "NULL vma dereferenced")
		return &s.VMA[0]
	}
	v := &s.VMA[p.vma()]
	if vm.Look(x, &v.Life).Free() > 0 {
		x.Bug(vm.UseAfterFree, p.vma(), what)
	}
	return v
}

// structure is use by code that holds the pointer because of the list or tree:
// the contract says under which locks.
func (s *VMAState) structure(x *vm.Exec, m uint8, p ref, write bool, what string) *vma {
	s.check(x, m, vmaTree, write)
	return s.use(x, p, what)
}

// check is the dynamic oracle of the locking contract.
func (s *VMAState) check(x *vm.Exec, m uint8, structure int, write bool) {
	a := s.mm(m)
	vm.Look(x, &a.Sem)
	vm.Look(x, &a.PTL)
	vm.Look(x, &s.AnonL)
	laws[s.Law].Check(x, structure, -1, s.held(m, x.CPU), write)
}

// held returns which locks of an mm a CPU holds. A task that builds or tears
// down an mm which no other task can use counts as one that has its mmap_sem for
// writing: only reclaim and swapoff could come, and they look at page_table_lock.
func (s *VMAState) held(m uint8, cpu int) vm.LockSet {
	a := s.mm(m)
	h := a.Sem.Mode(cpu, mmapSem)
	if f, about := s.running(cpu); f == fnDup && m == child || f == fnExit && m == about {
		h |= vm.Exclusive(mmapSem)
	}
	if a.PTL.HeldBy(cpu) {
		h |= vm.Exclusive(ptl)
	}
	if s.AnonL.HeldBy(cpu) {
		h |= vm.Exclusive(anonLock)
	}
	return h
}

// running returns the function that a CPU's operation began with, and the mm
// that it is about.
func (s *VMAState) running(cpu int) (f vm.Func, m uint8) {
	c := &s.CPU[cpu]
	if c.Idle() {
		return fnNone, 0
	}
	return c.At(0).Func, c.Locals(0).mm
}

// path walks from the root to a node and returns the pointer that leads to it
// and its parent. The kernel has both from rb_parent, which only writers use; a
// tree that two writers have broken ends the walk early.
func (s *VMAState) path(m uint8, node ref) (slot *ref, up ref) {
	slot = &s.mm(m).Root
	for range vmas {
		if *slot == 0 || *slot == node || node == 0 {
			break
		}
		up = *slot
		v := &s.VMA[up.vma()]
		if s.VMA[node.vma()].Start < v.Start {
			slot = &v.Left
		} else {
			slot = &v.Right
		}
	}
	return slot, up
}

// before returns the entry of the list in front of an address, and the one behind.
func (s *VMAState) before(m, start uint8) (prev, next ref) {
	next = s.mm(m).Mmap
	for range vmas {
		if next == 0 || s.VMA[next.vma()].Start >= start {
			break
		}
		prev, next = next, s.VMA[next.vma()].Next
	}
	return prev, next
}

// next is the pointer behind an entry of the list; NULL stands for the head.
func (s *VMAState) next(m uint8, p ref) *ref {
	if p == 0 {
		return &s.mm(m).Mmap
	}
	return &s.VMA[p.vma()].Next
}

// pagesOf returns the pages that a vma maps.
func pagesOf(v *vma) vm.Set {
	set := vm.Set(0)
	for i := range uint8(pages) {
		if v.covers(addr(i)) {
			set = set.With(int(i))
		}
	}
	return set
}
