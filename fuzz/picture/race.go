package picture

import (
	_ "embed" // the parts of the page
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

var (
	//go:embed race.html
	raceHTML string
	//go:embed race.js
	raceJS string
	//go:embed race.css
	raceCSS string
	//go:embed base.css
	baseCSS string

	racePage = template.Must(template.New("race").Parse(raceHTML))
)

// MaxLines is the number of lines above which a run makes no page: nobody steps
// through it.
const MaxLines = 1000

// A run is what the page knows of an input on one kernel.
type run struct {
	Kernel  string      `json:"kernel"`
	Version string      `json:"version"`
	Year    int         `json:"year"`
	About   string      `json:"about"`
	Verdict string      `json:"verdict"`
	Trace   *fuzz.Trace `json:"trace"`
}

// raceData is what the script of the page reads.
type raceData struct {
	Asked int    `json:"asked"` // index of the kernel that was asked for
	Bug   string `json:"bug"`   // name of the bug to speak of; "" for the first
	Runs  []run  `json:"runs"`
}

// Race writes a page that steps through the run of an input on a kernel, and
// shows what the same bytes do on the other kernels of the class. The bug of
// that name makes the headline; an empty name stands for the first. The page
// loads nothing. Its error is that of the writer, or that the run is longer
// than [MaxLines]; where another kernel takes the input that far, the page leaves
// that kernel out.
func Race(w io.Writer, r fuzz.Race, k vm.Kernel, s vm.Sched, input []byte, bug string) error {
	data := raceData{Bug: bug}
	var text string
	for _, other := range r.Kernels() {
		t := r.Trace(other, s, input)
		switch {
		case other.Name == k.Name && len(t.Steps) > MaxLines:
			return fmt.Errorf("the run has %d lines, and a page has room for %d: shrink the input with vmrace minimise", len(t.Steps), MaxLines)
		case len(t.Steps) > MaxLines:
			continue
		case other.Name == k.Name:
			data.Asked = len(data.Runs)
			text = t.Diagram() + "\n" + t.Report(bug)
		}
		data.Runs = append(data.Runs, run{other.Name, other.Version, other.Year, other.About, verdict(t), t})
	}
	return racePage.Execute(w, map[string]any{
		"Title":  fmt.Sprintf("%s, %s: %s", r.Name(), k.Name, data.Runs[data.Asked].Verdict),
		"Race":   r.Name(),
		"About":  r.About(),
		"Text":   text,
		"Data":   data,
		"Style":  template.CSS(baseCSS + raceCSS),
		"Script": template.JS(raceJS),
	})
}

// verdict says which bugs a run showed.
func verdict(t *fuzz.Trace) string {
	var names []string
	for _, b := range t.Sightings {
		names = append(names, b.Text)
	}
	if len(names) == 0 {
		return "no bug"
	}
	return strings.Join(names, "; ")
}
