package claims

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/migrate"
)

// The pages are templates: the claim's findings by name, and two functions.
// {{row}} is the answer, {{diagram "bug"}} the schedule of the finding of that
// name up to its bug, with the report; {{guards}} and {{odds "workload" "kernel" ...}} are
// tables.
//
//go:embed pages/*.md
var pages embed.FS

// beside is what the models found that no mail claims.
//
//go:embed beside.md
var beside string

func pageFile(id string) string { return "pages/" + id + ".md" }

// hasPage reports whether there is a page about a claim.
func hasPage(id string) bool {
	_, err := fs.Stat(pages, pageFile(id))
	return err == nil
}

// Page returns the page about a row, if there is one.
func (m *Machine) Page(r *Row) string {
	text, err := fs.ReadFile(pages, pageFile(r.ID))
	if err != nil {
		return ""
	}
	t, err := template.New(r.ID).Option("missingkey=error").Funcs(template.FuncMap{
		"diagram": func(name string) string { return m.diagram(r, name) },
		"row":     r.List,
		"guards":  func() string { return migrate.GuardText(m.guardTable()) },
		"odds":    m.oddsTable,
	}).Parse(string(text))
	if err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	var b strings.Builder
	if err := t.Execute(&b, r.named); err != nil {
		panic(fmt.Sprintf("claims: %v", err))
	}
	return b.String()
}

// diagram draws the schedule of a finding. A finding without one is our mistake,
// unless the evidence does not hold: then the text says so.
func (m *Machine) diagram(r *Row, name string) string {
	f, ok := r.named[name]
	switch {
	case !ok:
		panic(fmt.Sprintf("claims: the page of %s asks for a finding %q that the claim does not have", r.ID, name))
	case f.input == nil:
		return "```\n" + f.Text + "\n```"
	}
	t := m.trace(f)
	return "```\n" + t.Diagram() + "\n" + t.Report(f.Bug) + "```"
}

// trace runs the schedule of a finding up to its bug.
func (m *Machine) trace(f Finding) *fuzz.Trace {
	r, k, drop := m.subject(f.search)
	return r.Trace(k, f.search.Sched, f.input, drop...).Until(f.Bug)
}
