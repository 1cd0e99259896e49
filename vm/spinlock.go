package vm

import (
	"fmt"
	"unsafe"
)

// A Spinlock is a kernel spinlock: 0 if free, else the number of its owner plus
// one. Its oracles: recursion, unlock by a non-owner, and through the machine a
// sleep under it and a lock held at rest.
type Spinlock uint8

// Lock is spin_lock: the CPU spins while another one owns the lock.
func (l *Spinlock) Lock(x *Exec) Next {
	switch v := Load(x, l); {
	case v == 0:
		l.acquire(x)
		x.locked = unsafe.Pointer(l)
		return Fall
	case l.HeldBy(x.CPU):
		x.Bug(Recursion, -1, "spinlock")
		return Block
	default:
		return Block
	}
}

// TryLock is spin_trylock: it tells whether the lock was free and is now taken.
func (l *Spinlock) TryLock(x *Exec) bool {
	if Load(x, l) != 0 {
		return false
	}
	l.acquire(x)
	return true
}

func (l *Spinlock) acquire(x *Exec) {
	Store(x, l, Spinlock(x.CPU+1))
	x.head.held++
}

// Unlock is spin_unlock.
func (l *Spinlock) Unlock(x *Exec) Next {
	if !l.HeldBy(x.CPU) {
		x.Bug(UnlockByStranger, -1, "spinlock")
	}
	if Load(x, l) != 0 {
		Store(x, l, 0)
		if x.head.held&spinlocks != 0 {
			x.head.held--
		}
	}
	return Fall
}

// LockIRQ is spin_lock_irq: interrupts go off with the lock.
func (l *Spinlock) LockIRQ(x *Exec) Next {
	n := l.Lock(x)
	if n == Fall {
		x.head.held |= irqOff
	}
	return n
}

// UnlockIRQ is spin_unlock_irq: interrupts come back on.
func (l *Spinlock) UnlockIRQ(x *Exec) Next {
	n := l.Unlock(x)
	x.head.held &^= irqOff
	return n
}

// HeldBy reports whether the CPU owns the lock.
func (l *Spinlock) HeldBy(cpu int) bool { return int(*l) == cpu+1 }

// Free reports whether nobody owns the lock.
func (l *Spinlock) Free() bool { return *l == 0 }

// String names the owner.
func (l Spinlock) String() string {
	if l == 0 {
		return "free"
	}
	return fmt.Sprintf("CPU%d", l-1)
}
