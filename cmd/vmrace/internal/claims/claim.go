package claims

import (
	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// A Claim is a row of the table.
type Claim struct {
	ID       string
	Who      string
	Text     string // the claim or question in one sentence
	Question bool   // it is answered by yes or no
	// Beyond says why a model of this kind cannot decide, if it cannot.
	Beyond   string
	Evidence []Evidence
	// Answer is the answer in a sentence or two, a template over the findings: a
	// piece of evidence with the name bk7 is {{.bk7}}.
	Answer string
}

// A Bearing is what evidence means for a claim, if the evidence is as it says.
type Bearing uint8

const (
	Beside  Bearing = iota // it belongs to the answer, but not to the claim
	For                    // it is what the claim says
	Against                // it is the contrary
)

// Evidence is something that a run confirms or not.
type Evidence struct {
	Name    string // for the template, and the diagrams of the page
	Bearing Bearing
	Search  *Search  // a search of a model, or
	Measure *Measure // a measurement
}

// A Search asks whether a kernel shows a bug.
type Search struct {
	Race     string
	Kernel   string
	Change   fuzz.Change // of the kernel
	Sched    vm.Sched
	Workload string // empty: all workloads
	Bug      string // empty: any bug
	Finds    bool   // the bug is there
}

// A Measure is evidence that takes more than one search.
type Measure struct {
	Command string // prints the whole of it
	// Run returns what was measured, in one line, and whether it is as the answer
	// says.
	Run func(m *Machine) (text string, ok bool)
}

// A Thread is a mail thread and the claims in it.
type Thread struct {
	Title  string
	Source string
	Claims []Claim
}

// Threads are the five threads, in the order of the ids of their claims.
var Threads = []Thread{pageRelease, swapDeletion, freeze, invalidation, objrmapFixes}

// The words in which the table is written.

func supports(e Evidence) Evidence { e.Bearing = For; return e }
func refutes(e Evidence) Evidence  { e.Bearing = Against; return e }

// shows says that a kernel has the bug of that name.
func shows(race, kernel, bug string) Evidence {
	return Evidence{Search: &Search{Race: race, Kernel: kernel, Bug: bug, Finds: true}}
}

// free says that a kernel does not have the bug of that name, or none at all if
// there is no name.
func free(race, kernel, bug string) Evidence {
	return Evidence{Search: &Search{Race: race, Kernel: kernel, Bug: bug}}
}

func (e Evidence) as(name string) Evidence       { e.Name = name; return e }
func (e Evidence) in(workload string) Evidence   { e.Search.Workload = workload; return e }
func (e Evidence) on(s vm.Sched) Evidence        { e.Search.Sched = s; return e }
func (e Evidence) with(p ...string) Evidence     { e.Search.Change.With = p; return e }
func (e Evidence) without(p ...string) Evidence  { e.Search.Change.Without = p; return e }
func (e Evidence) dropping(l ...string) Evidence { e.Search.Change.Drop = l; return e }

// measured is a measurement.
func measured(command string, run func(*Machine) (string, bool)) Evidence {
	return Evidence{Measure: &Measure{Command: command, Run: run}}
}
