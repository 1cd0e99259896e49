package vm

import (
	"fmt"
	"slices"
	"unsafe"
)

// A Machine is a class linked with a kernel and a scheduling model. It holds no
// state and is safe for use by several goroutines, each with its own [Exec].
type Machine[S, L comparable] struct {
	Class  *Class[S, L]
	Kernel Kernel
	Sched  Sched
	Layout *Layout

	fn   []linked[S, L]
	ops  []uint8   // operations whose function has a line in this kernel
	cpus uintptr   // offset of the CPUs in a state
	bkl  []uintptr // offsets of the big kernel locks in a state
}

// A linked function knows which of its lines the kernel has.
type linked[S, L any] struct {
	step   func(s *S, x *Exec, l *L) Next
	next   []uint8 // next[i]: the first line from i on that exists; the last entry is the end
	end    uint8
	naps   bool // a line may sleep
	sleeps []bool
	first  int // number of its first line among all lines of the class
}

// New links a class with a kernel. The dropped lines are left out: this makes
// a mutant.
func New[S, L comparable](c *Class[S, L], k Kernel, sched Sched, drop ...At) *Machine[S, L] {
	m := &Machine[S, L]{Class: c, Kernel: k, Sched: sched, Layout: newLayout[S]()}
	s := new(S)
	m.cpus = uintptr(unsafe.Pointer(unsafe.SliceData(c.CPUs(s)))) - uintptr(unsafe.Pointer(s))
	m.bkl = m.Layout.kernelLocks()
	lines := 0
	for f, ls := range c.Listings {
		fn := link(ls, k.Patches, Func(f), drop)
		fn.first = lines
		lines += len(ls.Lines)
		m.fn = append(m.fn, fn)
	}
	for i := range c.Ops {
		if fn := &m.fn[c.Ops[i].Func]; fn.next[0] != fn.end {
			m.ops = append(m.ops, uint8(i))
		}
	}
	return m
}

// Available returns the operation itself, or one to take its place if the kernel
// has no line of it.
func (m *Machine[S, L]) Available(op uint8) uint8 {
	if len(m.ops) == 0 || slices.Contains(m.ops, op) {
		return op
	}
	return m.ops[int(op)%len(m.ops)]
}

// CPU returns a CPU of a state. It is the element of Class.CPUs, found by its
// offset, because this is the hottest line of every search.
func (m *Machine[S, L]) CPU(s *S, cpu int) *CPU[L] {
	return (*CPU[L])(unsafe.Add(unsafe.Pointer(s), m.cpus+uintptr(cpu)*unsafe.Sizeof(CPU[L]{})))
}

// LineOffset returns where in a CPU the line of its outermost function stands.
func (m *Machine[S, L]) LineOffset() uintptr {
	var c CPU[L]
	return unsafe.Offsetof(c.frame) + unsafe.Offsetof(c.frame[0].line)
}

func link[S, L any](ls Listing[S, L], p Patch, f Func, drop []At) linked[S, L] {
	n := len(ls.Lines)
	if n > 250 {
		panic("vm: listing " + ls.Name + " has more than 250 lines: split it")
	}
	fn := linked[S, L]{step: ls.Step, end: uint8(n), next: make([]uint8, n+1), sleeps: make([]bool, n+1)}
	fn.next[n] = fn.end
	for i := n - 1; i >= 0; i-- {
		fn.next[i] = fn.next[i+1]
		if ls.Lines[i].In(p) && !dropped(drop, At{f, uint8(i)}) {
			fn.next[i] = uint8(i)
		}
		fn.sleeps[i] = ls.Lines[i].Sleeps
		fn.naps = fn.naps || ls.Lines[i].Sleeps
	}
	return fn
}

func dropped(drop []At, at At) bool {
	for _, d := range drop {
		if d == at {
			return true
		}
	}
	return false
}

// Has reports whether the kernel has the line.
func (m *Machine[S, L]) Has(at At) bool {
	return m.fn[at.Func].next[at.Line] == at.Line && at.Line < m.fn[at.Func].end
}

// Number returns the number of a line among all lines of the class, from 0.
func (m *Machine[S, L]) Number(at At) int { return m.fn[at.Func].first + int(at.Line) }

// Text returns the kernel text of a line.
func (m *Machine[S, L]) Text(at At) string { return m.Class.Listings[at.Func].Lines[at.Line].Text }

// Exec returns an execution context for a workload. The CPUs that have no
// program stay idle.
func (m *Machine[S, L]) Exec(w *Workload) *Exec {
	var s S
	n := len(m.Class.CPUs(&s))
	if len(w.Programs) > n {
		panic(fmt.Sprintf("vm: workload for %d CPUs: class %s has %d", len(w.Programs), m.Class.Name, n))
	}
	size := unsafe.Sizeof(CPU[L]{})
	return &Exec{work: w, cpus: m.cpus, cpusEnd: m.cpus + uintptr(n)*size, size: size}
}

