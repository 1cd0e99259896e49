package fuzz

import "github.com/vmrace/vmrace/vm"

// MaxLines is the number of lines after which a run is given up.
const MaxLines = 1 << 15

// A Move is one step of a schedule: a CPU, and the outcome of its line if that
// is nondeterministic.
type Move struct {
	CPU    uint8 `json:"cpu"`
	Choice uint8 `json:"choice,omitempty"`
}

// A Result is what came of a run. It is valid until the next run.
type Result struct {
	Bugs  []vm.Bug // distinct bugs, in the order in which they showed
	At    []int    // for each bug the move that showed it; len(Moves) if it showed at rest
	Moves []Move   // what was executed
	Ended bool     // every program came to its end
}

// Bug returns the index of the bug of that name, -1 if there is none. An empty
// name stands for the first bug.
func (r *Result) Bug(name string) int {
	for i, b := range r.Bugs {
		if name == "" || b.Name() == name {
			return i
		}
	}
	return -1
}

// A Runner executes inputs on one machine, one after the other, without
// allocating. It is not safe for concurrent use.
type Runner[S, L comparable] struct {
	m      *vm.Machine[S, L]
	x      *vm.Exec
	work   vm.Workload
	order  vm.LockOrder
	s      S
	lap    S   // a past state of the CPU that finishes, to notice that it goes round
	circle int // how many moves led to the circle that the last burst ended in
	mark   S   // the state behind the circle that was cut last
	marked int // and how many moves led there; 0: none was cut
	in     *Input
	next   [8]int   // per CPU, the index of the next preset choice
	choice [8]uint8 // per CPU, that choice, or 0
	res    Result

	stopped bool // the kernel has stopped, or the run is too long
	lost    bool // only another choice leads out of a circle

	cover bool
	seen  [16]uint64
	hits  []uint32

	digest []byte // scratch
}

// NewRunner returns a runner. If cover is set, the runs note the abstract
// states that they visit, see [Runner.Hits].
func NewRunner[S, L comparable](m *vm.Machine[S, L], cover bool) *Runner[S, L] {
	r := &Runner[S, L]{m: m, cover: cover}
	r.x = m.Exec(&r.work)
	r.x.Order = &r.order
	return r
}

// Run executes an input to its end.
func (r *Runner[S, L]) Run(in *Input) *Result {
	r.start(in)
	for _, b := range in.Bursts {
		n := int(b.N)
		if n == 0 {
			n = MaxLines
		}
		before := len(r.res.Moves)
		r.burst(int(b.CPU), n)
		if r.cover && len(r.res.Moves) > before {
			r.visit(int(b.CPU))
		}
	}
	r.finish()
	return &r.res
}

// Trace records the last run, up to the bug of that name if there is one.
func (r *Runner[S, L]) Trace(bug string) *Trace {
	moves := r.res.Moves
	if i := r.res.Bug(bug); bug != "" && i >= 0 {
		moves = moves[:min(r.res.At[i]+1, len(moves))]
	}
	t := Replay(r.m, &r.m.Class.Boots[r.in.Boot], &r.work, moves)
	for i, b := range r.res.Bugs {
		if r.res.At[i] == len(r.res.Moves) && len(moves) == len(r.res.Moves) {
			t.sight(b, len(t.Steps))
		}
	}
	t.Bytes = CodecOf(r.m.Class).Encode(r.in)
	return t
}

// Hits returns the abstract states of the last run, each once.
func (r *Runner[S, L]) Hits() []uint32 { return r.hits }

func (r *Runner[S, L]) start(in *Input) {
	r.in = in
	r.work.Programs = in.Programs
	r.order.Reset()
	r.next = [8]int{}
	for cpu := range in.Choices {
		r.preset(cpu)
	}
	r.res.Bugs, r.res.At, r.res.Moves = r.res.Bugs[:0], r.res.At[:0], r.res.Moves[:0]
	r.res.Ended, r.stopped, r.lost, r.marked = false, false, false, 0
	r.seen, r.hits = [16]uint64{}, r.hits[:0]
	r.m.Boot(r.x, &r.s, &r.m.Class.Boots[in.Boot])
}

// burst lets a CPU execute up to n lines. It reports whether the CPU goes round
// in a circle: then the burst ends, with one lap of it on record.
func (r *Runner[S, L]) burst(cpu, n int) (spins bool) {
	begin := len(r.res.Moves)
	n -= r.run(cpu, min(n, lapLines))
	if len(r.res.Moves)-begin < lapLines || n == 0 {
		return false
	}
	r.lap = r.s
	chose := false
	for i, mark := 1, lapLines; i <= n && r.run(cpu, 1) == 1; i++ {
		chose = chose || r.x.Choices() > 1
		if r.s == r.lap {
			r.lost = chose
			r.cut(begin)
			return true
		}
		if i == mark {
			r.lap, chose, mark = r.s, false, 2*mark
		}
	}
	return false
}

