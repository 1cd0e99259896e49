package vm

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The class of these tests has one function per thing to test, one line each,
// so that a test reads as the lines that it executes.

type testState struct {
	CPU   [2]CPU[testLocals] `name:"-"`
	List  List               `name:"list"`
	Lock  Spinlock           `name:"a_lock"`
	Other Spinlock           `name:"b_lock"`
	Page  PageLock           `name:"page"`
	Count Ref                `name:"count"`
	Flags Flags              `bits:"lru dirty"`
	Plain uint8              `name:"plain"`
	Life  Life               `name:"life"`
	Set   Set                `name:"set"`
}

type testLocals struct{ n, _ uint8 }

// script is a class whose function 0 runs these lines in order.
func script(sleeps bool, lines ...func(s *testState, x *Exec, l *testLocals) Next) *Class[testState, testLocals] {
	ls := Listing[testState, testLocals]{Name: "script", Source: "test.c"}
	for range lines {
		ls.Lines = append(ls.Lines, Line{Text: "line;", Sleeps: sleeps})
	}
	ls.Step = func(s *testState, x *Exec, l *testLocals) Next { return lines[x.Line](s, x, l) }
	leaf := Listing[testState, testLocals]{Name: "leaf", Source: "test.c", Lines: []Line{{Text: "n++;"}, {Text: "return n;"}}}
	leaf.Step = func(_ *testState, x *Exec, l *testLocals) Next {
		switch x.Line {
		case 0:
			l.n++
			return Fall
		case 1:
			return x.Return(l.n)
		}
		panic(x.Lost())
	}
	return &Class[testState, testLocals]{
		Name:     "test",
		Kernels:  []Kernel{{Name: "one", Fixed: true}},
		Listings: []Listing[testState, testLocals]{ls, leaf},
		Ops:      []Op[testState, testLocals]{{Name: "script"}, {Name: "leaf", Func: 1}},
		Boots:    []Boot[testState]{{Name: "zero"}},
		CPUs:     func(s *testState) []CPU[testLocals] { return s.CPU[:] },
	}
}

// play runs a script on CPU0, line by line, and returns the bugs of each line.
func play(t *testing.T, c *Class[testState, testLocals], init func(s *testState)) (s *testState, bugs []Kind) {
	t.Helper()
	m := New(c, c.Kernels[0], SMP)
	x := m.Exec(&Workload{Programs: [][]uint8{{0}}})
	s = new(testState)
	if init != nil {
		c.Boots[0].Init = func(s *testState, _ Patch) { init(s) }
	}
	m.Boot(x, s, &c.Boots[0])
	for range 20 {
		if m.Done(x, s, 0) {
			m.Rest(x, s)
			for _, b := range x.Bugs() {
				bugs = append(bugs, b.Kind)
			}
			return s, bugs
		}
		status := m.Step(x, s, 0, 0)
		for _, b := range x.Bugs() {
			bugs = append(bugs, b.Kind)
		}
		if status == Blocked {
			return s, bugs
		}
	}
	t.Fatal("the script does not end")
	return nil, nil
}

type line = func(s *testState, x *Exec, l *testLocals) Next

func lock(s *testState, x *Exec, _ *testLocals) Next      { return s.Lock.Lock(x) }
func lockIRQ(s *testState, x *Exec, _ *testLocals) Next   { return s.Lock.LockIRQ(x) }
func unlock(s *testState, x *Exec, _ *testLocals) Next    { return s.Lock.Unlock(x) }
func unlockIRQ(s *testState, x *Exec, _ *testLocals) Next { return s.Lock.UnlockIRQ(x) }
func lockPage(s *testState, x *Exec, _ *testLocals) Next  { return s.Page.Lock(x) }
func unlockPg(s *testState, x *Exec, _ *testLocals) Next  { return s.Page.Unlock(x) }

func do(f func(s *testState, x *Exec)) line {
	return func(s *testState, x *Exec, _ *testLocals) Next { f(s, x); return Fall }
}