// Boot sets s to the initial state, with each CPU at its first line.
func (m *Machine[S, L]) Boot(x *Exec, s *S, b *Boot[S]) {
	var zero S
	*s = zero
	if b.Init != nil {
		b.Init(s, m.Kernel.Patches)
	}
	for cpu := range x.work.Programs {
		c := m.CPU(s, cpu)
		x.reset(cpu, 0, &c.head, unsafe.Pointer(s))
		m.dispatch(x, s, c, cpu)
	}
}

// locked tells the lock order of a lock that was waited for.
func (m *Machine[S, L]) locked(x *Exec, c *CPU[L]) {
	x.note.lock = x.offset(x.locked) + 1
	if x.Order != nil && c.head.locks() > 1 {
		x.Order.note(x, m.Layout, c.head.locks())
	}
	x.locked = nil
}

func (m *Machine[S, L]) push(c *CPU[L], f Func) {
	top := &c.frame[c.head.depth]
	top.fn, top.line = f, m.fn[f].next[0]
	c.head.depth++
}

// unwind leaves the functions that have come to their end, forgets their locals
// and begins the CPU's next operation when none is left.
func (m *Machine[S, L]) unwind(x *Exec, s *S, c *CPU[L], cpu int) {
	for c.head.depth > 0 {
		top := &c.frame[c.head.depth-1]
		if top.line != m.fn[top.fn].end {
			return
		}
		*top = frame[L]{}
		c.head.depth--
	}
	c.head.ret = 0
	m.dispatch(x, s, c, cpu)
}

// dispatch begins the next operation of an idle CPU that can begin.
func (m *Machine[S, L]) dispatch(x *Exec, s *S, c *CPU[L], cpu int) {
	if x.work.Any > 0 {
		return
	}
	program := x.work.Programs[cpu]
	for c.head.depth == 0 && int(c.head.op) < len(program) {
		m.begin(x, s, c, int(program[c.head.op]))
	}
}

func (m *Machine[S, L]) begin(x *Exec, s *S, c *CPU[L], op int) {
	c.head.op++
	o := &m.Class.Ops[op]
	if fn := &m.fn[o.Func]; fn.next[0] == fn.end {
		return
	}
	args := &c.frame[0].loc
	*args = o.Args
	if o.Begin != nil && !o.Begin(s, x, args) {
		*args = *new(L)
		return
	}
	m.push(c, o.Func)
}

// Done reports whether the CPU has come to the end of its program.
func (m *Machine[S, L]) Done(x *Exec, s *S, cpu int) bool {
	h := &m.CPU(s, cpu).head
	return h.depth == 0 && int(h.op) >= x.work.Any
}

// MayRun reports whether the scheduling model lets the CPU run next.
func (m *Machine[S, L]) MayRun(x *Exec, s *S, cpu int) bool {
	if m.Sched == SMP {
		return true
	}
	for i := range x.work.Programs {
		if i != cpu && (m.owns(m.CPU(s, i)) || m.locksKernel(s, i)) {
			return false
		}
	}
	return true
}

// locksKernel reports whether the CPU's task owns a big kernel lock. It is a
// spinlock: on one CPU nobody else runs before its owner sleeps, and so lets go of it.
func (m *Machine[S, L]) locksKernel(s *S, cpu int) bool {
	for _, off := range m.bkl {
		if (*KernelLock)(unsafe.Add(unsafe.Pointer(s), off)).HeldBy(cpu) {
			return true
		}
	}
	return false
}

// owns reports whether no other task can run on the one CPU before this one
// has moved on.
func (m *Machine[S, L]) owns(c *CPU[L]) bool {
	if c.Idle() {
		return false
	}
	if m.Sched == Preempt || c.Atomic() {
		return c.Atomic()
	}
	pc := c.PC()
	fn := &m.fn[pc.Func]
	return pc.Line != fn.next[0] && !fn.sleeps[pc.Line] || c.Depth() > 1 && !fn.sleeps[pc.Line]
}

// Rest runs the oracles for a state in which every program has ended. The bugs
// are found in [Exec.Bugs].
func (m *Machine[S, L]) Rest(x *Exec, s *S) {
	cpus := m.Class.CPUs(s)
	x.reset(-1, 0, nil, unsafe.Pointer(s))
	for i := range cpus {
		if cpus[i].head.held != 0 {
			x.Bug(LockAtRest, -1, "")
			break
		}
	}
	if m.Class.Rest != nil {
		m.Class.Rest(s, x)
	}
}
