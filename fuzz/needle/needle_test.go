package needle

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/fuzz/statecov"
	"github.com/vmrace/vmrace/vm"
)

var (
	kernelFlag   = flag.String("kernel", "", "kernel that the fuzz target runs; default: the fixed one")
	statecovFlag = flag.Bool("statecov", true, "guide the engine by the states of the model, not by code coverage")
)

func TestMain(m *testing.M) {
	flag.Parse()
	for _, problem := range statecov.Prepare(m, *statecovFlag) {
		fmt.Fprintln(os.Stderr, "needle:", problem)
	}
	os.Exit(m.Run())
}

// FuzzNeedle hunts the needle; scripts/statecov measures how long it takes.
func FuzzNeedle(f *testing.F) {
	r := fuzz.Of(&Needle)
	k, err := r.Kernel(*kernelFlag)
	if err != nil {
		f.Fatal(err)
	}
	t := r.Target(k, vm.SMP, *statecovFlag)
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}

func TestNeedle(t *testing.T) {
	r := fuzz.Of(&Needle)
	for _, k := range r.Kernels() {
		c := r.Check(k, vm.SMP, fuzz.Options{})
		if k.Fixed != (c.Verdict == "safe") {
			t.Errorf("%s: %s", k.Name, c.Verdict)
		}
		if !k.Fixed && (c.Preemptions != 2 || c.Steps != turns+3) {
			t.Errorf("%s: %d preemptions, %d lines; the window is one line wide behind %d turns", k.Name, c.Preemptions, c.Steps, turns)
		}
	}
	// A random schedule hardly ever hits the window.
	random, err := sched.Parse("random")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := r.Probability(r.Kernels()[0], vm.SMP, random, "", "", fuzz.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range rows {
		if p.Low <= 0 || p.High > 1e-9 {
			t.Errorf("a random schedule hits the needle with a probability of %g", p.High)
		}
	}
}
