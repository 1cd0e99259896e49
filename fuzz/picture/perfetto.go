package picture

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/vmrace/vmrace/fuzz"
)

// An event of the Trace Event Format, which Perfetto and chrome://tracing read:
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
// A step takes a microsecond.
type event struct {
	Name  string         `json:"name"`
	Phase string         `json:"ph"` // X: slice, i: instant, s, t and f: flow, C: counter, M: metadata
	Time  int            `json:"ts"`
	Dur   int            `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Cat   string         `json:"cat,omitempty"`
	ID    int            `json:"id,omitempty"`
	Bind  string         `json:"bp,omitempty"`
	Scope string         `json:"s,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// The processes of the picture: rows of one kind stand together.
const (
	pidCPUs = 1 + iota
	pidLocks
	pidState
)

// Perfetto returns the run as JSON for ui.perfetto.dev: for each CPU the
// functions and lines as slices, for each lock its critical sections, the bugs as
// instants, an arrow through the racing lines, and the words of the state that
// are numbers as counters.
func Perfetto(t *fuzz.Trace) []byte {
	p := perfetto{t: t}
	p.process(pidCPUs, "CPUs")
	for _, cpu := range t.Active() {
		p.thread(pidCPUs, cpu, fmt.Sprintf("CPU%d", cpu))
		p.calls(cpu)
	}
	for i, st := range t.Steps {
		p.step(i, st)
	}
	p.bugs()
	p.race()
	p.locks()
	p.words()
	text, err := json.MarshalIndent(map[string]any{
		"displayTimeUnit": "ns",
		"otherData":       map[string]string{"race": t.Race, "kernel": t.Kernel, "sched": t.Sched, "boot": t.Boot},
		"traceEvents":     p.events,
	}, "", " ")
	if err != nil {
		panic(fmt.Sprintf("picture: a trace does not encode as JSON: %v", err))
	}
	return text
}

type perfetto struct {
	t      *fuzz.Trace
	events []event
}

func (p *perfetto) add(e event) { p.events = append(p.events, e) }

func (p *perfetto) process(pid int, name string) {
	p.add(event{Name: "process_name", Phase: "M", PID: pid, Args: map[string]any{"name": name}})
	p.add(event{Name: "process_sort_index", Phase: "M", PID: pid, Args: map[string]any{"sort_index": pid}})
}

func (p *perfetto) thread(pid, tid int, name string) {
	p.add(event{Name: "thread_name", Phase: "M", PID: pid, TID: tid, Args: map[string]any{"name": name}})
	p.add(event{Name: "thread_sort_index", Phase: "M", PID: pid, TID: tid, Args: map[string]any{"sort_index": tid}})
}

// calls draws the function activations of a CPU: slices that hold those of the
// functions they call.
func (p *perfetto) calls(cpu int) {
	var open []event // the activations on the stack, the outermost first
	end := 0         // of the CPU's last step
	leave := func(depth int) {
		for len(open) > depth {
			e := open[len(open)-1]
			open = open[:len(open)-1]
			e.Dur = end - e.Time
			p.add(e)
		}
	}
	for i, st := range p.t.Steps {
		if st.CPU != cpu {
			continue
		}
		if st.Op != "" {
			leave(0)
		}
		same := 0
		for same < min(len(open), len(st.Callers)) && open[same].Name == st.Callers[same] {
			same++
		}
		leave(same)
		for _, name := range st.Callers[same:] {
			open = append(open, event{Name: name, Phase: "X", Time: i, PID: pidCPUs, TID: cpu, Cat: "function"})
		}
		end = i + 1
	}
	leave(0)
}

func (p *perfetto) step(i int, st fuzz.Step) {
	args := map[string]any{"step": i + 1, "function": st.Func, "source": st.Source, "line": st.Line}
	for _, c := range st.Changes {
		args[c.Name] = c.Old + " → " + c.New
	}
	p.add(event{Name: st.Text, Phase: "X", Time: i, Dur: 1, PID: pidCPUs, TID: st.CPU, Cat: "line", Args: args})
}

func (p *perfetto) bugs() {
	for _, b := range p.t.Sightings {
		e := event{Name: "BUG: " + b.Text, Phase: "i", Time: b.Step, PID: pidCPUs, Cat: "bug", Scope: "g"}
		if b.Step < len(p.t.Steps) {
			e.TID, e.Scope = p.t.Steps[b.Step].CPU, "t"
		}
		p.add(e)
	}
}

// race draws an arrow through the lines that race.
func (p *perfetto) race() {
	for n, i := range p.t.Racing {
		e := event{Name: "race on " + p.t.Word, Phase: "t", Time: i, PID: pidCPUs, TID: p.t.Steps[i].CPU, Cat: "race", ID: 1}
		switch n {
		case 0:
			e.Phase = "s"
		case len(p.t.Racing) - 1:
			e.Phase, e.Bind = "f", "e"
		}
		p.add(e)
	}
}

// locks draws the critical sections, each lock and holder in a row of its own.
func (p *perfetto) locks() {
	if len(p.t.Locks) == 0 {
		return
	}
	p.process(pidLocks, "locks")
	var rows []string
	for _, s := range p.t.Locks {
		row := fmt.Sprintf("%s, CPU%d", s.Lock, s.CPU)
		tid := slices.Index(rows, row)
		if tid < 0 {
			tid = len(rows)
			rows = append(rows, row)
			p.thread(pidLocks, tid, row)
		}
		from, to := max(0, s.From), min(s.To+1, len(p.t.Steps))
		p.add(event{Name: s.Lock, Phase: "X", Time: from, Dur: to - from, PID: pidLocks, TID: tid, Cat: "lock"})
	}
}

// words draws the words that change and are numbers all the time.
func (p *perfetto) words() {
	words := numbers(p.t)
	if len(words) == 0 {
		return
	}
	p.process(pidState, "state")
	for _, v := range p.t.Start {
		if slices.Contains(words, v.Name) {
			p.counter(v.Name, v.Value, 0)
		}
	}
	for i, st := range p.t.Steps {
		for _, c := range st.Changes {
			if slices.Contains(words, c.Name) {
				p.counter(c.Name, c.New, i+1)
			}
		}
	}
}

func (p *perfetto) counter(name, value string, at int) {
	n, err := strconv.Atoi(value)
	if err != nil {
		panic(fmt.Sprintf("picture: %s is %q, and was taken for a number", name, value))
	}
	p.add(event{Name: name, Phase: "C", Time: at, PID: pidState, Args: map[string]any{"value": n}})
}

// numbers returns the words that change and are whole numbers all the time.
func numbers(t *fuzz.Trace) []string {
	var words []string
	other := map[string]bool{}
	for _, st := range t.Steps {
		for _, c := range st.Changes {
			for _, v := range []string{c.Old, c.New} {
				if _, err := strconv.Atoi(v); err != nil {
					other[c.Name] = true
				}
			}
			if !slices.Contains(words, c.Name) {
				words = append(words, c.Name)
			}
		}
	}
	return slices.DeleteFunc(words, func(w string) bool { return other[w] })
}
