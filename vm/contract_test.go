package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Two locks: a rw-semaphore and a spinlock.
const semLock, spinLock = 0, 1

var lockNames = []string{"sem", "spin"}

func TestLockSets(t *testing.T) {
	read, write, spin := Shared(semLock), Exclusive(semLock), Exclusive(spinLock)
	require.True(t, write.Covers(read))
	require.False(t, read.Covers(write))
	require.True(t, (write | spin).Covers(spin))
	require.False(t, spin.Covers(read))
	require.True(t, write.Excludes(read))
	require.False(t, read.Excludes(read))
	require.False(t, write.Excludes(spin))
	require.True(t, (read | spin).Excludes(spin))
	require.Equal(t, "sem shared + spin", (read | spin).Text(lockNames))
	require.Equal(t, "no lock", LockSet(0).Text(lockNames))
}

// TestContracts has a sound contract, by which a writer holds both locks and a
// reader either, and the same with a writer who forgets one.
func TestContracts(t *testing.T) {
	readers := []Party{{"reader", Shared(semLock)}, {"spinner", Exclusive(spinLock)}}
	sound := Contracts{Locks: lockNames, Structures: []Contract{{Name: "tree", Readers: readers, Writers: []Party{{"writer", Exclusive(semLock) | Exclusive(spinLock)}}}}}
	require.Empty(t, sound.Clashes())

	lax := Contracts{Locks: lockNames, Structures: []Contract{{Name: "tree", Readers: readers, Writers: []Party{{"writer", Exclusive(semLock)}}}}}
	require.Len(t, lax.Clashes(), 1)
	require.Equal(t, "tree: writer writes under sem, spinner reads under spin", lax.Clashes()[0].Text(lockNames))

	two := Contracts{Locks: lockNames, Structures: []Contract{{Name: "count", Writers: []Party{{"grower", Shared(semLock)}}}}}
	require.Len(t, two.Clashes(), 1)
	require.Equal(t, "count: grower writes under sem shared, grower writes under sem shared", two.Clashes()[0].Text(lockNames))
	two.Structures[0].Benign = "atomic"
	require.Empty(t, two.Clashes())

	for held, want := range map[LockSet][2]int{
		0:                                        {1, 1},
		Shared(semLock):                          {0, 1},
		Exclusive(spinLock):                      {0, 1},
		Exclusive(semLock):                       {0, 1},
		Exclusive(semLock) | Exclusive(spinLock): {0, 0},
	} {
		for write, bugs := range want {
			x := &Exec{}
			sound.Check(x, 0, 3, held, write == 1)
			require.Len(t, x.Bugs(), bugs, "%s, write %d", held.Text(lockNames), write)
		}
	}
}

type semState struct {
	CPU [2]CPU[semLocals]
	Sem RWSemaphore
}

type semLocals struct{ _ uint8 }

// semClass has one function for each way to use a rw-semaphore.
func semClass(steps ...func(s *semState, x *Exec) Next) *Machine[semState, semLocals] {
	c := &Class[semState, semLocals]{Name: "sem", CPUs: func(s *semState) []CPU[semLocals] { return s.CPU[:] }}
	lines := make([]Line, len(steps))
	c.Listings = []Listing[semState, semLocals]{{Name: "f", Lines: lines, Step: func(s *semState, x *Exec, _ *semLocals) Next { return steps[x.Line](s, x) }}}
	c.Ops = []Op[semState, semLocals]{{Name: "f"}}
	c.Boots = []Boot[semState]{{Name: "free"}}
	return New(c, Kernel{Name: "k"}, SMP)
}

func downRead(s *semState, x *Exec) Next  { return s.Sem.DownRead(x) }
func upRead(s *semState, x *Exec) Next    { return s.Sem.UpRead(x) }
func downWrite(s *semState, x *Exec) Next { return s.Sem.DownWrite(x) }
func upWrite(s *semState, x *Exec) Next   { return s.Sem.UpWrite(x) }

// TestRWSemaphore: readers share, a writer is alone, and each misuse is a bug.
func TestRWSemaphore(t *testing.T) {
	work := &Workload{Programs: [][]uint8{{0}, {0}}}
	var s semState

	readers := semClass(downRead, upRead)
	x := readers.Exec(work)
	readers.Boot(x, &s, &readers.Class.Boots[0])
	require.Equal(t, Ran, readers.Step(x, &s, 0, 0))
	require.Equal(t, Ran, readers.Step(x, &s, 1, 0))
	require.Equal(t, "{0 1} read", s.Sem.String())
	require.Equal(t, Shared(3), s.Sem.Mode(1, 3))

	writers := semClass(downWrite, upWrite)
	x = writers.Exec(work)
	writers.Boot(x, &s, &writers.Class.Boots[0])
	require.Equal(t, Ran, writers.Step(x, &s, 0, 0))
	require.Equal(t, Blocked, writers.Step(x, &s, 1, 0))
	require.Equal(t, "CPU0 writes", s.Sem.String())
	require.Equal(t, Exclusive(3), s.Sem.Mode(0, 3))
	require.Equal(t, Ran, writers.Step(x, &s, 0, 0))
	require.True(t, s.Sem.Free())

	for _, misuse := range []struct {
		m    *Machine[semState, semLocals]
		kind Kind
	}{
		{semClass(downRead, downRead), Recursion},
		{semClass(downRead, downWrite), Recursion},
		{semClass(downRead, upWrite), UnlockByStranger},
		{semClass(downWrite, upRead), UnlockByStranger},
	} {
		x = misuse.m.Exec(work)
		misuse.m.Boot(x, &s, &misuse.m.Class.Boots[0])
		misuse.m.Step(x, &s, 0, 0)
		misuse.m.Step(x, &s, 0, 0)
		require.Len(t, x.Bugs(), 1)
		require.Equal(t, misuse.kind, x.Bugs()[0].Kind)
	}
}
