package vm

import "unsafe"

// A Semaphore is a sleeping mutex, such as mmap_sem before it became a
// rw-semaphore. The model adds the owner, as an oracle.
type Semaphore struct{ owner Spinlock }

// Down is down() by a task that may own the big kernel lock, which it drops
// while it sleeps. An owner that takes it again waits for ever, which the search
// reports as a deadlock. Mark its line Sleeps.
func (m *Semaphore) Down(x *Exec, k *KernelLock) Next {
	Load(x, &m.owner)
	return sleepFor(x, k, &m.owner, unsafe.Pointer(m))
}

// TryDown is down_trylock the other way round: it tells whether the semaphore
// was free and is now taken.
func (m *Semaphore) TryDown(x *Exec) bool {
	if Load(x, &m.owner) != 0 {
		return false
	}
	Store(x, &m.owner, Spinlock(x.CPU+1))
	x.head.held += sleepingLock
	return true
}

// Up is up(). Its oracle: the caller has not taken the semaphore.
func (m *Semaphore) Up(x *Exec) Next {
	if !m.owner.HeldBy(x.CPU) {
		x.Bug(UnlockByStranger, -1, "semaphore")
	}
	Store(x, &m.owner, 0)
	x.head.release()
	return Fall
}

// HeldBy reports whether the CPU's task has taken the semaphore.
func (m *Semaphore) HeldBy(cpu int) bool { return m.owner.HeldBy(cpu) }

// Free reports whether nobody has taken the semaphore.
func (m *Semaphore) Free() bool { return m.owner == 0 }

// String names the owner.
func (m Semaphore) String() string { return m.owner.String() }

// SemaphoreOf returns a semaphore that the CPU's task has taken, for an initial
// state.
func SemaphoreOf(cpu int) Semaphore { return Semaphore{Spinlock(cpu + 1)} }
