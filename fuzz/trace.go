package fuzz

import (
	"fmt"
	"unsafe"

	"github.com/vmrace/vmrace/vm"
)

// TraceFormat and TraceVersion say what a JSON object is that holds a [Trace].
// The version is raised when a field changes its meaning or goes; new fields
// may come without that.
const (
	TraceFormat  = "vmrace trace"
	TraceVersion = 1
)

// A Trace is one run, line by line, free of the class's types: what a diagram,
// a report or another program needs to know of it. Its JSON form is described in
// docs/trace-format.md.
type Trace struct {
	Format      string     `json:"format"`
	Version     int        `json:"version"`
	Race        string     `json:"race"`
	Kernel      string     `json:"kernel"`
	Sched       string     `json:"sched"`
	Boot        string     `json:"boot"`
	Bytes       []byte     `json:"bytes"`    // the input, if there was one
	Programs    [][]string `json:"programs"` // for each CPU the names of its operations
	Start       []vm.Value `json:"start"`    // the words of the initial state
	Steps       []Step     `json:"steps"`
	Ends        []*Place   `json:"ends"`  // for each CPU the line that it would execute next, if it has not ended
	Locks       []Section  `json:"locks"` // who held which lock when
	Sightings   []Sighting `json:"bugs"`  // distinct bugs, in the order in which they showed
	Preemptions int        `json:"preemptions"`
	Racing      []int      `json:"racing"`    // the two or three steps that race
	Word        string     `json:"word"`      // what they race on
	Functions   []Function `json:"functions"` // the listings of the kernel

	object string // what the objects of bugs are
	layout *vm.Layout
}

// A Step is one executed line.
type Step struct {
	CPU       int         `json:"cpu"`
	Op        string      `json:"op,omitempty"` // the operation, if this is its first line
	Func      string      `json:"func"`
	Source    string      `json:"source"`
	Line      int         `json:"line"`  // of its function, from 0
	Depth     int         `json:"depth"` // of calls, 0 in the function that the operation calls
	Text      string      `json:"text"`
	Mark      string      `json:"mark"` // "+" for a line that a patch added, else " "
	Choice    int         `json:"choice"`
	Choices   int         `json:"choices"`
	Changes   []vm.Change `json:"changes,omitempty"`
	Reads     []string    `json:"reads,omitempty"`  // words that the line loaded
	Writes    []string    `json:"writes,omitempty"` // words that the line stored
	Preempts  bool        `json:"preempts"`         // another CPU was left though it could go on
	Blocked   bool        `json:"blocked"`          // the line could not go on
	Allocated int         `json:"allocated"`        // the object that the line allocated, or -1
	Freed     int         `json:"freed"`            // the object that the line freed, or -1
	Callers   []string    `json:"callers"`          // functions on the stack, the outermost first

	foot vm.Footprint
}

// A Place is where a CPU stands: the line that it would execute next.
type Place struct {
	Func  string `json:"func"`
	Line  int    `json:"line"`
	Depth int    `json:"depth"` // of calls, as in a step
}

// A Sighting is a bug and the step at which it showed; the number of steps if
// it showed only when everything had come to rest.
type Sighting struct {
	Name   string `json:"name"`
	Text   string `json:"text"`
	Step   int    `json:"step"`
	Object int    `json:"object"` // the page or other object it is about, or -1
}

// Replay executes a schedule and records it. It stops early at a move that
// cannot be made.
func Replay[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, moves []Move) *Trace {
	p := &replayer[S, L]{m: m, x: m.Exec(w), probe: m.Exec(w), w: w}
	p.x.Order = &vm.LockOrder{}
	p.t = newTrace(m, boot.Name)
	for _, program := range w.Programs {
		p.t.Programs = append(p.t.Programs, opNames(m.Class, program))
	}
	m.Boot(p.x, &p.s, boot)
	p.t.Start = m.Layout.Words(unsafe.Pointer(&p.s))
	p.begun = make([]int, len(w.Programs))
	p.hold(-1)
	for i, mv := range moves {
		if !p.step(i, mv) {
			break
		}
	}
	p.release()
	p.t.Ends = stands(m, &p.s, len(w.Programs))
	p.rest()
	p.t.race()
	return p.t
}

func newTrace[S, L comparable](m *vm.Machine[S, L], boot string) *Trace {
	return &Trace{
		Format: TraceFormat, Version: TraceVersion,
		Race: m.Class.Name, Kernel: m.Kernel.Name, Sched: m.Sched.String(), Boot: boot,
		Steps: []Step{}, Locks: []Section{}, Sightings: []Sighting{},
		Functions: functions(m.Class, m.Kernel.Patches),
		object:    m.Class.Object, layout: m.Layout,
	}
}

