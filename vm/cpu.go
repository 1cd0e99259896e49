package vm

// MaxDepth is the number of nested function activations that a CPU has room for.
const MaxDepth = 3

// A CPU is the part of a simulated CPU, or task, that belongs to the state. L
// holds the local variables of one activation: small unsigned integers, so that
// the state has no padding.
type CPU[L any] struct {
	head  head
	frame [MaxDepth]frame[L]
}

// A head is what the parts need to know of a CPU.
type head struct {
	depth uint8 // activations on the stack; 0: idle
	op    uint8 // operations begun
	held  uint8 // locks held: spinlocks in units of one, others in units of sleepingLock, or irqOff
	ret   uint8 `sym:"result"` // result of the function that returned last
}

const (
	sleepingLock = 0x10
	irqOff       = 0x80

	spinlocks     = 0x0f
	sleepingLocks = 0x70
)

// locks returns how many locks were taken and not given back.
func (h *head) locks() int {
	return int(h.held&spinlocks + (h.held&sleepingLocks)/sleepingLock)
}

// atomic reports whether a spinlock is held or interrupts are off.
func (h *head) atomic() bool { return h.held&(spinlocks|irqOff) != 0 }

type frame[L any] struct {
	fn   Func
	line uint8
	loc  L
}

// Idle reports whether the CPU is between operations.
func (c *CPU[L]) Idle() bool { return c.head.depth == 0 }

// Atomic reports whether the CPU holds a spinlock or has interrupts off.
func (c *CPU[L]) Atomic() bool { return c.head.atomic() }

// Depth returns the number of activations on the stack.
func (c *CPU[L]) Depth() int { return int(c.head.depth) }

// At returns the line that the CPU executes next in activation i, 0 being the
// outermost; i must be below Depth.
func (c *CPU[L]) At(i int) At { return At{c.frame[i].fn, c.frame[i].line} }

// Locals returns the local variables of activation i.
func (c *CPU[L]) Locals(i int) *L { return &c.frame[i].loc }

// Begun returns how many operations the CPU has begun.
func (c *CPU[L]) Begun() int { return int(c.head.op) }

// PC returns the line that the CPU executes next. The CPU must not be idle.
func (c *CPU[L]) PC() At { return c.At(c.Depth() - 1) }

// Call calls a function with these arguments. The caller goes on at the line
// behind the call when the function returns.
func (c *CPU[L]) Call(f Func, args L) Next {
	if c.head.depth == MaxDepth {
		panic("vm: call stack overflow: a listing nests deeper than MaxDepth")
	}
	c.frame[c.head.depth].loc = args
	return call | Next(f)
}
