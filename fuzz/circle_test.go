package fuzz_test

import (
	"testing"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"
	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A relay: each CPU hands on to the next one and then goes round in a circle
// until the last one has gone.
type relay struct {
	CPU    [3]vm.CPU[relayLocals] `name:"-"`
	Handed [3]bool
	Gone   bool
}

type relayLocals struct{ _ uint8 }

const relayWait, relayHand, relayLast, relaySpin = 0, 1, 2, 3

// order is that of the relay: CPU 1, CPU 0, CPU 2.
var order = [3]int{1, 0, 2}

func (s *relay) run(x *vm.Exec, _ *relayLocals) vm.Next {
	switch x.Line {
	case relayWait:
		if at := order[x.CPU]; at > 0 && !vm.Load(x, &s.Handed[at-1]) {
			return vm.Block
		}
	case relayHand:
		vm.Store(x, &s.Handed[order[x.CPU]], true)
	case relayLast:
		if order[x.CPU] == 2 {
			vm.Store(x, &s.Gone, true)
		}
	case relaySpin:
		if !vm.Load(x, &s.Gone) {
			return vm.Goto(relaySpin)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var relayClass = vm.Class[relay, relayLocals]{
	Name: "relay", CPUs: func(s *relay) []vm.CPU[relayLocals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "relay", Fixed: true}},
	Listings: []vm.Listing[relay, relayLocals]{{Name: "run", Source: "relay.c", Step: (*relay).run, Lines: []vm.Line{
		relayWait: {Text: "wait(before);"},
		relayHand: {Text: "hand(next);"},
		relayLast: {Text: "if (last) gone = 1;"},
		relaySpin: {Text: "while (!gone) cpu_relax();"},
	}}},
	Ops:   []vm.Op[relay, relayLocals]{{Name: "run"}},
	Boots: []vm.Boot[relay]{{Name: "start", Programs: [][]uint8{{0}, {0}, {0}}}},
}

// A CPU that gets on before it goes round in a circle has not come to nothing:
// the others may then go on, and the run comes to its end.
func TestLinesBeforeACircleCount(t *testing.T) {
	run := fuzz.NewRunner(vm.New(&relayClass, relayClass.Kernels[0], vm.SMP), false)
	res := run.Run(&fuzz.Input{Programs: relayClass.Boots[0].Programs, Choices: make([][]uint8, 3)})
	require.Empty(t, res.Bugs)
	require.True(t, res.Ended)
}

// A poll: CPU 0 looks under a lock, again and again, whether CPU 1 has come,
// which takes the same lock.
type poll struct {
	CPU  [2]vm.CPU[relayLocals] `name:"-"`
	Lock vm.Spinlock
	Came bool
}

const pollLock, pollCome, pollUnlock, pollAgain = 0, 1, 2, 3

func (s *poll) run(x *vm.Exec, _ *relayLocals) vm.Next {
	switch x.Line {
	case pollLock:
		return s.Lock.Lock(x)
	case pollCome:
		if x.CPU == 1 {
			vm.Store(x, &s.Came, true)
		}
	case pollUnlock:
		s.Lock.Unlock(x)
	case pollAgain:
		if !vm.Load(x, &s.Came) {
			return vm.Goto(pollLock)
		}
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var pollClass = vm.Class[poll, relayLocals]{
	Name: "poll", CPUs: func(s *poll) []vm.CPU[relayLocals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "poll", Fixed: true}},
	Listings: []vm.Listing[poll, relayLocals]{{Name: "run", Source: "poll.c", Step: (*poll).run, Lines: []vm.Line{
		pollLock:   {Text: "spin_lock(&lock);"},
		pollCome:   {Text: "came |= I am CPU 1;"},
		pollUnlock: {Text: "spin_unlock(&lock);"},
		pollAgain:  {Text: "while (!came)"},
	}}},
	Ops:   []vm.Op[poll, relayLocals]{{Name: "run"}},
	Boots: []vm.Boot[poll]{{Name: "start", Programs: [][]uint8{{0}, {0}}}},
	Eventually: []vm.Goal[poll]{
		{Name: "CPU 1 came", Reached: func(s *poll) bool { return s.Came }, Boots: []string{"start"}},
		{Name: "elsewhere", Reached: func(*poll) bool { return false }, Boots: []string{"no such workload"}},
	},
}

// Who waits for a lock that a CPU holds for a part of its circle gets it at
// another part: wherever the circle is noticed, this is no livelock.
func TestALockInACircleIsFreeAtTimes(t *testing.T) {
	run := fuzz.NewRunner(vm.New(&pollClass, pollClass.Kernels[0], vm.SMP), false)
	for lines := range uint8(5) {
		res := run.Run(&fuzz.Input{
			Programs: pollClass.Boots[0].Programs,
			Choices:  make([][]uint8, 2),
			Bursts:   []fuzz.Burst{{CPU: 0, N: lines + 1}},
		})
		require.Empty(t, res.Bugs, "after %d lines", lines+1)
		require.True(t, res.Ended)
	}
}

// TestManyCircles shows that a run which leaves thousands of circles, one after the
// other, does not begin from the boot again for each of them.
func TestManyCircles(t *testing.T) {
	class, w, sched := rndClass(fuzzheaders.NewConsumer([]byte("0\x00\x10\x00\x0056pqmrstuvsghijknlo7\x00\x01\x00\x00cdefxyz")))
	lines := 0
	for i := range class.Listings {
		step := class.Listings[i].Step
		class.Listings[i].Step = func(s *rndState, x *vm.Exec, l *rndLocals) vm.Next {
			lines++
			return step(s, x, l)
		}
	}
	m := vm.New(class, class.Kernels[0], sched)
	run := fuzz.NewRunner(m, false)
	most := 0
	for _, f := range fuzz.Explore(m, &class.Boots[0], w, fuzz.Options{All: true}).Finds {
		for cpu := range w.Programs {
			in := fuzz.InputOf(m, 0, w.Programs, f.Moves)
			in.Programs[cpu] = nil
			lines = 0
			run.Run(in)
			most = max(most, lines)
		}
	}
	require.Greater(t, most, fuzz.MaxLines, "no run has many circles")
	require.Less(t, most, 32*fuzz.MaxLines)
}
