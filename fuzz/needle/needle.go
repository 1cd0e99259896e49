// Package needle is a race that is hard to hit by chance: a window of one line
// behind a long scan. It measures what guides a fuzzer, and shows that the
// search does not depend on luck.
//
//	CPU0                                  CPU1
//	for (i = 0; i < 200; i++) step(i);
//	if (flag) return;
//	                                      flag = 1;
//	BUG_ON(flag);
//	                                      flag = 0;
//
// CPU1 does its two lines only once. A run that lets it move before the scan
// has ended has lost.
package needle

import "github.com/vmrace/vmrace/vm"

const turns = 200 // of the scan; each takes one line

// State is the flag and how far the scan has come.
type State struct {
	CPU  [2]vm.CPU[locals] `name:"-"`
	Flag uint8
}

type locals struct{ i uint8 }

const (
	fnScan vm.Func = iota
	fnRaise
)

// Fix makes CPU0 look at the flag only once.
const Fix vm.Patch = 1

const (
	scanStep = iota
	scanTest
	scanUse
)

var scanListing = vm.Listing[State, locals]{Name: "scan", Source: "needle.c", Step: (*State).scan, Lines: []vm.Line{
	scanStep: {Text: "for (i = 0; i < 200; i++) step(i);"},
	scanTest: {Text: "if (flag) return;"},
	scanUse:  {Text: "BUG_ON(flag);", Del: Fix},
}}

func (s *State) scan(x *vm.Exec, l *locals) vm.Next {
	switch x.Line {
	case scanStep:
		if l.i++; l.i < turns {
			return vm.Goto(scanStep)
		}
	case scanTest:
		if vm.Load(x, &s.Flag) != 0 {
			return vm.Return
		}
	case scanUse:
		return x.BugOn(vm.Load(x, &s.Flag) != 0, -1, "flag")
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

const (
	raiseSet = iota
	raiseClear
)

var raiseListing = vm.Listing[State, locals]{Name: "raise", Source: "needle.c", Step: (*State).raise, Lines: []vm.Line{
	raiseSet:   {Text: "flag = 1;"},
	raiseClear: {Text: "flag = 0;"},
}}

func (s *State) raise(x *vm.Exec, _ *locals) vm.Next {
	switch x.Line {
	case raiseSet:
		vm.Store(x, &s.Flag, 1)
	case raiseClear:
		vm.Store(x, &s.Flag, 0)
	default:
		panic(x.Lost())
	}
	return vm.Fall
}

// Needle is the class.
var Needle = vm.Class[State, locals]{
	Name:  "needle",
	About: "a window of one line behind a long scan",
	Kernels: []vm.Kernel{
		{Name: "racy", ID: "N0", Version: "1", About: "tests the flag, then relies on it"},
		{Name: "fixed", ID: "N1", Version: "2", About: "looks at the flag once", Patches: Fix, Fixed: true},
	},
	Listings: []vm.Listing[State, locals]{fnScan: scanListing, fnRaise: raiseListing},
	Ops: []vm.Op[State, locals]{
		{Name: "scan", Func: fnScan, Begin: only(0)},
		{Name: "raise", Func: fnRaise, Begin: only(1)},
	},
	Boots: []vm.Boot[State]{{Name: "start", Programs: [][]uint8{{0}, {1}}}},
	CPUs:  func(s *State) []vm.CPU[locals] { return s.CPU[:] },
	Cover: (*State).cover,
}

// only lets one CPU do an operation, and only as its first.
func only(cpu int) func(s *State, x *vm.Exec, _ *locals) bool {
	return func(s *State, x *vm.Exec, _ *locals) bool { return x.CPU == cpu && s.CPU[cpu].Begun() == 1 }
}

// cover abstracts a state to an eighth of the scan and how far CPU1 is.
func (s *State) cover() uint32 {
	n := uint32(0)
	switch c := &s.CPU[1]; {
	case !c.Idle():
		n = uint32(c.PC().Line)
	case c.Begun() > 0:
		n = 2
	}
	n *= 32
	if c := &s.CPU[0]; !c.Idle() {
		n += uint32(c.Locals(0).i) / 8
	}
	return n
}
