package fuzz_test

import "github.com/vmrace/vmrace/vm"

// Two CPUs add one to a counter. This is all that a protocol of one's own needs.

type state struct {
	CPU     [2]vm.CPU[locals] `name:"-"`
	Lock    vm.Spinlock
	Counter uint8
}

type locals struct{ tmp uint8 }

const fix vm.Patch = 1

const addLock, addLoad, addStore, addUnlock = 0, 1, 2, 3

func (s *state) add(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case addLock:
		return s.Lock.Lock(x)
	case addLoad:
		l.tmp = vm.Load(x, &s.Counter)
	case addStore:
		vm.Store(x, &s.Counter, l.tmp+1)
	case addUnlock:
		return s.Lock.Unlock(x)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

var counter = vm.Class[state, locals]{
	Name: "counter", CPUs: func(s *state) []vm.CPU[locals] { return s.CPU[:] },
	Kernels: []vm.Kernel{{Name: "racy"}, {Name: "fixed", Patches: fix, Fixed: true}},
	Listings: []vm.Listing[state, locals]{{Name: "add", Source: "counter.c", Step: (*state).add, Lines: []vm.Line{
		addLock:   {Text: "spin_lock(&lock);", Add: fix},
		addLoad:   {Text: "tmp = counter;"},
		addStore:  {Text: "counter = tmp + 1;"},
		addUnlock: {Text: "spin_unlock(&lock);", Add: fix},
	}}},
	Ops:   []vm.Op[state, locals]{{Name: "add"}},
	Boots: []vm.Boot[state]{{Name: "zero", Programs: [][]uint8{{0}, {0}}}},
	Rest: func(s *state, x *vm.Exec) {
		x.BugOn(int(s.Counter) != s.CPU[0].Begun()+s.CPU[1].Begun(), -1, "an increment is lost")
	},
}
