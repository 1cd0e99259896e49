package picture

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
)

// MailWidth is what a line of a mail has room for, in characters.
const MailWidth = 72

// Mail prints the run up to the bug of that name, or to its end, as people draw
// races in mails: plain ASCII, a column per CPU, no line wider than [MailWidth].
// It says of the state only what the racing lines and the bug did to it. Kernel
// text that is too wide is abbreviated, then broken.
func Mail(t *fuzz.Trace, bug string) string {
	m := mail{t: t, end: len(t.Steps)}
	if s, ok := t.Sighting(bug); ok {
		m.end = min(s.Step+1, m.end)
	}
	m.columns()
	for i, st := range t.Steps[:m.end] {
		m.step(i, st)
	}
	m.rest()
	m.b.WriteByte('\n')
	for _, line := range strings.Split(strings.TrimRight(t.Report(bug), "\n"), "\n") {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		for _, part := range breakLine(ascii(text), MailWidth-indent, 4) {
			m.b.WriteString(strings.Repeat(" ", indent) + part + "\n")
		}
	}
	return m.b.String()
}

type mail struct {
	t     *fuzz.Trace
	b     strings.Builder
	end   int         // steps that are printed
	at    map[int]int // per CPU, where its column begins
	width map[int]int
}

const mailMargin = 2 // for the mark of a line

// columns puts two CPUs side by side. More of them have too little room for
// that: they are indented, and each goes on to the right margin.
func (m *mail) columns() {
	cpus := m.t.Active()
	m.at, m.width = map[int]int{}, map[int]int{}
	head := strings.Repeat(" ", mailMargin)
	for i, cpu := range cpus {
		m.at[cpu] = mailMargin + 12*i
		m.width[cpu] = MailWidth - m.at[cpu]
		if len(cpus) == 2 {
			m.at[cpu] = mailMargin + (MailWidth-mailMargin)/2*i
			m.width[cpu] = (MailWidth-mailMargin)/2 - 1 + i
		}
		head += strings.Repeat(" ", m.at[cpu]-len(head)) + fmt.Sprintf("CPU%d", cpu)
	}
	m.b.WriteString(head + "\n")
}

func (m *mail) step(i int, st fuzz.Step) {
	if st.Op != "" {
		m.put(" ", st, 0, st.Op+":")
	}
	mark := " "
	if m.t.Races(i) {
		mark = "!"
	}
	m.line(mark, st)
	bugs := m.t.BugsAt(i)
	for _, c := range st.Changes {
		if len(bugs) > 0 || m.t.Races(i) && c.Name == m.t.Word {
			m.put(" ", st, 6, "/* "+c.String()+" */")
		}
	}
	for _, b := range bugs {
		m.put("*", st, 0, "*** "+b.Text)
	}
}

// line prints the kernel text of a step.
func (m *mail) line(mark string, st fuzz.Step) {
	text := strings.TrimLeft(st.Text, " ")
	indent := 2*(st.Depth+1) + (len(st.Text)-len(text))/4
	if st.Choices > 1 {
		text += fmt.Sprintf(" [outcome %d]", st.Choice)
	}
	m.put(mark, st, min(indent, m.width[st.CPU]/3), text)
}

// rest says where CPUs stand, if a bug showed only at rest.
func (m *mail) rest() {
	bugs := m.t.BugsAt(m.end)
	if len(bugs) == 0 || m.end < len(m.t.Steps) {
		return
	}
	for cpu, at := range m.t.Ends {
		if _, known := m.at[cpu]; known && at != nil {
			m.line(" ", fuzz.Step{CPU: cpu, Depth: at.Depth, Text: m.t.TextAt(*at)})
			m.put(" ", fuzz.Step{CPU: cpu}, 6, "/* stands here */")
		}
	}
	for _, b := range bugs {
		for _, part := range breakLine(ascii("* *** at rest: "+b.Text), MailWidth, 6) {
			m.b.WriteString(part + "\n")
		}
	}
}

// put prints text in the column of a CPU.
func (m *mail) put(mark string, st fuzz.Step, indent int, text string) {
	width := m.width[st.CPU] - indent
	margin := mark + strings.Repeat(" ", m.at[st.CPU]+indent-1)
	for _, part := range breakLine(abbreviate(ascii(text), width), width, 2) {
		m.b.WriteString(strings.TrimRight(margin+part, " ") + "\n")
		margin = strings.Repeat(" ", len(margin))
	}
}

// abbreviations make kernel text narrower, in the order in which they are tried.
// What they leave out a reader of the list has in mind.
var abbreviations = []struct {
	long  *regexp.Regexp
	short string
}{
	{regexp.MustCompile(` ?/\*.*?\*/`), ""},
	{regexp.MustCompile(`_irqsave\((.*), flags\)`), "_irqsave($1)"},
	{regexp.MustCompile(`_irqrestore\((.*), flags\)`), "_irqrestore($1)"},
	{regexp.MustCompile(`_pagemap_lru_lock`), "lru_lock"},
	{regexp.MustCompile(`&(\w+->)+(\w+_(lock|sem))`), "&$2"},
	{regexp.MustCompile(`list_entry\(([^,()]*),[^()]*\)`), "list_entry($1)"},
	{regexp.MustCompile(`(\w+)->vm_flags`), "$1->flags"},
	{regexp.MustCompile(`\(struct \w+ \*+\)`), ""},
}

// abbreviate applies rules until the text fits, or none is left.
func abbreviate(text string, width int) string {
	for _, a := range abbreviations {
		if len(text) <= width {
			break
		}
		if shorter := strings.TrimSpace(a.long.ReplaceAllString(text, a.short)); shorter != "" {
			text = shorter
		}
	}
	return text
}

// breakLine breaks text where it has a space, or behind a bracket or a comma,
// or where it must, into parts of at most that width. All but the first are
// indented.
func breakLine(text string, width, indent int) []string {
	var parts []string
	for len(text) > width {
		at := strings.LastIndexAny(text[:width], "(,|") + 1
		if space := strings.LastIndexByte(text[:width+1], ' '); space > at || space >= width/2 {
			at = space
		}
		if at <= indent {
			at = width
		}
		parts = append(parts, strings.TrimRight(text[:at], " "))
		text = strings.Repeat(" ", indent) + strings.TrimLeft(text[at:], " ")
	}
	return append(parts, text)
}

// ascii spells what a mail had better not have.
func ascii(text string) string {
	text = strings.NewReplacer("→", "->", "×", "x", "…", "...", "–", "-", "−", "-").Replace(text)
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, text)
}
