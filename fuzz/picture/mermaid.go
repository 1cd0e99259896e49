package picture

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
)

// Mermaid prints the run as a sequence diagram of Mermaid, which a Markdown file
// can hold. The lines of a CPU are notes, the bars are critical sections, an
// arrow is where another CPU goes on, and the racing lines have a background.
// See https://mermaid.js.org/syntax/sequenceDiagram.html.
func Mermaid(t *fuzz.Trace) string {
	m := mermaid{t: t}
	m.b.WriteString(mermaidHead)
	cpus := t.Active()
	for _, cpu := range cpus {
		m.line("participant CPU%d", cpu)
	}
	for i, st := range t.Steps {
		m.step(i, st)
	}
	m.flush()
	m.rest()
	for _, b := range t.BugsAt(len(t.Steps)) {
		m.line("Note over CPU%d,CPU%d: at rest: %s", cpus[0], cpus[len(cpus)-1], escape("*** "+b.Text))
	}
	return m.b.String()
}

const mermaidHead = `%%{init: {"sequence": {"noteAlign": "left", "mirrorActors": false}}}%%
sequenceDiagram
`

// rest says where CPUs stand, if a bug showed only at rest.
func (m *mermaid) rest() {
	for cpu, at := range m.t.Ends {
		if at != nil && len(m.t.BugsAt(len(m.t.Steps))) > 0 {
			m.line("Note over CPU%d: %s", cpu, escape("stands at: "+strings.TrimSpace(m.t.TextAt(*at))))
		}
	}
}

type mermaid struct {
	t    *fuzz.Trace
	b    strings.Builder
	note []string // lines of a note that is not printed yet
	cpu  int      // whose note it is
}

func (m *mermaid) line(format string, args ...any) {
	fmt.Fprintf(&m.b, "    "+format+"\n", args...)
}

func (m *mermaid) step(i int, st fuzz.Step) {
	if i > 0 && st.CPU != m.cpu {
		m.change(st)
	}
	m.cpu = st.CPU
	if st.Op != "" {
		m.note = append(m.note, st.Op+":")
	}
	apart := m.t.Races(i) || len(m.t.BugsAt(i)) > 0
	if taken := m.sections(i, func(s fuzz.Section) int { return s.From }); apart || taken > 0 {
		m.flush()
		m.repeat("activate", taken)
	}
	switch {
	case len(m.t.BugsAt(i)) > 0:
		m.line("rect rgba(168, 36, 8, 0.3)")
	case m.t.Races(i):
		m.line("rect rgba(231, 182, 84, 0.4)")
	}
	m.note = append(m.note, m.text(i, st))
	if dropped := m.sections(i, func(s fuzz.Section) int { return s.To }); apart || dropped > 0 {
		m.flush()
		m.repeat("deactivate", dropped)
	}
	if apart {
		m.line("end")
	}
}

// change draws the arrow to the CPU that goes on.
func (m *mermaid) change(st fuzz.Step) {
	m.flush()
	what := "goes on"
	if st.Preempts {
		what = "preempts"
	}
	m.line("CPU%d-->>CPU%d: %s", m.cpu, st.CPU, what)
}

// sections counts the critical sections of the step's CPU that have an end there.
// A section that begins before the first step has no bar.
func (m *mermaid) sections(i int, end func(fuzz.Section) int) int {
	n := 0
	for _, s := range m.t.Locks {
		if s.CPU == m.cpu && s.From >= 0 && end(s) == i {
			n++
		}
	}
	return n
}

func (m *mermaid) repeat(what string, n int) {
	for range n {
		m.line("%s CPU%d", what, m.cpu)
	}
}

func (m *mermaid) text(i int, st fuzz.Step) string {
	text := fmt.Sprintf("%d %s%s", i+1, strings.Repeat("  ", st.Depth), st.Text)
	if st.Choices > 1 {
		text += fmt.Sprintf(" [outcome %d]", st.Choice)
	}
	var parts []string
	for _, c := range st.Changes {
		if m.t.Races(i) && c.Name == m.t.Word || len(m.t.BugsAt(i)) > 0 {
			parts = append(parts, c.String())
		}
	}
	for _, b := range m.t.BugsAt(i) {
		parts = append(parts, "*** "+b.Text)
	}
	for _, p := range parts {
		text += "\n    " + p
	}
	return text
}

// flush prints the note.
func (m *mermaid) flush() {
	if len(m.note) > 0 {
		m.line("Note over CPU%d: %s", m.cpu, escape(strings.Join(m.note, "\n")))
	}
	m.note = nil
}

// escape writes what has a meaning in a sequence diagram as an entity, and keeps
// indents.
func escape(text string) string {
	return strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "  ", "#nbsp;#nbsp;",
		"\n", "<br/>", "%%", "%#37;", "{", "#123;", "}", "#125;").Replace(text)
}
