package vm_test

import (
	"strings"
	"testing"

	"github.com/vmrace/vmrace/vm"
)

// A program of an rwState is one function of two CPUs: read lock, write lock,
// read unlock and write unlock, of which each operation runs one line.
type rwState struct {
	CPU  [2]vm.CPU[rwLocals] `name:"-"`
	Lock vm.RWLock
}

type rwLocals struct{ what uint8 }

const rwRead, rwWrite, rwReadUnlock, rwWriteUnlock = 0, 1, 2, 3

func (s *rwState) run(x *vm.Exec, l *rwLocals) vm.Next {
	switch l.what {
	case rwRead:
		return s.Lock.ReadLockIRQ(x)
	case rwWrite:
		return s.Lock.WriteLockIRQ(x)
	case rwReadUnlock:
		return s.Lock.ReadUnlockIRQ(x)
	default:
		return s.Lock.WriteUnlockIRQ(x)
	}
}

var rwClass = vm.Class[rwState, rwLocals]{
	Name: "rwlock", CPUs: func(s *rwState) []vm.CPU[rwLocals] { return s.CPU[:] },
	Listings: []vm.Listing[rwState, rwLocals]{{Name: "run", Step: (*rwState).run, Lines: []vm.Line{{Text: "lock or unlock"}}}},
	Ops:      []vm.Op[rwState, rwLocals]{{Args: rwLocals{rwRead}}, {Args: rwLocals{rwWrite}}, {Args: rwLocals{rwReadUnlock}}, {Args: rwLocals{rwWriteUnlock}}},
}

// TestRWLock runs one operation after the other: a letter each, in upper case
// on the second CPU. A "b" behind it says that it blocks, a "!" that it shows a bug.
func TestRWLock(t *testing.T) {
	for _, run := range []string{
		"r R e E", // two readers
		"r Wb",    // a reader keeps a writer out
		"r e W F", // but no longer than it holds the lock
		"w Rb",    // a writer keeps a reader out
		"w Wb",    // and another writer
		"r rb!",   // recursion
		"w wb!",
		"e!",   // unlock of a free lock
		"r E!", // by somebody else
		"w e!", // in the wrong mode
	} {
		t.Run(run, func(t *testing.T) { testRWLock(t, strings.Fields(run)) })
	}
}

func testRWLock(t *testing.T, run []string) {
	m := vm.New(&rwClass, vm.Kernel{}, vm.SMP)
	x := m.Exec(&vm.Workload{Programs: make([][]uint8, 2), Any: 8})
	s := new(rwState)
	m.Boot(x, s, &vm.Boot[rwState]{})
	for _, step := range run {
		op := strings.IndexByte("rwefRWEF", step[0])
		cpu := op / 4
		m.Step(x, s, cpu, op%4)
		before := *s
		status := m.Step(x, s, cpu, 0)
		if got, want := status == vm.Blocked, strings.Contains(step, "b"); got != want {
			t.Fatalf("%s: blocks: %v, want %v", step, got, want)
		}
		if status == vm.Blocked && before != *s {
			t.Fatalf("%s: a line that blocks changed the state", step)
		}
		if got, want := len(x.Bugs()) > 0, strings.Contains(step, "!"); got != want {
			t.Fatalf("%s: bugs: %v", step, x.Bugs())
		}
		if status == vm.Blocked {
			return
		}
	}
	if s.CPU[0].Atomic() != (s.Lock.HeldBy(0)) || s.CPU[1].Atomic() != s.Lock.HeldBy(1) {
		t.Errorf("a CPU is atomic without the lock, or the other way round: %v", s.Lock)
	}
}
