package picture

import (
	_ "embed" // the parts of the page
	"fmt"
	"html/template"
	"io"
	"regexp"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

var (
	//go:embed matrix.html
	matrixHTML string
	//go:embed matrix.js
	matrixJS string
	//go:embed matrix.css
	matrixCSS string

	matrixPage = template.Must(template.New("matrix").Parse(matrixHTML))
)

type matrixRow struct {
	Name, About string
	Cells       []*matrixCell
}

// A matrixCell is a kernel of a class.
type matrixCell struct {
	*fuzz.Check
	About   string
	Anchor  string
	Command string        // how to step through the bug
	Lines   []diagramLine // the diagram and the report of the bug
}

type diagramLine struct{ Class, Text string }

type count struct {
	Verdict string
	N       int
}

// Matrix writes a page with the verdict on each kernel of each class. Each cell
// leads to the diagram of the simplest schedule to a bug. The page loads nothing.
// Its error is that of the writer.
func Matrix(w io.Writer, races []fuzz.Race, checks []*fuzz.Check, s vm.Sched) error {
	var rows []matrixRow
	counts := []count{{Verdict: "racy"}, {Verdict: "leak"}, {Verdict: "livelock"}, {Verdict: "safe"}, {Verdict: "unknown"}}
	for _, r := range races {
		row := matrixRow{Name: r.Name(), About: r.About()}
		for _, c := range checks {
			if c.Race != r.Name() {
				continue
			}
			row.Cells = append(row.Cells, cell(r, c, s))
			for i := range counts {
				if counts[i].Verdict == c.Verdict {
					counts[i].N++
				}
			}
		}
		rows = append(rows, row)
	}
	return matrixPage.Execute(w, map[string]any{
		"Sched":  s.String(),
		"Counts": counts,
		"Races":  rows,
		"Style":  template.CSS(baseCSS + matrixCSS),
		"Script": template.JS(matrixJS),
	})
}

var noAnchor = regexp.MustCompile(`[^\w.-]+`)

func cell(r fuzz.Race, c *fuzz.Check, s vm.Sched) *matrixCell {
	k, err := r.Kernel(c.Kernel)
	if err != nil {
		panic("picture: a check names a kernel that its class does not have: " + err.Error())
	}
	m := &matrixCell{Check: c, About: k.About, Anchor: noAnchor.ReplaceAllString(c.Race+"."+c.Kernel, "-")}
	for _, row := range c.Rows {
		if c.Bug == "" || row.Bug != c.Bug || row.Steps != c.Steps || row.Preemptions != c.Preemptions {
			continue
		}
		t := r.Trace(k, s, row.Input)
		m.Lines = linesOf(t.Diagram() + "\n" + t.Report(c.Bug))
		cr := fuzz.Crasher{Race: c.Race, Kernel: c.Kernel, Sched: c.Sched, Bug: c.Bug}
		m.Command = fmt.Sprintf("vmrace view testdata/fuzz/%s/%s -o race.html", fuzz.TargetName(r), cr.FileName())
		break
	}
	return m
}

var racingLine = regexp.MustCompile(`^ *\d+!`)

// linesOf tells the lines of a diagram that race or show a bug.
func linesOf(diagram string) []diagramLine {
	var lines []diagramLine
	for text := range strings.Lines(diagram) {
		l := diagramLine{Text: strings.TrimRight(text, "\n")}
		switch {
		case strings.Contains(text, " *** "):
			l.Class = "shows"
		case racingLine.MatchString(text):
			l.Class = "races"
		}
		lines = append(lines, l)
	}
	return lines
}
