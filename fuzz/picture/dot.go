package picture

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz"
)

// Dot prints a graph of states in the language of Graphviz. A state names the
// line that each CPU stands at; the way of the input is thick, and what shows a
// bug has a double border or is said at the edge.
func Dot(g *fuzz.StateGraph, title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph race {\n")
	fmt.Fprintf(&b, "\tlabel=%q; labelloc=t; fontname=serif;\n", title)
	b.WriteString("\tnode [shape=box, fontname=monospace, fontsize=10, margin=\"0.08,0.04\", color=gray50];\n")
	b.WriteString("\tedge [fontname=monospace, fontsize=9, color=gray50, arrowsize=0.6];\n")
	for i, s := range g.States {
		fmt.Fprintf(&b, "\ts%d [label=%q%s];\n", i, stateLabel(i, s), stateStyle(s))
	}
	for i, e := range g.Edges {
		to := fmt.Sprintf("s%d", e.To)
		if e.To < 0 {
			to = fmt.Sprintf("stop%d", i)
			fmt.Fprintf(&b, "\t%s [label=\"the kernel stops\", peripheries=2];\n", to)
		}
		label := fmt.Sprintf("CPU%d: %s", e.CPU, strings.TrimSpace(e.Text))
		for _, bug := range e.Bugs {
			label += "\n*** " + bug
		}
		fmt.Fprintf(&b, "\ts%d -> %s [label=%q%s];\n", e.From, to, label, edgeStyle(e))
	}
	b.WriteString("}\n")
	return b.String()
}

func stateLabel(i int, s fuzz.GraphState) string {
	label := fmt.Sprint(i)
	for cpu, at := range s.Stands {
		if at != nil {
			label += fmt.Sprintf("\nCPU%d %s:%d", cpu, at.Func, at.Line)
		}
	}
	for _, bug := range s.Bugs {
		label += "\n*** " + bug
	}
	return label
}

func stateStyle(s fuzz.GraphState) string {
	style := ""
	if s.OnPath {
		style += ", color=black, penwidth=2.5"
	}
	if len(s.Bugs) > 0 {
		style += ", peripheries=2"
	}
	return style
}

func edgeStyle(e fuzz.GraphEdge) string {
	style := ""
	if e.OnPath {
		style += ", color=black, penwidth=2.5"
	}
	if len(e.Bugs) > 0 {
		style += `, style=dashed, fontcolor="#a82408"`
	}
	return style
}
