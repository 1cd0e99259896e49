package vm

import (
	"fmt"
	"unsafe"
)

// A RWSemaphore is a rw_semaphore such as mmap_sem: many readers or one writer,
// who sleep while they wait. Its oracles: recursion, release by a task that does
// not hold it, and through the machine a sleep under a spinlock.
//
// It has no queue: a reader may overtake a writer that waits. The kernel's queue
// forbids some of the schedules of the model, and adds the deadlock of a reader
// behind a writer that waits for another reader, which the model does not find.
type RWSemaphore struct {
	writer  Spinlock
	readers Set `sym:"cpus"`
}

// DownRead is down_read. Mark its line Sleeps.
func (s *RWSemaphore) DownRead(x *Exec) Next {
	if s.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "rw-semaphore")
		return Block
	}
	if Load(x, &s.writer) != 0 {
		return Block
	}
	s.read(x)
	x.locked = unsafe.Pointer(s)
	return Fall
}

// DownReadTrylock is down_read_trylock: it tells whether the caller now reads.
func (s *RWSemaphore) DownReadTrylock(x *Exec) bool {
	if Load(x, &s.writer) != 0 || s.readers.Has(x.CPU) {
		return false
	}
	s.read(x)
	return true
}

func (s *RWSemaphore) read(x *Exec) {
	Store(x, &s.readers, s.readers.With(x.CPU))
	x.head.held += sleepingLock
}

func (s *RWSemaphore) release(x *Exec) {
	if x.head.held&sleepingLocks != 0 {
		x.head.held -= sleepingLock
	}
}

// UpRead is up_read.
func (s *RWSemaphore) UpRead(x *Exec) Next {
	if !s.readers.Has(x.CPU) {
		x.Bug(UnlockByStranger, -1, "rw-semaphore for reading")
	}
	Store(x, &s.readers, s.readers.Without(x.CPU))
	s.release(x)
	return Fall
}

// DownWrite is down_write. Mark its line Sleeps.
func (s *RWSemaphore) DownWrite(x *Exec) Next {
	if s.HeldBy(x.CPU) {
		x.Bug(Recursion, -1, "rw-semaphore")
		return Block
	}
	if Load(x, &s.writer) != 0 || Load(x, &s.readers) != 0 {
		return Block
	}
	Store(x, &s.writer, Spinlock(x.CPU+1))
	x.head.held += sleepingLock
	x.locked = unsafe.Pointer(s)
	return Fall
}

// UpWrite is up_write.
func (s *RWSemaphore) UpWrite(x *Exec) Next {
	if !s.writer.HeldBy(x.CPU) {
		x.Bug(UnlockByStranger, -1, "rw-semaphore for writing")
	}
	Store(x, &s.writer, 0)
	s.release(x)
	return Fall
}

// HeldBy reports whether the CPU's task reads or writes under the semaphore.
func (s *RWSemaphore) HeldBy(cpu int) bool { return s.writer.HeldBy(cpu) || s.readers.Has(cpu) }

// Mode returns how the CPU's task holds the semaphore, as the lock of that
// number in a [LockSet].
func (s *RWSemaphore) Mode(cpu, lock int) LockSet {
	switch {
	case s.writer.HeldBy(cpu):
		return Exclusive(lock)
	case s.readers.Has(cpu):
		return Shared(lock)
	default:
		return 0
	}
}

// Free reports whether nobody holds the semaphore.
func (s *RWSemaphore) Free() bool { return s.writer == 0 && s.readers == 0 }

// String names the writer or the readers.
func (s RWSemaphore) String() string {
	switch {
	case s.writer != 0:
		return fmt.Sprintf("%v writes", s.writer)
	case s.readers != 0:
		return fmt.Sprintf("%v read", s.readers)
	default:
		return "free"
	}
}
