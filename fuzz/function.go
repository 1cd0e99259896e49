package fuzz

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/vm"
)

// A Function is the listing of a kernel function, as a diff against the kernel
// without any patch.
type Function struct {
	Name   string       `json:"name"`
	Source string       `json:"source"`
	Lines  []ListedLine `json:"lines"`
}

// A ListedLine is a line that the kernel has, or that a patch deleted from it.
type ListedLine struct {
	Line int    `json:"line"` // its number in the function, from 0
	Mark string `json:"mark"` // "+", "-" or " "
	Text string `json:"text"`
}

// functions returns the listings of the functions that a kernel has.
func functions[S, L comparable](c *vm.Class[S, L], p vm.Patch) []Function {
	var out []Function
	for _, ls := range c.Listings {
		if !hasAny(ls.Lines, p) {
			continue
		}
		f := Function{Name: ls.Name, Source: ls.Source}
		for i, l := range ls.Lines {
			if mark := l.Mark(p); mark != 0 {
				f.Lines = append(f.Lines, ListedLine{i, string(mark), l.Text})
			}
		}
		out = append(out, f)
	}
	return out
}

// TextAt returns the kernel text of a line.
func (t *Trace) TextAt(at Place) string {
	for _, f := range t.Functions {
		for _, l := range f.Lines {
			if f.Name == at.Func && l.Line == at.Line {
				return l.Text
			}
		}
	}
	return ""
}

func hasAny(lines []vm.Line, p vm.Patch) bool {
	for _, l := range lines {
		if l.In(p) {
			return true
		}
	}
	return false
}

func (r *race[S, L]) Listings(k vm.Kernel) string {
	var b strings.Builder
	for _, f := range functions(r.c, k.Patches) {
		fmt.Fprintf(&b, "%s  (%s)\n", f.Name, f.Source)
		for _, l := range f.Lines {
			fmt.Fprintf(&b, "%3d %s %s\n", l.Line, l.Mark, l.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
