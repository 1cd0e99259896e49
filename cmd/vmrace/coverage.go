package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A covered corpus, next to what can be covered.
type covered struct {
	Race      string   `json:"race"`
	Kernel    string   `json:"kernel"`
	Sched     string   `json:"sched"`
	Corpus    string   `json:"corpus"`
	Inputs    int      `json:"inputs"`
	Workloads []string `json:"workloads"` // what is reachable is so by every schedule of these
	States    int      `json:"states"`    // of the search
	Limit     string   `json:"limit,omitempty"`
	Kinds     []kind   `json:"kinds"`

	lines []fuzz.NamedLine // of the class
	has   int              // how many of them the kernel has
}

type kind struct {
	Name      string   `json:"name"`
	Both      []string `json:"both"`       // reached by the corpus, and reachable by the workloads
	Missed    []string `json:"missed"`     // reachable, but not reached
	Beyond    []string `json:"beyond"`     // reached by longer or other programs than the workloads'
	Reachable int      `json:"reachable"`  // how many are
	Share     float64  `json:"percentage"` // of the reachable ones that are reached
}

// coverage says what a corpus reaches of what the search can reach.
func coverage(c *call) (int, error) {
	v, err := c.cover()
	if err != nil {
		return 0, err
	}
	code := exitOK
	if v.Limit != "" {
		code = exitUnknown
	}
	if c.format == "json" {
		c.json(v)
		return code, nil
	}
	v.print(c.out, c.all)
	return code, nil
}

func (c *call) cover() (*covered, error) {
	dir := c.args[0]
	entries, err := fuzz.ReadCorpus(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("%s: has no inputs", dir)
	}
	r, err := c.raceOf(entries[0].File, entries[0].Crasher)
	if err != nil {
		return nil, err
	}
	k, err := r.Kernel(c.kernel)
	if err != nil {
		return nil, err
	}
	s, err := vm.ParseSched(c.sched)
	if err != nil {
		return nil, err
	}
	got, covers := fuzz.Coverage{}, r.Covers(k, s)
	for _, e := range entries {
		got.Add(covers(e.Bytes))
	}
	reach := r.Reach(k, s, c.options())
	v := &covered{Race: r.Name(), Kernel: k.Name, Sched: s.String(), Corpus: dir, Inputs: len(entries),
		Workloads: reach.Workloads, States: reach.States, Limit: reach.Limit, lines: r.Lines(k)}
	for _, l := range v.lines {
		if l.Has {
			v.has++
		}
	}
	for kind := range fuzz.FeatureKinds {
		v.Kinds = append(v.Kinds, v.compare(kind, got, reach.Coverage))
	}
	return v, nil
}

// compare sorts the features of a kind by whether they are reached and reachable.
func (v *covered) compare(k fuzz.FeatureKind, got, reach fuzz.Coverage) kind {
	out := kind{Name: k.String(), Both: []string{}, Missed: []string{}, Beyond: []string{}}
	all := maps.Clone(got)
	all.Add(reach)
	order := func(a, b fuzz.Feature) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) }
	for _, f := range slices.SortedFunc(maps.Keys(all), order) {
		switch {
		case f.Kind != k:
		case got[f] && reach[f]:
			out.Both = append(out.Both, v.text(f))
		case got[f]:
			out.Beyond = append(out.Beyond, v.text(f))
		default:
			out.Missed = append(out.Missed, v.text(f))
		}
	}
	if out.Reachable = len(out.Both) + len(out.Missed); out.Reachable > 0 {
		out.Share = 100 * float64(len(out.Both)) / float64(out.Reachable)
	}
	return out
}

// text names a feature.
func (v *covered) text(f fuzz.Feature) string {
	switch f.Kind {
	case fuzz.CoverLine:
		return v.line(f.A)
	case fuzz.CoverPair:
		return v.line(f.A) + "  before  " + v.line(f.B)
	default:
		return fmt.Sprint(f.A)
	}
}

func (v *covered) line(n uint32) string {
	l := v.lines[n]
	return fmt.Sprintf("%s:%d: %s", l.Func, l.At.Line, strings.TrimSpace(l.Text))
}

func (v *covered) print(out io.Writer, all bool) {
	fmt.Fprintf(out, "race %s, kernel %s, %s: %d inputs of %s\n", v.Race, v.Kernel, v.Sched, v.Inputs, v.Corpus)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "reached\tof reachable\tshare\tbeyond\t")
	for _, k := range v.Kinds {
		fmt.Fprintf(w, "%d\t%d\t%.1f%%\t%d\t  %s\n", len(k.Both), k.Reachable, k.Share, len(k.Beyond), k.Name)
	}
	w.Flush()
	fmt.Fprintf(out, "reachable: by every schedule of workloads %s, %d states; the kernel has %d lines\n", strings.Join(v.Workloads, ", "), v.States, v.has)
	if v.Limit != "" {
		fmt.Fprintf(out, "That is not all: %s in the last of them, so the shares are too high.\n", v.Limit)
	}
	fmt.Fprintln(out, "beyond: by other programs of the corpus than those of the workloads")
	for i, k := range v.Kinds {
		sep := "\n  "
		if fuzz.FeatureKind(i) == fuzz.CoverState {
			sep = " "
		}
		printAll(out, k.Name+" that the corpus misses", sep, k.Missed)
		if all {
			printAll(out, k.Name+" that it reaches", sep, k.Both)
			printAll(out, k.Name+" that it reaches beyond the workloads", sep, k.Beyond)
		}
	}
}

func printAll(out io.Writer, what, sep string, texts []string) {
	if len(texts) > 0 {
		fmt.Fprintf(out, "\n%d %s:%s%s\n", len(texts), what, sep, strings.Join(texts, sep))
	}
}
