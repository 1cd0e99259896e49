package claims

import (
	"fmt"
	"slices"
	"strings"
)

// String prints a row for a terminal: the answer, and below it what was found, each
// with the command that shows it.
func (r *Row) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", r.ID, r.Who, r.Claim)
	fmt.Fprintf(&b, "  %s. %s\n", strings.ToUpper(r.Headline()), r.Answer)
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  $ %s\n      %s\n", f.Command, f.line())
	}
	return b.String()
}

// line is a finding in one line, and what was expected if it is another one.
func (f *Finding) line() string {
	text := f.Text
	if f.Size != "" {
		text += "; " + f.Size
	}
	if !f.Holds {
		text += ", WHICH IS NOT WHAT THE ANSWER SAYS"
	}
	return text
}

// List is the answer of a row for a page.
func (r *Row) List() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.Who, r.Claim)
	fmt.Fprintf(&b, "\n**%s**. %s\n\n", upper(r.Headline()), r.Answer)
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "- `%s`\n  %s\n", f.Command, f.line())
	}
	return strings.TrimRight(b.String(), "\n")
}

// cells is a row of the table of a thread, in Markdown.
func (r *Row) cells() string {
	id := r.ID
	if r.Page {
		id = fmt.Sprintf("[%s](findings/%s.md)", r.ID, r.ID)
	}
	var found []string
	for i, f := range r.Findings {
		if i == 0 || r.Findings[i-1].Command != f.Command {
			found = append(found, "`"+f.Command+"`")
		}
		found = append(found, f.line())
	}
	return fmt.Sprintf("| %s | %s: %s | **%s**. %s | %s |\n", id, r.Who, r.Claim, upper(r.Headline()), r.Answer, strings.Join(found, "<br>"))
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// Markdown prints the whole document of the findings.
func Markdown(rows []*Row) string {
	var b strings.Builder
	b.WriteString(preface)
	for i := range Threads {
		t := &Threads[i]
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n", t.Title, t.Source)
		b.WriteString("| id | claim or question | answer | what the machine finds |\n|---|---|---|---|\n")
		for _, r := range rows {
			if t.has(r.ID) {
				b.WriteString(r.cells())
			}
		}
	}
	b.WriteString("\n" + beside)
	return b.String()
}

func (t *Thread) has(id string) bool {
	return slices.ContainsFunc(t.Claims, func(c Claim) bool { return c.ID == id })
}

const preface = `# Findings

What five mail threads claim and ask, answered by exhaustive search. ` + "`vmrace claims`" + ` runs the
searches and writes this page; ` + "`vmrace claims T1.9`" + ` prints one row with its page. A verdict holds for
the workloads that it names, under sequential consistency; [limits.md](limits.md) says what that
leaves out. A finding with a bug gives the schedule with the fewest preemptions, and of those a
shortest; one without gives the number of states, all of which were visited. Rows whose id is a
link have a page with a diagram, from which operations that the bug does not need are left out;
[reading-a-diagram.md](reading-a-diagram.md) says how to read it.
`
