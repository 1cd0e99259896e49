package fuzz

import (
	"fmt"
	"strings"
)

// Diagram prints the run as kernel people draw it: time runs downwards, each
// CPU has a column, and to the right stands what each line changed. A "!"
// behind the number marks the lines that race, "***" a bug.
func (t *Trace) Diagram() string {
	var b strings.Builder
	width := t.columns()
	t.header(&b, width)
	for i, st := range t.Steps {
		if st.Op != "" {
			row(&b, width, "", st.CPU, st.Op+":", "")
		}
		number := fmt.Sprintf("%3d%s", i+1, t.gutter(i))
		row(&b, width, number, st.CPU, label(st), t.effect(i))
	}
	for _, s := range t.BugsAt(len(t.Steps)) {
		b.WriteString("at rest *** " + s.Text + "\n")
	}
	return b.String()
}

const (
	margin    = 6
	maxColumn = 46
)

// columns returns the width of the column of each CPU.
func (t *Trace) columns() []int {
	width := make([]int, len(t.Programs))
	for _, st := range t.Steps {
		n := max(len([]rune(label(st))), len([]rune(st.Op))+1, len("CPU0"))
		width[st.CPU] = max(width[st.CPU], min(n, maxColumn))
	}
	return width
}

func (t *Trace) header(b *strings.Builder, width []int) {
	line := pad("", margin)
	for cpu, w := range width {
		if w > 0 {
			line += pad(fmt.Sprintf("CPU%d", cpu), w) + "  "
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// row prints text in the column of a CPU, with a number before and what it
// did behind all columns.
func row(b *strings.Builder, width []int, number string, cpu int, text, effect string) {
	line := pad(number, margin)
	for c, w := range width {
		switch {
		case w == 0:
		case c == cpu:
			line += pad(text, w) + "  "
		default:
			line += pad("", w) + "  "
		}
	}
	b.WriteString(strings.TrimRight(line+effect, " ") + "\n")
}

// label is the kernel text of a step, indented by its depth in the call stack.
func label(st Step) string {
	s := strings.Repeat("  ", st.Depth+1) + st.Text
	if st.Choices > 1 {
		s += fmt.Sprintf("  [outcome %d]", st.Choice)
	}
	return s
}

func (t *Trace) gutter(i int) string {
	if t.Races(i) {
		return "!"
	}
	return ""
}

// effect says what a step changed and which bugs it showed.
func (t *Trace) effect(i int) string {
	st := t.Steps[i]
	var parts []string
	if st.Preempts {
		parts = append(parts, fmt.Sprintf("(CPU%d preempted)", t.Steps[i-1].CPU))
	}
	if st.Blocked {
		parts = append(parts, "blocks")
	}
	for _, c := range st.Changes {
		parts = append(parts, c.String())
	}
	for _, s := range t.BugsAt(i) {
		parts = append(parts, "*** "+s.Text)
	}
	return strings.Join(parts, "; ")
}

func pad(s string, w int) string {
	r := []rune(s)
	if len(r) > w {
		return string(r[:w-1]) + "…"
	}
	return s + strings.Repeat(" ", w-len(r))
}
