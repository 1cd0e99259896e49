package vmrace

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/statecov"
	"github.com/vmrace/vmrace/vm"
)

var (
	kernelFlag   = flag.String("kernel", "", "kernel that the fuzz target runs; default: the newest fixed one")
	bugFlag      = flag.String("bug", "", "name of the bug to hunt; others are passed over. Default: any")
	schedFlag    = flag.String("sched", "smp", "scheduling model: smp, preempt or up")
	statecovFlag = flag.Bool("statecov", true, "guide the engine by the states of the model, not by code coverage")
)

func TestMain(m *testing.M) {
	flag.Parse()
	for _, problem := range statecov.Prepare(m, *statecovFlag) {
		fmt.Fprintln(os.Stderr, "vmrace:", problem)
	}
	os.Exit(m.Run())
}

// prepared holds the targets by race: libFuzzer's driver calls FuzzXxx again for
// each input, see docs/oss-fuzz.md, and preparing takes longer than a run.
var prepared = map[string]*fuzz.Target{}

// target returns a race's fuzz target for the kernel that the flag names.
func target(f *testing.F, r fuzz.Race) *fuzz.Target {
	t := prepared[r.Name()]
	if t == nil {
		t = prepare(f, r)
		prepared[r.Name()] = t
	}
	return t
}

func prepare(f *testing.F, r fuzz.Race) *fuzz.Target {
	k, err := r.Kernel(*kernelFlag)
	if err != nil {
		f.Fatal(err)
	}
	s, err := vm.ParseSched(*schedFlag)
	if err != nil {
		f.Fatal(err)
	}
	t := r.Target(k, s, *statecovFlag)
	t.Hunt(*bugFlag)
	if err := t.Know(filepath.Join("testdata", "fuzz", fuzz.TargetName(r))); err != nil {
		f.Fatal(err)
	}
	return t
}