// TestOracles shows each oracle of the parts firing, and staying quiet where
// nothing is wrong.
func TestOracles(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []line
		init  func(s *testState)
		want  []Kind
	}{
		{"lock and unlock", []line{lock, unlock, lockIRQ, unlockIRQ, lockPage, unlockPg}, nil, nil},
		{"recursion", []line{lock, lock}, nil, []Kind{Recursion}},
		{"page lock recursion", []line{lockPage, lockPage}, nil, []Kind{Recursion}},
		{"unlock of a free lock", []line{unlock}, nil, []Kind{UnlockByStranger}},
		{"unlock of another's lock", []line{unlock}, func(s *testState) { s.Lock = 2 }, []Kind{UnlockByStranger}},
		{"unlock of another's page", []line{unlockPg}, func(s *testState) { s.Page = LockedBy(1) }, []Kind{UnlockByStranger}},
		{"held at rest", []line{lock}, nil, []Kind{LockAtRest}},
		{"page locked at rest", []line{lockPage}, nil, []Kind{LockAtRest}},
		{"blocked by another", []line{lock}, func(s *testState) { s.Lock = 2 }, nil},
		{"get", []line{do(func(s *testState, x *Exec) { s.Count.Inc(x) })}, func(s *testState) { s.Count = 1 }, nil},
		{"get from zero", []line{do(func(s *testState, x *Exec) { s.Count.Inc(x) })}, nil, []Kind{RaisedFromZero}},
		{"get from zero under the lock", []line{lock, do(func(s *testState, x *Exec) { s.Count.IncUnder(x, &s.Lock) }), unlock}, nil, nil},
		{"get from zero without it", []line{do(func(s *testState, x *Exec) { s.Count.IncUnder(x, &s.Lock) })}, nil, []Kind{RaisedFromZero}},
		{"put below zero", []line{do(func(s *testState, x *Exec) { s.Count.DecAndTest(x) })}, nil, []Kind{CountBelowZero}},
		{"biased put", []line{do(func(s *testState, x *Exec) { require.True(t, s.Count.AddNegative(x)) })}, nil, nil},
		{"biased put below none", []line{do(func(s *testState, x *Exec) { s.Count.AddNegative(x) })}, func(s *testState) { s.Count = -1 }, []Kind{CountBelowZero}},
		{"two owe a free", []line{do(func(s *testState, x *Exec) { s.Life.Owe(x, 0) }), do(func(s *testState, x *Exec) { s.Life.Owe(x, 0) })}, nil, []Kind{DoubleObligation}},
		{"free twice", []line{do(func(s *testState, x *Exec) { s.Life.Put(x, 0, 0) }), do(func(s *testState, x *Exec) { s.Life.Put(x, 0, 0) })}, nil, []Kind{DoubleFree}},
		{"free of a later owner's", []line{do(func(s *testState, x *Exec) { s.Life.Take(x, 0) }), do(func(s *testState, x *Exec) { s.Life.Put(x, 0, 0) })}, func(s *testState) { s.Life = FreeLife }, []Kind{UseAfterFree}},
		{"add twice", []line{do(func(s *testState, x *Exec) { s.List.AddHead(x, 1) }), do(func(s *testState, x *Exec) { s.List.AddTail(x, 1) })}, nil, []Kind{ListCorruption}},
		{"delete of an unlinked entry", []line{do(func(s *testState, x *Exec) { s.List.Del(x, 1) })}, nil, []Kind{ListCorruption}},
		{"BUG_ON", []line{do(func(s *testState, x *Exec) { x.BugOn(true, 0, "true") })}, nil, []Kind{BugOn}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, bugs := play(t, script(false, test.lines...), test.init)
			require.Equal(t, test.want, bugs)
		})
	}
}

func TestSleepInAtomic(t *testing.T) {
	_, bugs := play(t, script(true, lock, unlock), nil)
	require.Equal(t, []Kind{SleepInAtomic}, bugs)
	_, bugs = play(t, script(true, lockPage, unlockPg), nil)
	require.Empty(t, bugs)
}

// TestLockOrder takes two locks in both orders, one after the other: nothing
// can hang, and still the order is wrong.
func TestLockOrder(t *testing.T) {
	other := func(s *testState, x *Exec, _ *testLocals) Next { return s.Other.Lock(x) }
	unother := func(s *testState, x *Exec, _ *testLocals) Next { return s.Other.Unlock(x) }
	lines := []line{lock, other, unother, unlock, other, lock, unlock, unother}
	c := script(false, lines...)
	m := New(c, c.Kernels[0], SMP)
	x := m.Exec(&Workload{Programs: [][]uint8{{0}}})
	x.Order = &LockOrder{}
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	var names []string
	for !m.Done(x, s, 0) {
		m.Step(x, s, 0, 0)
		for _, b := range x.Bugs() {
			names = append(names, b.Name())
		}
	}
	require.Equal(t, []string{"lock order inversion (a_lock > b_lock > a_lock)"}, names)
}

// TestCall shows that a call passes arguments, returns a result once, and
// forgets the locals.
func TestCall(t *testing.T) {
	var got []uint8
	s, bugs := play(t, script(false,
		func(s *testState, x *Exec, _ *testLocals) Next { return s.CPU[x.CPU].Call(1, testLocals{n: 41}) },
		func(_ *testState, x *Exec, _ *testLocals) Next {
			got = append(got, x.Result(), x.Result())
			return Fall
		}), nil)
	require.Empty(t, bugs)
	require.Equal(t, []uint8{42, 0}, got)
	require.Equal(t, CPU[testLocals]{head: head{op: 1}}, s.CPU[0], "something of the call is left")
}

// TestDrop shows that a jump to a line that is gone goes on behind it, and that
// a call of an empty function returns.
func TestDrop(t *testing.T) {
	ran := ""
	note := func(c string, n Next) line {
		return func(*testState, *Exec, *testLocals) Next { ran += c; return n }
	}
	c := script(false, note("a", Goto(2)), note("b", Fall), note("c", Fall), note("d", Fall))
	m := New(c, c.Kernels[0], SMP, At{0, 2})
	x := m.Exec(&Workload{Programs: [][]uint8{{0}}})
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	for !m.Done(x, s, 0) {
		require.Equal(t, Ran, m.Step(x, s, 0, 0))
	}
	require.Equal(t, "ad", ran)
	require.False(t, m.Has(At{0, 2}))
	require.True(t, m.Has(At{0, 3}))
}