// run executes up to n lines of a CPU, fewer if it blocks or ends, and returns
// how many.
func (r *Runner[S, L]) run(cpu, n int) int {
	begin := len(r.res.Moves)
	n = min(n, MaxLines-begin)
	for left := n; left > 0 && !r.stopped; left = n - (len(r.res.Moves) - begin) {
		if r.m.Sched != vm.SMP {
			if !r.m.MayRun(r.x, &r.s, cpu) {
				break
			}
			left = 1
		}
		lines, status := r.m.Burst(r.x, &r.s, cpu, left, int(r.choice[cpu]))
		for range lines {
			r.res.Moves = append(r.res.Moves, Move{CPU: uint8(cpu)})
		}
		if !r.x.Plain() {
			r.event(cpu, status)
		}
		if status != vm.Ran {
			break
		}
	}
	r.stopped = r.stopped || len(r.res.Moves) == MaxLines
	return len(r.res.Moves) - begin
}

// event notes the choice and the bugs of the line that was executed last, or
// tried: a line that blocks on a new bug belongs to the schedule, too.
func (r *Runner[S, L]) event(cpu int, status vm.Status) {
	at := len(r.res.Moves)
	if status == vm.Ran {
		at--
		r.res.Moves[at].Choice = r.choose(cpu)
	}
	if r.note(r.x.Bugs(), at) && status == vm.Blocked {
		r.res.Moves = append(r.res.Moves, Move{CPU: uint8(cpu)})
	}
	for _, b := range r.x.Bugs() {
		r.stopped = r.stopped || b.Stops()
	}
}

// choose returns the outcome of the line just executed, and goes on to the
// next preset choice of the CPU if it had several.
func (r *Runner[S, L]) choose(cpu int) (outcome uint8) {
	n := r.x.Choices()
	if n == 1 {
		return 0
	}
	outcome = r.choice[cpu] % uint8(n)
	r.next[cpu]++
	r.preset(cpu)
	return outcome
}

// lapLines is the number of lines after which a CPU that runs alone is
// suspected to go round in a circle.
const lapLines = 64

// cut shortens a burst that has come back to the state r.lap to its first lap.
func (r *Runner[S, L]) cut(begin int) {
	// Execute it again: the first state that shows up twice closes the lap. What comes
	// before the last circle need not be, as a run may have thousands of them.
	moves, x := r.res.Moves, r.m.Exec(&r.work)
	first := map[S]int{} // states since the burst began, with the moves before them
	var s S
	r.m.Boot(x, &s, &r.m.Class.Boots[r.in.Boot])
	if r.marked > 0 {
		s = r.mark
	}
	for at := r.marked; ; at++ {
		if from, again := first[s]; again {
			r.s, r.res.Moves, r.circle = s, moves[:at], from
			r.mark, r.marked = s, at
			return
		}
		if at >= begin {
			first[s] = at
		}
		r.m.Step(x, &s, int(moves[at].CPU), int(moves[at].Choice))
	}
}

func (r *Runner[S, L]) preset(cpu int) {
	r.choice[cpu] = 0
	if c := r.in.Choices[cpu]; r.next[cpu] < len(c) {
		r.choice[cpu] = c[r.next[cpu]]
	}
}

// note keeps each distinct bug once and reports whether one was new; it showed
// at move n.
func (r *Runner[S, L]) note(bugs []vm.Bug, n int) (fresh bool) {
	for _, b := range bugs {
		if r.res.Bug(b.Name()) < 0 {
			r.res.Bugs = append(r.res.Bugs, b)
			r.res.At = append(r.res.At, n)
			fresh = true
		}
	}
	return fresh
}

// coverLines is where in the abstract states the lines begin.
const coverLines = 512

// visit notes what a CPU leaves behind at the end of a burst: the abstract state,
// and the line that it would execute next. In between, runs hardly differ.
func (r *Runner[S, L]) visit(cpu int) {
	if r.m.Class.Cover != nil {
		r.hit(r.m.Class.Cover(&r.s) % coverLines)
	}
	if c := r.m.CPU(&r.s, cpu); !c.Idle() {
		r.hit(coverLines + uint32(r.m.Number(c.PC()))%coverLines)
	}
}

func (r *Runner[S, L]) hit(i uint32) {
	if r.seen[i/64]>>(i%64)&1 == 0 {
		r.seen[i/64] |= 1 << (i % 64)
		r.hits = append(r.hits, i)
	}
}
