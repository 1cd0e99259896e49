package vm

import (
	"fmt"
	"unsafe"
)

// A KernelLock is the big kernel lock, lock_kernel. Taking it spins, but it is
// no spinlock: its owner may sleep. schedule() drops it at entry and takes it
// again before it returns, so that every sleep of its owner is a hole in the
// section that it protects. The kernel counts how often its owner has taken it;
// the model does not, and accuses an owner that takes it again.
type KernelLock struct {
	owner  Spinlock
	asleep Set `sym:"cpus"` // tasks that have dropped the lock for the time of their sleep
}

// Lock is lock_kernel.
func (k *KernelLock) Lock(x *Exec) Next {
	if k.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "kernel lock")
		return Fall
	}
	if Load(x, &k.owner) != 0 {
		return Block
	}
	Store(x, &k.owner, Spinlock(x.CPU+1))
	x.head.held += sleepingLock
	x.locked = unsafe.Pointer(k)
	return Fall
}

// Unlock is unlock_kernel.
func (k *KernelLock) Unlock(x *Exec) Next {
	if !k.HeldBy(x.CPU) {
		x.Bug(UnlockByStranger, -1, "kernel lock")
		return Fall
	}
	Store(x, &k.owner, 0)
	x.head.release()
	return Fall
}

// Sleep waits until ready holds, which the caller reads from the state. A task
// that owns the lock and must wait drops it, and goes on only when it has it
// back. The lock comes back together with the condition: a task that wakes,
// takes the lock and finds the condition gone again would just sleep once more.
// Mark the line Sleeps.
func (k *KernelLock) Sleep(x *Exec, ready bool) Next {
	Look(x, k)
	switch {
	case k.asleep.Has(x.CPU):
		if !ready || Load(x, &k.owner) != 0 {
			return Block
		}
		k.wake(x)
		return Fall
	case ready:
		return Fall
	case k.HeldBy(x.CPU):
		k.drop(x)
		return Goto(x.Line)
	default:
		return Block
	}
}

// MaySleep is an allocation or I/O that sleeps or not, as the choice of the line
// says. Without the lock a sleep changes nothing that another task could see.
// Mark the line Sleeps.
func (k *KernelLock) MaySleep(x *Exec) Next {
	Look(x, k)
	switch {
	case k.asleep.Has(x.CPU):
		return k.Sleep(x, true)
	case k.HeldBy(x.CPU) && x.Choose(2) == 1:
		k.drop(x)
		return Goto(x.Line)
	default:
		return Fall
	}
}

// MayDrop begins a sleep, if the choice of the line says so, that a later line
// ends with Sleep: what stands between the two happens while the task sleeps.
func (k *KernelLock) MayDrop(x *Exec) {
	Look(x, k)
	if k.HeldBy(x.CPU) && x.Choose(2) == 1 {
		k.drop(x)
	}
}

func (k *KernelLock) drop(x *Exec) {
	Store(x, &k.owner, 0)
	Store(x, &k.asleep, k.asleep.With(x.CPU))
	x.head.release()
}

func (k *KernelLock) wake(x *Exec) {
	Store(x, &k.owner, Spinlock(x.CPU+1))
	Store(x, &k.asleep, k.asleep.Without(x.CPU))
	x.head.held += sleepingLock
}

// HeldBy reports whether the CPU's task owns the lock now.
func (k *KernelLock) HeldBy(cpu int) bool { return k.owner.HeldBy(cpu) }

// Asleep reports whether the CPU's task has dropped the lock to sleep.
func (k *KernelLock) Asleep(cpu int) bool { return k.asleep.Has(cpu) }

// Free reports whether nobody owns the lock or waits to have it back.
func (k *KernelLock) Free() bool { return k.owner == 0 && k.asleep == 0 }

// String names the owner, and who sleeps without the lock.
func (k KernelLock) String() string {
	if k.asleep == 0 {
		return k.owner.String()
	}
	return fmt.Sprintf("%v,asleep%v", k.owner, k.asleep)
}

// LockUnder is lock_page by a task that may own the big kernel lock, which it
// drops while it sleeps. Mark its line Sleeps.
func (l *PageLock) LockUnder(x *Exec, k *KernelLock) Next {
	if l.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "page lock")
		return Block
	}
	Load(x, &l.owner)
	return sleepFor(x, k, &l.owner, unsafe.Pointer(l))
}

// sleepFor takes a sleeping lock. A task that waits for one with the big kernel
// lock in its hands lets go of that, so that the two cannot deadlock: no order
// between them is noted, whichever other locks the task holds.
func sleepFor(x *Exec, k *KernelLock, owner *Spinlock, word unsafe.Pointer) Next {
	n := k.Sleep(x, *owner == 0)
	if n != Fall {
		return n
	}
	Store(x, owner, Spinlock(x.CPU+1))
	x.head.held += sleepingLock
	if !k.HeldBy(x.CPU) {
		x.locked = word
	}
	return Fall
}

// release counts a lock that is no spinlock off the locks that are held.
func (h *head) release() {
	if h.held&sleepingLocks != 0 {
		h.held -= sleepingLock
	}
}
