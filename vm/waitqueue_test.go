package vm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A waitState is a condition, two tasks that wait for it and one that makes it
// true and wakes them.
type waitState struct {
	CPU   [3]vm.CPU[waitLocals] `name:"-"`
	Queue vm.WaitQueue
	Done  uint8
}

type waitLocals struct{ done uint8 }

// Queue and then test is the order that loses no wakeup; the patch has it the
// other way round.
const testFirst vm.Patch = 1

const (
	waitTestFirst = iota
	waitAdd
	waitTest
	waitSleep
	waitRemove
)

const (
	wakeDone = iota
	wakeAll
)

func (s *waitState) wait(x *vm.Exec, l *waitLocals) vm.Next {
	switch x.Line {
	case waitTestFirst, waitTest:
		l.done = vm.Load(x, &s.Done)
	case waitAdd:
		s.Queue.Add(x)
	case waitSleep:
		if l.done == 0 {
			return s.Queue.Sleep(x)
		}
	case waitRemove:
		s.Queue.Remove(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

func (s *waitState) wake(x *vm.Exec, _ *waitLocals) vm.Next {
	switch x.Line {
	case wakeDone:
		vm.Store(x, &s.Done, 1)
	case wakeAll:
		s.Queue.WakeAll(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var waitClass = vm.Class[waitState, waitLocals]{
	Name: "waitqueue", CPUs: func(s *waitState) []vm.CPU[waitLocals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "test first", Patches: testFirst}, {Name: "queue first", Fixed: true}},
	Listings: []vm.Listing[waitState, waitLocals]{
		{Name: "wait", Step: (*waitState).wait, Lines: []vm.Line{
			waitTestFirst: {Text: "done = condition;", Add: testFirst},
			waitAdd:       {Text: "__add_wait_queue(q, wait);"},
			waitTest:      {Text: "done = condition;", Del: testFirst},
			waitSleep:     {Text: "if (!done) schedule();", Sleeps: true},
			waitRemove:    {Text: "finish_wait(q, wait);"},
		}},
		{Name: "wake", Step: (*waitState).wake, Lines: []vm.Line{
			wakeDone: {Text: "condition = true;"},
			wakeAll:  {Text: "wake_up(q);"},
		}},
	},
	Ops:   []vm.Op[waitState, waitLocals]{{Name: "wait", Func: 0}, {Name: "wake", Func: 1}},
	Boots: []vm.Boot[waitState]{{Name: "two", Programs: [][]uint8{{0}, {0}, {1}}}},
	Rest: func(s *waitState, x *vm.Exec) {
		if s.Queue != 0 {
			x.Bug(vm.Leak, -1, "a task is still queued")
		}
	},
}

// TestLostWakeup shows that a wakeup between the test and the queueing is lost,
// and shows as a deadlock; that no task is left behind if the queue comes first;
// and that one wakeup wakes both sleepers.
func TestLostWakeup(t *testing.T) {
	r := fuzz.Of(&waitClass)
	for _, k := range waitClass.Kernels {
		c := r.Check(k, vm.SMP, fuzz.Options{})
		if k.Fixed {
			require.Equal(t, "safe", c.Verdict)
		} else {
			require.Equal(t, "deadlock", c.Bug)
		}
	}
}

// TestWaitQueue shows who sleeps: who is queued and has not been woken.
func TestWaitQueue(t *testing.T) {
	x := &vm.Exec{CPU: 1}
	var q vm.WaitQueue
	require.Equal(t, vm.Fall, q.Sleep(x), "not queued")
	q.Add(x)
	require.Equal(t, "{1}", q.String())
	require.Equal(t, vm.Block, q.Sleep(x))
	require.Equal(t, vm.Fall, q.Sleep(&vm.Exec{CPU: 0}), "somebody else is queued")
	q.WakeAll(&vm.Exec{CPU: 2})
	require.Equal(t, vm.Fall, q.Sleep(x), "woken")
	q.Add(x)
	q.Remove(x)
	require.Zero(t, q)
}