// TestSchedulingModels runs two CPUs against each other at each line and asks
// who may run.
func TestSchedulingModels(t *testing.T) {
	c := script(false, do(func(*testState, *Exec) {}), lock, unlock, do(func(*testState, *Exec) {}))
	for _, test := range []struct {
		model Sched
		want  []bool // may CPU1 run while CPU0 is at line i?
	}{
		{SMP, []bool{true, true, true, true}},
		{Preempt, []bool{true, true, false, true}},
		{UP, []bool{true, false, false, false}},
	} {
		m := New(c, c.Kernels[0], test.model)
		x := m.Exec(&Workload{Programs: [][]uint8{{0}, {0}}})
		s := new(testState)
		m.Boot(x, s, &c.Boots[0])
		var got []bool
		for !m.Done(x, s, 0) {
			got = append(got, m.MayRun(x, s, 1))
			m.Step(x, s, 0, 0)
		}
		require.Equal(t, test.want, got, test.model)
		require.True(t, m.MayRun(x, s, 1), "CPU0 has ended")
	}
	// A task that comes to a line at which it may sleep lets others run.
	c = script(true, do(func(*testState, *Exec) {}), do(func(*testState, *Exec) {}))
	m := New(c, c.Kernels[0], UP)
	x := m.Exec(&Workload{Programs: [][]uint8{{0}, {0}}})
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	m.Step(x, s, 0, 0)
	require.True(t, m.MayRun(x, s, 1))
}

// TestAny shows that a CPU of an open workload chooses its operations.
func TestAny(t *testing.T) {
	c := script(false, do(func(*testState, *Exec) {}))
	m := New(c, c.Kernels[0], SMP)
	x := m.Exec(&Workload{Programs: make([][]uint8, 1), Any: 2})
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	m.Step(x, s, 0, 1)
	require.Equal(t, 2, x.Choices())
	require.Equal(t, At{1, 0}, s.CPU[0].PC())
	m.Step(x, s, 0, 0)
	m.Step(x, s, 0, 0)
	require.False(t, m.Done(x, s, 0))
	m.Step(x, s, 0, 0)
	m.Step(x, s, 0, 0)
	require.True(t, m.Done(x, s, 0))
}

func TestFootprint(t *testing.T) {
	var foot Footprint
	c := script(false, do(func(s *testState, x *Exec) {
		s.Count.Read(x)
		s.Flags.Set(x, 1)
		foot = x.Foot()
	}))
	m := New(c, c.Kernels[0], SMP)
	x := m.Exec(&Workload{Programs: [][]uint8{{0}}})
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	m.Step(x, s, 0, 0)
	var names []string
	for _, a := range foot.Accesses {
		names = append(names, m.Layout.Name(a.Off))
	}
	require.Equal(t, []string{"count", "flags"}, names)
	require.Equal(t, []bool{false, true}, []bool{foot.Accesses[0].Write, foot.Accesses[1].Write})

	read := Footprint{Accesses: []Access{{Off: 3, Size: 1}}}
	write := Footprint{Accesses: []Access{{Off: 3, Size: 1, Write: true}}}
	elsewhere := Footprint{Accesses: []Access{{Off: 4, Size: 1, Write: true}}}
	_, ok := read.Conflict(&read)
	require.False(t, ok)
	off, ok := read.Conflict(&write)
	require.True(t, ok)
	require.Equal(t, uint16(3), off)
	_, ok = write.Conflict(&elsewhere)
	require.False(t, ok)
	_, ok = elsewhere.Conflict(&Footprint{Wide: true})
	require.True(t, ok)
}

// What an oracle looks at is no part of the kernel's footprint, but of what the
// line depends on. A line that looks around depends on everything.
func TestTouched(t *testing.T) {
	var foot Footprint
	var touch, wide Touch
	c := script(false, do(func(s *testState, x *Exec) {
		Look(x, &s.Count)
		*Mark(x, &s.Flags) = 1
		foot = x.Foot()
		x.Touched(&touch)
		x.LookAround()
		x.Touched(&wide)
	}))
	m := New(c, c.Kernels[0], SMP)
	x := m.Exec(&Workload{Programs: [][]uint8{{0}}})
	s := new(testState)
	m.Boot(x, s, &c.Boots[0])
	m.Step(x, s, 0, 0)
	require.Empty(t, foot.Accesses)
	count, flags := int(unsafe.Offsetof(s.Count)), int(unsafe.Offsetof(s.Flags))
	require.True(t, touch.Reads.Has(count) && touch.Reads.Has(flags) && touch.Writes.Has(flags))
	require.False(t, touch.Writes.Has(count) || touch.Wide)

	var read, other Touch
	read.Reads = touch.Reads
	require.False(t, read.Meets(&read), "two lines that read")
	require.True(t, read.Meets(&touch))
	require.False(t, other.Meets(&touch))
	require.True(t, other.Meets(&wide))
	require.True(t, other.Join(&read))
	require.False(t, other.Join(&read))
}
