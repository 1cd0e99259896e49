package fuzz

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vmrace/vmrace/fuzz/statecov"
	"github.com/vmrace/vmrace/vm"
)

// A Target is the body of a fuzz target: it runs inputs on one kernel and tells
// the engine which states they visit.
type Target struct {
	race   Race
	kernel vm.Kernel
	known  map[string]Crasher // by input
	hunted string             // name of the only bug that counts; empty: any

	// run executes an input and returns the names of its bugs and its states.
	run   func(input []byte) (bugs []string, states []uint32)
	sched vm.Sched
	dir   string // folder of the corpus
}

func (r *race[S, L]) Target(k vm.Kernel, s vm.Sched, states bool) *Target {
	m := vm.New(r.c, k, s)
	run := NewRunner(m, states)
	codec := CodecOf(r.c)
	var in Input
	t := &Target{race: r, kernel: k, sched: s, dir: "testdata/fuzz/" + TargetName(r)}
	t.run = func(input []byte) (bugs []string, states []uint32) {
		decodeTo(m, codec, &in, input)
		for _, b := range run.Run(&in).Bugs {
			bugs = append(bugs, b.Name())
		}
		return bugs, run.Hits()
	}
	return t
}

// maxTelling is the length up to which an input tells the engine its states.
// What the engine keeps only ever grows, and in a long input a mutation rarely
// hits the few bytes that matter.
const maxTelling = 32

// Know makes the target expect the crashers in a folder: on the kernel that one
// names, it must show its bug, and no longer stops the engine. A folder that
// does not exist is an empty one.
func (t *Target) Know(dir string) error {
	entries, err := ReadCorpus(dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	t.known = map[string]Crasher{}
	for _, e := range entries {
		if e.Bug != "" && e.Race == t.race.Name() {
			t.known[string(e.Bytes)] = *e.Crasher
		}
	}
	return nil
}

// Hunt makes the target pass over all bugs but the one of that name, so that the
// engine goes on behind those that are easier to find.
func (t *Target) Hunt(bug string) { t.hunted = bug }

// Try runs an input. It returns "" if all is well, and else a message with the
// shrunken schedule as a diagram, the report of the bug, and the command that
// shows it again.
func (t *Target) Try(input []byte) (complaint string) {
	bugs, states := t.run(input)
	c, known := t.known[string(input)]
	known = known && !t.kernel.Fixed
	switch {
	case known && c.Kernel == t.kernel.Name && c.Sched == t.sched.String() && !slices.Contains(bugs, c.Bug):
		return fmt.Sprintf("a crasher in the corpus no longer shows %q on kernel %s: the model has changed", c.Bug, t.kernel.Name)
	case known || len(bugs) == 0 || t.hunted != "" && !slices.Contains(bugs, t.hunted):
		if len(input) > maxTelling {
			states = nil
		}
		statecov.Report(states)
		return ""
	}
	return t.complain(input)
}

func (t *Target) complain(input []byte) string {
	c, err := t.race.Minimise(t.kernel, t.sched, input, t.hunted)
	if err != nil {
		return fmt.Sprintf("%v, although the run showed one: runs are not deterministic", err)
	}
	trace := t.race.Trace(t.kernel, t.sched, c.Bytes)
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n%s\n", trace.Diagram(), trace.Report(c.Bug))
	file := filepath.Join(t.dir, EngineName(input))
	flags := fmt.Sprintf("-race %s -kernel %s%s", t.race.Name(), t.kernel.Name, t.schedFlag())
	fmt.Fprintf(&b, "The engine's hint how to run this again lacks the kernel. This shrinks the file\nthat it writes, and shows it:\n")
	fmt.Fprintf(&b, "  go run ./cmd/vmrace minimise %s %s\n", flags, file)
	fmt.Fprintf(&b, "  go run ./cmd/vmrace explain %s %s\n", flags, file)
	fmt.Fprintf(&b, "Shrunken, the file is:\n%s", bytes.TrimSpace(c.Marshal()))
	return b.String()
}

// EngineName is the name that Go's engine gives the file of an input.
func EngineName(input []byte) string {
	file := fmt.Sprintf("%s\n[]byte(%q)\n", corpusHeader, input)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(file)))[:16]
}

func (t *Target) schedFlag() string {
	if t.sched == vm.SMP {
		return ""
	}
	return " -sched " + t.sched.String()
}

// TargetName returns the name of a race's fuzz target: FuzzPageRelease for
// page-release. The name of a kernel structure that is an abbreviation stays in
// capitals: FuzzVMAList for vma-list, FuzzSwapoffCOW for swapoff-cow.
func TargetName(r Race) string {
	name := "Fuzz"
	for _, word := range strings.Split(r.Name(), "-") {
		switch word {
		case "vma", "cow":
			name += strings.ToUpper(word)
		default:
			name += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return name
}