func opNames[S, L comparable](c *vm.Class[S, L], program []uint8) []string {
	names := []string{}
	for _, op := range program {
		names = append(names, c.Ops[op].Name)
	}
	return names
}

type replayer[S, L comparable] struct {
	m       *vm.Machine[S, L]
	x       *vm.Exec
	probe   *vm.Exec // executes lines only to see whether they can run
	w       *vm.Workload
	s, prev S
	begun   []int // per CPU, operations whose first line was recorded
	last    int   // CPU of the step before
	held    []Section
	t       *Trace
}

func (p *replayer[S, L]) step(i int, mv Move) bool {
	cpu := int(mv.CPU)
	if p.m.Done(p.x, &p.s, cpu) {
		return false
	}
	st := Step{CPU: cpu, Choice: int(mv.Choice)}
	st.Preempts = i > 0 && cpu != p.last && canRun(p.m, p.probe, &p.s, &p.prev, p.last)
	p.describe(&st)
	p.prev = p.s
	status := p.m.Step(p.x, &p.s, cpu, int(mv.Choice))
	st.Blocked = status == vm.Blocked
	st.Choices = p.x.Choices()
	st.Changes = p.m.Layout.Diff(unsafe.Pointer(&p.prev), unsafe.Pointer(&p.s))
	st.Allocated, st.Freed = p.x.Allocation()
	st.foot = p.x.Foot()
	st.Reads, st.Writes = p.t.touches(st.foot)
	if st.Preempts {
		p.t.Preemptions++
	}
	p.t.Steps = append(p.t.Steps, st)
	if len(st.Changes) > 0 {
		p.hold(i)
	}
	p.sight(i)
	p.last = cpu
	return !p.stopped() && (!st.Blocked || len(p.x.Bugs()) > 0)
}

// describe says which line is about to run.
func (p *replayer[S, L]) describe(st *Step) {
	c := &p.m.Class.CPUs(&p.s)[st.CPU]
	if c.Idle() {
		st.Op = p.m.Class.Ops[st.Choice].Name
		st.Func, st.Text = st.Op, "(begins)"
		return
	}
	if n := c.Begun(); n != p.begun[st.CPU] {
		p.begun[st.CPU] = n
		if program := p.t.Programs[st.CPU]; n <= len(program) {
			st.Op = program[n-1]
		}
	}
	for i := range c.Depth() {
		st.Callers = append(st.Callers, p.m.Class.Listings[c.At(i).Func].Name)
	}
	at := c.PC()
	ls := &p.m.Class.Listings[at.Func]
	st.Func, st.Source, st.Line, st.Depth = ls.Name, ls.Source, int(at.Line), c.Depth()-1
	st.Text, st.Mark = ls.Lines[at.Line].Text, string(ls.Lines[at.Line].Mark(p.m.Kernel.Patches))
}

func (p *replayer[S, L]) sight(step int) {
	for _, b := range p.x.Bugs() {
		p.t.sight(b, step)
	}
}

func (p *replayer[S, L]) stopped() bool { return stops(p.x.Bugs()) }

// rest looks at the state behind the last step: everything has come to rest,
// or the CPUs that are left are stuck.
func (p *replayer[S, L]) rest() {
	n := len(p.t.Steps)
	if n > 0 && p.stopped() {
		return
	}
	done, free := true, false
	for cpu := range p.w.Programs {
		done = done && p.m.Done(p.x, &p.s, cpu)
		free = free || canRun(p.m, p.probe, &p.s, &p.prev, cpu)
	}
	switch {
	case done:
		p.m.Rest(p.x, &p.s)
		p.sight(n)
	case !free:
		p.t.sight(vm.Bug{Kind: vm.Deadlock, Object: -1, CPU: -1}, n)
	}
}

func (t *Trace) sight(b vm.Bug, step int) {
	for _, s := range t.Sightings {
		if s.Name == b.Name() {
			return
		}
	}
	t.Sightings = append(t.Sightings, Sighting{Name: b.Name(), Text: t.textOf(b), Step: step, Object: b.Object})
}

// textOf names a bug and the object it is about.
func (t *Trace) textOf(b vm.Bug) string {
	if b.Object < 0 {
		return b.Name()
	}
	object := t.object
	if object == "" {
		object = "object"
	}
	return fmt.Sprintf("%s, %s %d", b.Name(), object, b.Object)
}
