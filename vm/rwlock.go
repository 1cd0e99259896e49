package vm

import (
	"fmt"
	"unsafe"
)

// An RWLock is a kernel rwlock_t, a spinlock that many may hold to read and one
// to write. It serves up to eight CPUs. Its oracles are those of [Spinlock].
type RWLock struct {
	holders uint8 `sym:"cpus"` // one bit for each CPU
	writing uint8 // 1 if the one holder may write
}

// ReadLockIRQ is read_lock_irq: the CPU spins while another one writes.
func (l *RWLock) ReadLockIRQ(x *Exec) Next {
	v := Load(x, l)
	if v.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "rwlock")
		return Block
	}
	if v.writing != 0 {
		return Block
	}
	v.holders |= 1 << x.CPU
	return l.acquire(x, v)
}

// WriteLockIRQ is write_lock_irq: the CPU spins while anybody holds the lock.
func (l *RWLock) WriteLockIRQ(x *Exec) Next {
	v := Load(x, l)
	if v.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "rwlock")
		return Block
	}
	if v.holders != 0 {
		return Block
	}
	return l.acquire(x, RWLock{1 << x.CPU, 1})
}

func (l *RWLock) acquire(x *Exec, v RWLock) Next {
	Store(x, l, v)
	x.head.held++
	x.head.held |= irqOff
	x.locked = unsafe.Pointer(l)
	return Fall
}

// ReadUnlockIRQ is read_unlock_irq.
func (l *RWLock) ReadUnlockIRQ(x *Exec) Next { return l.release(x, 0) }

// WriteUnlockIRQ is write_unlock_irq.
func (l *RWLock) WriteUnlockIRQ(x *Exec) Next { return l.release(x, 1) }

func (l *RWLock) release(x *Exec, writing uint8) Next {
	v := Load(x, l)
	if !v.HeldBy(x.CPU) || v.writing != writing {
		x.Bug(UnlockByStranger, -1, "rwlock")
		return Fall
	}
	v.holders &^= 1 << x.CPU
	v.writing = 0
	Store(x, l, v)
	if x.head.held&spinlocks != 0 {
		x.head.held--
	}
	x.head.held &^= irqOff
	return Fall
}

// HeldBy reports whether the CPU holds the lock, to read or to write.
func (l RWLock) HeldBy(cpu int) bool { return l.holders>>cpu&1 != 0 }

// WrittenBy reports whether the CPU holds the lock to write.
func (l RWLock) WrittenBy(cpu int) bool { return l.writing != 0 && l.HeldBy(cpu) }

// String names the holders.
func (l RWLock) String() string {
	switch {
	case l.holders == 0:
		return "free"
	case l.writing != 0:
		return fmt.Sprintf("CPU%d", Set(l.holders).First())
	default:
		return "read by CPUs " + Set(l.holders).String()
	}
}
