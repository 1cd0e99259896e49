package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/cmd/races"
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/picture"
	"github.com/vmrace/vmrace/vm"
)

const smallDeadlock = "../../testdata/fuzz/FuzzSwapoffHold/kanoj-deadlock"

// eachCrasher calls f with the run of each file of the corpus.
func eachCrasher(t *testing.T, f func(file string, c *fuzz.Crasher, tr *fuzz.Trace)) {
	n := 0
	for _, r := range races.All {
		entries, err := fuzz.ReadCorpus(filepath.Join("../../testdata/fuzz", fuzz.TargetName(r)))
		require.NoError(t, err)
		for _, c := range entries {
			if c.Bug == "" {
				continue
			}
			k, err := r.Kernel(c.Kernel)
			require.NoError(t, err)
			s, err := vm.ParseSched(c.Sched)
			require.NoError(t, err)
			f(c.File, c.Crasher, r.Trace(k, s, c.Bytes))
			n++
		}
	}
	require.NotZero(t, n, "the corpus is empty")
}

// TestMailFits shows that a mail can hold every crasher, and names its bug.
func TestMailFits(t *testing.T) {
	eachCrasher(t, func(file string, c *fuzz.Crasher, tr *fuzz.Trace) {
		text := picture.Mail(tr, c.Bug)
		for i, line := range strings.Split(text, "\n") {
			if len(line) > picture.MailWidth || strings.HasSuffix(line, " ") {
				require.Fail(t, "does not fit, or ends in a space", "%s:%d: %q", file, i+1, line)
			}
		}
		require.NotRegexp(t, `[^ -~\n]`, text, file)
		require.Contains(t, strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields("BUG: "+c.Bug), " "), file)
	})
}

// TestMermaidIsBalanced shows of each crasher that its bars and backgrounds end
// as they begin, and that no text breaks the line syntax.
func TestMermaidIsBalanced(t *testing.T) {
	eachCrasher(t, func(file string, _ *fuzz.Crasher, tr *fuzz.Trace) {
		depth, rects := map[string]int{}, 0
		for _, line := range strings.Split(strings.TrimSpace(picture.Mermaid(tr)), "\n")[2:] {
			words := strings.Fields(line)
			switch words[0] {
			case "participant", "Note":
			case "activate":
				depth[words[1]]++
			case "deactivate":
				depth[words[1]]--
				require.GreaterOrEqual(t, depth[words[1]], 0, file)
			case "rect":
				rects++
			case "end":
				rects--
			default:
				require.Regexp(t, `^CPU\d-->>CPU\d: (preempts|goes on)$`, strings.TrimSpace(line), file)
			}
			require.True(t, rects == 0 || rects == 1, file)
			_, text, _ := strings.Cut(line, ": ")
			for _, entity := range []string{"#35;", "#59;", "#lt;", "#gt;", "#amp;", "#nbsp;", "#37;", "#123;", "#125;"} {
				text = strings.ReplaceAll(text, entity, "")
			}
			require.NotContains(t, text, ";", file)
			require.NotContains(t, text, "#", file)
		}
		require.Zero(t, rects, file)
	})
}

// A traceEvent is what the Trace Event Format asks of an event.
type traceEvent struct {
	Name string
	Ph   string
	TS   *int
	Dur  int
	PID  *int
	TID  *int
	ID   int
	BP   string
	S    string
	Args map[string]any
}

// TestPerfettoFormat reads each crasher as a tool would that knows the Trace
// Event Format: slices of a row nest, arrows begin and end in slices, counters
// are numbers.
func TestPerfettoFormat(t *testing.T) {
	eachCrasher(t, func(file string, c *fuzz.Crasher, tr *fuzz.Trace) {
		var all struct{ TraceEvents []traceEvent }
		require.NoError(t, json.Unmarshal(picture.Perfetto(tr), &all))
		rows := map[string][]traceEvent{}
		var arrow []string
		bugs := 0
		for _, e := range all.TraceEvents {
			require.NotEmpty(t, e.Name, file)
			require.True(t, e.TS != nil && e.PID != nil && e.TID != nil && *e.TS >= 0, file)
			switch e.Ph {
			case "X":
				require.Positive(t, e.Dur, file)
				row := fmt.Sprint(*e.PID, *e.TID)
				rows[row] = append(rows[row], e)
			case "C":
				require.IsType(t, 0.0, e.Args["value"], file)
			case "M":
				require.Len(t, e.Args, 1, file)
			case "i":
				require.Contains(t, "gt", e.S)
				bugs++
			case "s", "t", "f":
				require.NotZero(t, e.ID, file)
				require.Equal(t, e.Ph == "f", e.BP == "e", file)
				arrow = append(arrow, e.Ph)
			default:
				require.Fail(t, "unknown phase "+e.Ph, file)
			}
		}
		require.Equal(t, len(tr.Sightings), bugs, file)
		require.Len(t, arrow, len(tr.Racing), file)
		if len(arrow) > 0 {
			require.Equal(t, "s", arrow[0], file)
			require.Equal(t, "f", arrow[len(arrow)-1], file)
		}
		for _, row := range rows {
			requireNested(t, row, file)
		}
	})
}

// requireNested fails if two slices of a row overlap without one holding the other.
func requireNested(t *testing.T, row []traceEvent, file string) {
	slices.SortStableFunc(row, func(a, b traceEvent) int {
		if *a.TS != *b.TS {
			return *a.TS - *b.TS
		}
		return b.Dur - a.Dur
	})
	var open []int // where the slices that are open end
	for _, e := range row {
		for len(open) > 0 && open[len(open)-1] <= *e.TS {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			require.LessOrEqual(t, *e.TS+e.Dur, open[len(open)-1], "%s: %s", file, e.Name)
		}
		open = append(open, *e.TS+e.Dur)
	}
}

// TestDotIsRead shows that Graphviz reads the graph.
func TestDotIsRead(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("no dot in the path: apt-get install graphviz, to test that it reads a graph")
	}
	for file, states := range map[string]int{smallDeadlock: 8, "../../testdata/fuzz/FuzzVMAList/2.6.7-deadlock": 89} {
		code, text, errs := vmrace("explain", "-format", "dot", file)
		require.Equal(t, exitOK, code, errs)
		cmd := exec.Command(dot, "-Tplain")
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.Output()
		require.NoError(t, err)
		require.Equal(t, states, strings.Count("\n"+string(out), "\nnode "))
	}
}

// TestTraceRoundTrip shows that the JSON of a trace holds all that a diagram needs.
func TestTraceRoundTrip(t *testing.T) {
	eachCrasher(t, func(file string, c *fuzz.Crasher, tr *fuzz.Trace) {
		text, err := json.Marshal(tr)
		require.NoError(t, err)
		var back fuzz.Trace
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, tr.Diagram(), back.Diagram(), file)
		require.Equal(t, tr.Report(c.Bug), back.Report(c.Bug), file)
		require.Equal(t, picture.Mail(tr, c.Bug), picture.Mail(&back, c.Bug), file)
	})
}
