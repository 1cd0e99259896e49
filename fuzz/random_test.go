package fuzz_test

import (
	"fmt"
	"math/rand/v2"

	fuzzheaders "github.com/AdaLogics/go-fuzz-headers"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// Random protocols: listings, programs and initial words come from bytes, so
// that codec, runs and search can be tested against each other on what nobody
// had in mind.

type rndState struct {
	CPU   [3]vm.CPU[rndLocals] `name:"-"`
	Lock  [2]vm.Spinlock
	Page  vm.PageLock
	Word  [2]uint8
	Count vm.Ref
}

type rndLocals struct{ tmp uint8 }

// rndBytes returns the bytes of a protocol.
func rndBytes(rnd *rand.Rand) []byte {
	b := make([]byte, 60)
	for i := range b {
		b[i] = byte(rnd.Uint32())
	}
	return b
}

// small reports whether a protocol has few enough states to be searched again and
// again: the engine gives an input ten seconds.
func small(m *vm.Machine[rndState, rndLocals], w *vm.Workload) bool {
	return fuzz.Explore(m, &m.Class.Boots[0], w, fuzz.Options{All: true, MaxStates: 30_000}).Limit == ""
}

type instr struct{ kind, arg uint8 }

const (
	iLoad = iota
	iStore
	iInc
	iLock
	iUnlock
	iPageLock
	iPageUnlock
	iSkip
	iSpin
	iChoose
	iPut
	iBug
	iCall
	kinds
	iPeek
	iPoke
)

var instrNames = [...]string{"load", "store", "inc", "lock", "unlock", "lock_page", "unlock_page", "skip", "spin", "choose", "put", "bug", "call", "", "peek", "poke"}

// exec interprets one instruction. Next is the line behind it, end the last.
func (in instr) exec(s *rndState, x *vm.Exec, l *rndLocals, end int) vm.Next {
	w := &s.Word[in.arg&1]
	switch in.kind {
	case iLoad:
		l.tmp = vm.Load(x, w)
	case iStore:
		vm.Store(x, w, (l.tmp+1)&3)
	case iInc:
		vm.Store(x, w, (vm.Load(x, w)+1)&3)
	case iLock:
		return s.Lock[in.arg&1].Lock(x)
	case iUnlock:
		return s.Lock[in.arg&1].Unlock(x)
	case iPageLock:
		return s.Page.Lock(x)
	case iPageUnlock:
		return s.Page.Unlock(x)
	case iSkip:
		return vm.Unless(vm.Load(x, w) != 0, min(x.Line+2, end))
	case iSpin:
		if vm.Load(x, w) == in.arg>>1&3 {
			return vm.Goto(max(0, x.Line-1))
		}
	case iChoose:
		l.tmp = uint8(x.Choose(int(in.arg)%3 + 1))
	case iPut:
		s.Count.DecAndTest(x)
	case iBug:
		return x.BugOn(vm.Load(x, w) == 3, -1, "word == 3")
	case iCall:
		if x.Line < 0 {
			panic("unreachable")
		}
		return s.CPU[x.CPU].Call(2, rndLocals{tmp: l.tmp})
	case iPeek, iPoke:
		x.LookAround()
		for i := range s.CPU {
			if c := &s.CPU[i]; i != x.CPU && !c.Idle() {
				in.meet(l, c.Locals(0))
			}
		}
	}
	return vm.Fall
}

// meet reads or changes the locals of another CPU.
func (in instr) meet(own, other *rndLocals) {
	if in.kind == iPeek {
		own.tmp = (own.tmp + 1 + other.tmp) & 3
		return
	}
	other.tmp ^= 1
}

// rndClass makes a class of two random functions, which may call a third, and
// a workload for two or three CPUs.
func rndClass(c *fuzzheaders.ConsumeFuzzer) (*vm.Class[rndState, rndLocals], *vm.Workload, vm.Sched) {
	class := &vm.Class[rndState, rndLocals]{
		Name:    "random",
		Kernels: []vm.Kernel{{Name: "random", Fixed: true}},
		CPUs:    func(s *rndState) []vm.CPU[rndLocals] { return s.CPU[:] },
		Rest: func(s *rndState, x *vm.Exec) {
			if s.Word[0] == 2 {
				x.Bug(vm.Leak, 0, "")
			}
		},
	}
	for f := range 3 {
		class.Listings = append(class.Listings, rndListing(c, f))
		class.Ops = append(class.Ops, vm.Op[rndState, rndLocals]{Name: fmt.Sprint("f", f), Func: vm.Func(f)})
	}
	word, count := get(c), get(c)
	class.Boots = []vm.Boot[rndState]{{Name: "random", Init: func(s *rndState, _ vm.Patch) {
		s.Word[1], s.Count = word&3, vm.Ref(count&3)
	}}}
	w := &vm.Workload{}
	for range 2 + int(get(c))%2 {
		w.Programs = append(w.Programs, []uint8{get(c) % 3, get(c) % 3}[:1+get(c)%2])
	}
	for len(w.Programs) < 3 {
		w.Programs = append(w.Programs, nil)
	}
	return class, w, vm.Scheds[get(c)%3]
}

func rndListing(c *fuzzheaders.ConsumeFuzzer, f int) vm.Listing[rndState, rndLocals] {
	var code []instr
	ls := vm.Listing[rndState, rndLocals]{Name: fmt.Sprint("f", f), Source: "random.c"}
	for range 1 + int(get(c))%5 {
		in := instr{get(c) % kinds, get(c)}
		if in.kind == iCall && f == 2 {
			in.kind = iInc
		}
		if in.kind <= iStore && in.arg >= 0xf0 {
			in.kind += iPeek // seldom: a line that looks around commutes with none
		}
		code = append(code, in)
		ls.Lines = append(ls.Lines, vm.Line{Text: fmt.Sprint(instrNames[in.kind], " ", in.arg), Sleeps: in.kind == iPageLock})
	}
	ls.Step = func(s *rndState, x *vm.Exec, l *rndLocals) vm.Next {
		return code[x.Line].exec(s, x, l, len(code))
	}
	return ls
}

// get returns the next byte, and 0 once there are none.
func get(c *fuzzheaders.ConsumeFuzzer) uint8 {
	v, err := c.GetByte()
	if err != nil {
		return 0
	}
	return v
}
