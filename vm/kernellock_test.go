package vm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Two tasks write under the kernel lock and sleep in between, for memory or for
// a semaphore.

type bklState struct {
	CPU  [2]vm.CPU[bklLocals] `name:"-"`
	BKL  vm.KernelLock
	Sem  vm.Semaphore
	Page vm.PageLock
	Spin vm.Spinlock
	Word uint8
}

type bklLocals struct{ saw uint8 }

const (
	bklSleeps vm.Patch = 1 << iota
	bklDown
	bklSpin
	bklForget
)

const bklLock, bklRead, bklAlloc, bklSem, bklPage, bklTest, bklPageEnd, bklUp, bklUnlock = 0, 1, 2, 3, 4, 5, 6, 7, 8

const strangeUp, strangeUnlock, strangeSpin, strangeLock, strangeAlloc = 0, 1, 2, 3, 4

func (s *bklState) section(x *vm.Exec, l *bklLocals) vm.Next {
	switch x.Line {
	case bklLock:
		return s.BKL.Lock(x)
	case bklRead:
		l.saw = vm.Load(x, &s.Word)
	case bklAlloc:
		return s.BKL.MaySleep(x)
	case bklSem:
		return s.Sem.Down(x, &s.BKL)
	case bklPage:
		return s.Page.LockUnder(x, &s.BKL)
	case bklTest:
		if vm.Load(x, &s.Word) != l.saw {
			x.Bug(vm.Miscount, -1, "others were here")
		}
		vm.Store(x, &s.Word, l.saw+1)
	case bklPageEnd:
		return s.Page.Unlock(x)
	case bklUp:
		return s.Sem.Up(x)
	case bklUnlock:
		return s.BKL.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

func (s *bklState) strange(x *vm.Exec, l *bklLocals) vm.Next {
	switch x.Line {
	case strangeUp:
		return s.Sem.Up(x)
	case strangeUnlock:
		return s.BKL.Unlock(x)
	case strangeSpin:
		return s.Spin.Lock(x)
	case strangeLock:
		return s.BKL.Lock(x)
	case strangeAlloc:
		return s.BKL.MaySleep(x)
	default:
		panic(x.Lost())
	}
}

var bkl = vm.Class[bklState, bklLocals]{
	Name: "bkl", CPUs: func(s *bklState) []vm.CPU[bklLocals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "plain", Fixed: true}},
	Listings: []vm.Listing[bklState, bklLocals]{
		{Name: "section", Step: (*bklState).section, Lines: []vm.Line{
			bklLock:    {Text: "lock_kernel();"},
			bklRead:    {Text: "saw = word;"},
			bklAlloc:   {Text: "kmalloc();", Add: bklSleeps, Sleeps: true},
			bklSem:     {Text: "down(&sem);", Add: bklDown, Sleeps: true},
			bklPage:    {Text: "lock_page(page);", Add: bklDown, Sleeps: true},
			bklTest:    {Text: "word = saw + 1;"},
			bklPageEnd: {Text: "UnlockPage(page);", Add: bklDown},
			bklUp:      {Text: "up(&sem);", Add: bklDown},
			bklUnlock:  {Text: "unlock_kernel();", Del: bklForget},
		}},
		{Name: "strange", Step: (*bklState).strange, Lines: []vm.Line{
			strangeUp:     {Text: "up(&sem);"},
			strangeUnlock: {Text: "unlock_kernel();"},
			strangeSpin:   {Text: "spin_lock(&spin);", Add: bklSpin},
			strangeLock:   {Text: "lock_kernel();", Add: bklSpin},
			strangeAlloc:  {Text: "kmalloc();", Add: bklSpin, Sleeps: true},
		}},
	},
	Ops: []vm.Op[bklState, bklLocals]{{Name: "section"}, {Name: "strange", Func: 1}},
}

func bklBugs(p vm.Patch, programs ...[]uint8) []string {
	v := fuzz.Explore(vm.New(&bkl, vm.Kernel{Patches: p}, vm.SMP), &vm.Boot[bklState]{}, &vm.Workload{Programs: programs}, fuzz.Options{All: true})
	var out []string
	for _, f := range v.Finds {
		out = append(out, f.Bug.Name())
	}
	return out
}

func TestKernelLock(t *testing.T) {
	two := [][]uint8{{0}, {0}}
	require.Empty(t, bklBugs(0, two...), "nobody sleeps")
	require.Equal(t, []string{"count without owner (others were here)"}, bklBugs(bklSleeps, two...), "a sleep is a hole")
	require.Empty(t, bklBugs(bklDown, []uint8{0}), "nobody to wait for")
	require.Empty(t, bklBugs(bklDown, two...), "whoever has the kernel lock finds the semaphore free")
	require.Contains(t, bklBugs(bklDown|bklSleeps, two...), "count without owner (others were here)")
	require.ElementsMatch(t, []string{"lock held at rest", "deadlock"}, append(bklBugs(bklForget, []uint8{0}), bklBugs(bklForget, two...)...))
	require.ElementsMatch(t, []string{"lock recursion (kernel lock)", "lock held at rest"}, bklBugs(bklForget, []uint8{0, 0}))
	require.Equal(t, []string{"unlock by a non-owner (semaphore)", "unlock by a non-owner (kernel lock)"}, bklBugs(0, []uint8{1}))
	require.Contains(t, bklBugs(bklSpin, []uint8{1}), "sleep in atomic context")
}

// TestKernelLockOnOneCPU shows that nobody runs beside the owner of the kernel lock,
// not even where it may sleep, before it has let go of it.
func TestKernelLockOnOneCPU(t *testing.T) {
	for _, sched := range []vm.Sched{vm.Preempt, vm.UP} {
		m := vm.New(&bkl, vm.Kernel{Patches: bklSleeps}, sched)
		x := m.Exec(&vm.Workload{Programs: [][]uint8{{0}, {0}}})
		s := new(bklState)
		m.Boot(x, s, &vm.Boot[bklState]{})
		require.True(t, m.MayRun(x, s, 1), sched)
		for range 2 { // lock_kernel, and up to the line that may sleep
			m.Step(x, s, 0, 0)
			require.False(t, m.MayRun(x, s, 1), sched)
		}
		m.Step(x, s, 0, 1)
		require.True(t, m.MayRun(x, s, 1), "%v: asleep", sched)
	}
}

func TestSwapCount(t *testing.T) {
	x := vm.New(&bkl, bkl.Kernels[0], vm.SMP).Exec(&vm.Workload{})
	c := vm.SwapCount(0)
	require.False(t, c.Dup(x))
	require.False(t, c.Drop(x))
	c = vm.SwapMapMax - 1
	require.True(t, c.Dup(x))
	require.True(t, c.Dup(x))
	require.True(t, c.Drop(x))
	require.Equal(t, vm.SwapMapMax, c, "a permanent count stays")
	c.Raise(x)
	require.Equal(t, vm.SwapMapBad, c)
	require.Equal(t, "5 MAX BAD", vm.SwapCount(5).String()+" "+vm.SwapMapMax.String()+" "+c.String())
}
