package vm

import "unsafe"

// A PageLock is the lock bit of a page, PG_locked: a task that finds it taken
// sleeps. The model adds the owner, which the kernel does not know, as an oracle.
type PageLock struct{ owner Spinlock }

// Lock is lock_page. Mark its line Sleeps.
func (l *PageLock) Lock(x *Exec) Next {
	switch v := Load(x, &l.owner); {
	case v == 0:
		l.acquire(x)
		x.locked = unsafe.Pointer(l)
		return Fall
	case l.owner.HeldBy(x.CPU):
		x.Bug(Recursion, -1, "page lock")
		return Block
	default:
		return Block
	}
}

// TryLock is TestSetPageLocked the other way round: it tells whether the page
// was unlocked and is now locked.
func (l *PageLock) TryLock(x *Exec) bool {
	if Load(x, &l.owner) != 0 {
		return false
	}
	l.acquire(x)
	return true
}

func (l *PageLock) acquire(x *Exec) {
	Store(x, &l.owner, Spinlock(x.CPU+1))
	x.head.held += sleepingLock
}

// Unlock is unlock_page.
func (l *PageLock) Unlock(x *Exec) Next {
	if !l.owner.HeldBy(x.CPU) {
		x.Bug(UnlockByStranger, -1, "page lock")
	}
	Store(x, &l.owner, 0)
	if x.head.held&sleepingLocks != 0 {
		x.head.held -= sleepingLock
	}
	return Fall
}

// HeldBy reports whether the CPU's task locked the page.
func (l *PageLock) HeldBy(cpu int) bool { return l.owner.HeldBy(cpu) }

// Locked reports whether the page is locked.
func (l *PageLock) Locked() bool { return l.owner != 0 }

// String names the owner.
func (l PageLock) String() string { return l.owner.String() }

// LockedBy is the lock of a page that a CPU's task has locked before the start.
func LockedBy(cpu int) PageLock { return PageLock{Spinlock(cpu + 1)} }
