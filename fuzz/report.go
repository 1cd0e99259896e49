package fuzz

import (
	"fmt"
	"slices"
	"strings"
)

// Report prints a bug of the run in the manner of a kernel report: what,
// where, the call trace, who allocated and who freed the object, and which
// lines race. An empty name stands for the first bug.
func (t *Trace) Report(name string) string {
	s, ok := t.Sighting(name)
	if !ok {
		return fmt.Sprintf("no bug: %d lines, %d preemptions\n", len(t.Steps), t.Preemptions)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "BUG: %s\n", s.Text)
	fmt.Fprintf(&b, "race %s, kernel %s, %s, boot %s: %s\n", t.Race, t.Kernel, t.Sched, t.Boot, t.size(s))
	t.where(&b, s)
	t.history(&b, s)
	t.racing(&b)
	return b.String()
}

// Sighting returns the bug of that name; an empty name stands for the first.
func (t *Trace) Sighting(name string) (Sighting, bool) {
	for _, s := range t.Sightings {
		if name == "" || s.Name == name {
			return s, true
		}
	}
	return Sighting{}, false
}

// BugsAt returns the bugs that showed at a step; at the number of steps, those
// that showed at rest.
func (t *Trace) BugsAt(step int) []Sighting {
	var out []Sighting
	for _, s := range t.Sightings {
		if s.Step == step {
			out = append(out, s)
		}
	}
	return out
}

// Races reports whether a step is one of the lines that race.
func (t *Trace) Races(step int) bool { return slices.Contains(t.Racing, step) }

// Active returns the CPUs that execute anything, in order.
func (t *Trace) Active() []int {
	var cpus []int
	for _, st := range t.Steps {
		if !slices.Contains(cpus, st.CPU) {
			cpus = append(cpus, st.CPU)
		}
	}
	slices.Sort(cpus)
	return cpus
}

func (t *Trace) size(s Sighting) string {
	return fmt.Sprintf("%s, %s", plural(min(s.Step+1, len(t.Steps)), "line"), plural(t.Preemptions, "preemption"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (t *Trace) where(b *strings.Builder, s Sighting) {
	if s.Step == len(t.Steps) {
		b.WriteString("seen at rest, behind the last line\n")
		return
	}
	st := t.Steps[s.Step]
	fmt.Fprintf(b, "CPU%d at step %d: %s\n", st.CPU, s.Step+1, place(st))
	b.WriteString("Call Trace:\n")
	for i := len(st.Callers) - 1; i >= 0; i-- {
		fmt.Fprintf(b, " %s\n", st.Callers[i])
	}
}

func place(st Step) string {
	return fmt.Sprintf("%s: %s  (%s)", st.Func, strings.TrimSpace(st.Text), st.Source)
}

// history names the last allocation and the last free of the bug's object
// before it.
func (t *Trace) history(b *strings.Builder, s Sighting) {
	if s.Object < 0 {
		return
	}
	made, freed := -1, -1
	for i := 0; i < s.Step && i < len(t.Steps); i++ {
		if t.Steps[i].Allocated == s.Object {
			made = i
		}
		if t.Steps[i].Freed == s.Object {
			freed = i
		}
	}
	t.event(b, "allocated", made, "before the start")
	t.event(b, "freed", freed, "")
}

func (t *Trace) event(b *strings.Builder, what string, i int, otherwise string) {
	switch {
	case i >= 0:
		fmt.Fprintf(b, "%s by CPU%d at step %d: %s\n", what, t.Steps[i].CPU, i+1, place(t.Steps[i]))
	case otherwise != "":
		fmt.Fprintf(b, "%s %s\n", what, otherwise)
	}
}

func (t *Trace) racing(b *strings.Builder) {
	if len(t.Racing) == 0 {
		return
	}
	fmt.Fprintf(b, "race on %s between\n", t.Word)
	for _, i := range t.Racing {
		st := t.Steps[i]
		fmt.Fprintf(b, " step %d, CPU%d, %s: %s\n", i+1, st.CPU, st.Func, strings.TrimSpace(st.Text))
	}
}
