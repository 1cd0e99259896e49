package claims

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/migrate"
	"github.com/vmrace/vmrace/vm"
)

// A Machine puts questions to the models. It searches each kernel for each bug
// only once, however many claims ask for it.
type Machine struct {
	Options fuzz.Options

	races  []fuzz.Race
	checks map[string]*fuzz.Check

	guards   []migrate.GuardRow
	computed map[string][]fuzz.Probability
}

// New returns a machine that knows these races.
func New(races []fuzz.Race, o fuzz.Options) *Machine {
	return &Machine{Options: o, races: races, checks: map[string]*fuzz.Check{}, computed: map[string][]fuzz.Probability{}}
}

// Race returns the race of that name. A claim about one that is not there is our
// mistake.
func (m *Machine) Race(name string) fuzz.Race {
	for _, r := range m.races {
		if r.Name() == name {
			return r
		}
	}
	panic(fmt.Sprintf("claims: no race %q: was it renamed?", name))
}

// A Finding is what a run said.
type Finding struct {
	Command  string   `json:"command"`           // that shows it
	Holds    bool     `json:"holds"`             // it is as the table says
	Bearing  string   `json:"bearing,omitempty"` // of what the table says on the claim: for, against
	Text     string   `json:"text"`              // what was found
	Bug      string   `json:"bug,omitempty"`
	Workload string   `json:"workload,omitempty"` // that shows the bug
	Size     string   `json:"size,omitempty"`     // of the model, in that workload or at most
	Steps    int      `json:"lines,omitempty"`    // of the simplest schedule
	Preempts int      `json:"preemptions"`        // in it
	States   int      `json:"states,omitempty"`   // searched
	Verdict  string   `json:"verdict,omitempty"`
	Where    []string `json:"workloads,omitempty"` // that were searched

	search *Search
	input  []byte
}

// Find confirms a piece of evidence or not.
func (m *Machine) Find(e Evidence) Finding {
	f := Finding{Bearing: [...]string{"", "for", "against"}[e.Bearing]}
	if e.Measure != nil {
		f.Command = e.Measure.Command
		f.Text, f.Holds = e.Measure.Run(m)
		return f
	}
	s := e.Search
	f.search, f.Command = s, s.command()
	rows := m.rows(s)
	r := m.Race(s.Race)
	best := simplest(rows)
	if best == nil {
		f.none(rows, r.Objects())
	} else {
		f.some(best, r.Objects())
	}
	f.Holds = f.Verdict != "unknown" && s.Finds == (best != nil)
	return f
}

// none says that no workload shows the bug.
func (f *Finding) none(rows []fuzz.Row, objects string) {
	cpus, ops := 0, 0
	f.Verdict = "safe"
	for _, row := range rows {
		c, o := size(row)
		cpus, ops = max(cpus, c), max(ops, o)
		f.States += row.States
		f.Where = append(f.Where, row.Boot)
		if row.Verdict == "unknown" {
			f.Verdict = "unknown"
		}
	}
	f.Size = model(cpus, ops, objects)
	if len(rows) > 1 {
		f.Size = "at most " + f.Size
	}
	f.Text = fmt.Sprintf("no bug in %s, %s", count(f.States, "state"), workloads(f.Where))
	if f.search.Bug != "" {
		f.Text = fmt.Sprintf("no such bug in %s, %s", count(f.States, "state"), workloads(f.Where))
	}
	if f.Verdict == "unknown" {
		f.Text = "unknown, a limit was hit after " + count(f.States, "state")
	}
}

// some says which bug there is.
func (f *Finding) some(row *fuzz.Row, objects string) {
	cpus, ops := size(*row)
	f.Verdict, f.Bug, f.Workload, f.input = row.Verdict, row.Bug, row.Boot, row.Input
	f.Steps, f.Preempts, f.States = row.Steps, row.Preemptions, row.States
	f.Size = model(cpus, ops, objects)
	f.Text = fmt.Sprintf("%s, %s, workload %s", count(row.Steps, "line"), count(row.Preemptions, "preemption"), row.Boot)
	if f.search.Bug == "" {
		f.Text = row.Bug + ", " + f.Text
	}
}

// rows searches the workloads that the question is about.
func (m *Machine) rows(s *Search) []fuzz.Row {
	var out []fuzz.Row
	for _, row := range m.check(s).Rows {
		if s.Workload == "" || s.Workload == row.Boot {
			out = append(out, row)
		}
	}
	if len(out) == 0 {
		panic(fmt.Sprintf("claims: race %s, kernel %s has no workload %q: was it renamed?", s.Race, s.Kernel, s.Workload))
	}
	return out
}

func (m *Machine) check(s *Search) *fuzz.Check {
	key := s.command()
	if c, ok := m.checks[key]; ok {
		return c
	}
	r, k, drop := m.subject(s)
	o := m.Options
	o.Bug = s.Bug
	c := r.Check(k, s.Sched, o, drop...)
	m.checks[key] = c
	return c
}

// subject returns what is searched.
func (m *Machine) subject(s *Search) (fuzz.Race, vm.Kernel, []vm.At) {
	r := m.Race(s.Race)
	k, err := r.Kernel(s.Kernel)
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	k, drop, err := s.Change.Apply(r, k)
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	return r, k, drop
}

// simplest returns the row with the fewest preemptions, then lines, to a bug.
func simplest(rows []fuzz.Row) *fuzz.Row {
	var best *fuzz.Row
	for i := range rows {
		r := &rows[i]
		if r.Bug != "" && (best == nil || r.Preemptions < best.Preemptions || r.Preemptions == best.Preemptions && r.Steps < best.Steps) {
			best = r
		}
	}
	return best
}

// command is the call of the program that asks the same.
func (s *Search) command() string {
	c := fmt.Sprintf("vmrace check -race %s -kernel %s", s.Race, s.Kernel)
	if len(s.Change.With) > 0 {
		c += " -with " + strings.Join(s.Change.With, ",")
	}
	if len(s.Change.Without) > 0 {
		c += " -without " + strings.Join(s.Change.Without, ",")
	}
	for _, d := range s.Change.Drop {
		c += " -drop " + quote(d)
	}
	if s.Sched != vm.SMP {
		c += " -sched " + s.Sched.String()
	}
	if s.Bug != "" {
		c += " -bug " + quote(s.Bug)
	}
	return c
}

// quote makes one word of a text for a shell.
func quote(s string) string {
	switch {
	case strings.Contains(s, "'"):
		return "\"" + s + "\""
	case strings.ContainsAny(s, " ()!&<>|*;"):
		return "'" + s + "'"
	default:
		return s
	}
}

// size counts the CPUs and the operations of a workload.
func size(r fuzz.Row) (cpus, ops int) {
	for _, p := range r.Programs {
		if len(p) > 0 {
			cpus++
		}
		ops += len(p)
	}
	return cpus, ops
}

func model(cpus, ops int, objects string) string {
	parts := []string{count(cpus, "CPU"), count(ops, "operation")}
	if objects != "" {
		parts = append(parts, objects)
	}
	return strings.Join(parts, ", ")
}

func workloads(names []string) string {
	if len(names) == 1 {
		return "workload " + names[0]
	}
	return count(len(names), "workload")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
