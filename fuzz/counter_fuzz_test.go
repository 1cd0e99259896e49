package fuzz_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/statecov"
	"github.com/vmrace/vmrace/vm"
)

var kernelFlag = flag.String("kernel", "", "kernel of the counter that FuzzCounter runs: racy or fixed")

func TestMain(m *testing.M) {
	flag.Parse()
	for _, problem := range statecov.Prepare(m, true) {
		fmt.Fprintln(os.Stderr, problem)
	}
	os.Exit(m.Run())
}

// FuzzCounter hunts the lost increment as the targets of the race classes hunt theirs.
func FuzzCounter(f *testing.F) {
	r := fuzz.Of(&counter)
	k, err := r.Kernel(*kernelFlag)
	if err != nil {
		f.Fatal(err)
	}
	t := r.Target(k, vm.SMP, true)
	f.Fuzz(func(tt *testing.T, input []byte) {
		if complaint := t.Try(input); complaint != "" {
			tt.Fatal(complaint)
		}
	})
}

// TestTarget shows that the body of a target finds the lost increment among a
// few inputs, with the diagram and the commands in its message, and nothing in
// the fixed kernel.
func TestTarget(t *testing.T) {
	r := fuzz.Of(&counter)
	complaints := map[string]string{}
	for _, k := range r.Kernels() {
		target := r.Target(k, vm.SMP, true)
		for b := range 128 {
			if c := target.Try([]byte{byte(b)}); c != "" {
				complaints[k.Name] = c
			}
		}
	}
	require.Len(t, complaints, 1)
	for _, want := range []string{"tmp = counter;", "BUG: BUG_ON(an increment is lost)", "vmrace minimise -race counter -kernel racy testdata/fuzz/FuzzCounter/", "// vmrace v2 counter racy smp: BUG_ON(an increment is lost)"} {
		require.Contains(t, complaints["racy"], want)
	}
}

// TestKnownCrashers shows that a target expects the crashers of the corpus, and
// complains about one that no longer bites.
func TestKnownCrashers(t *testing.T) {
	r := fuzz.Of(&counter)
	racy, err := r.Kernel("racy")
	require.NoError(t, err)
	crashers := r.Crashers(racy, vm.SMP, fuzz.Options{})
	require.Len(t, crashers, 1)
	dir := t.TempDir() + "/FuzzCounter"
	require.NoError(t, os.Mkdir(dir, 0o755))
	tame := fuzz.Crasher{Bytes: []byte{128}, Race: "counter", Kernel: "racy", Sched: "smp", Bug: "BUG_ON(an increment is lost)"}
	require.NoError(t, crashers[0].Write(dir+"/bites"))
	require.NoError(t, tame.Write(dir+"/tame"))

	target := r.Target(racy, vm.SMP, true)
	require.NotEmpty(t, target.Try(crashers[0].Bytes))
	require.NoError(t, target.Know(dir))
	require.Empty(t, target.Try(crashers[0].Bytes))
	require.Contains(t, target.Try(tame.Bytes), "no longer shows")
	require.NoError(t, target.Know(dir+"/none"))
	require.NotEmpty(t, target.Try(crashers[0].Bytes), "an empty corpus knows nothing")
}

// TestHunt shows that a target which hunts one bug passes over the others.
func TestHunt(t *testing.T) {
	r := fuzz.Of(&counter)
	racy, err := r.Kernel("racy")
	require.NoError(t, err)
	crasher := r.Crashers(racy, vm.SMP, fuzz.Options{})[0]
	target := r.Target(racy, vm.SMP, true)
	target.Hunt("deadlock")
	require.Empty(t, target.Try(crasher.Bytes))
	target.Hunt(crasher.Bug)
	require.Contains(t, target.Try(crasher.Bytes), crasher.Bug)
}

// TestLimits shows that a search which hits a limit says so, and keeps to it.
func TestLimits(t *testing.T) {
	m := vm.New(&counter, counter.Kernels[1], vm.SMP)
	w := &vm.Workload{Programs: make([][]uint8, 2), Any: 100}
	for _, preemptions := range []bool{false, true} {
		v := fuzz.Explore(m, &counter.Boots[0], w, fuzz.Options{MaxStates: 1000, Preemptions: preemptions})
		require.Equal(t, fuzz.Unknown, v.Outcome)
		require.Contains(t, v.String(), "the limit of 1000 states was hit")

		v = fuzz.Explore(m, &counter.Boots[0], w, fuzz.Options{MaxBytes: 1 << 20, Preemptions: preemptions})
		require.Equal(t, fuzz.Unknown, v.Outcome)
		require.Contains(t, v.Limit, "MiB")
		require.LessOrEqual(t, v.Bytes, 1<<20)
	}
	for n := 1; n < 400; n++ { // wherever in a batch it is hit
		for _, o := range []fuzz.Options{{}, {Workers: 2}, {Preemptions: true}, {POR: true}, {Compact: true}} {
			o.MaxStates = n
			require.Equal(t, n, fuzz.Explore(m, &counter.Boots[0], w, o).States)
		}
	}
}

// TestOpenWorkload searches all programs of up to two operations: the racy
// counter loses an increment, the fixed one does not.
func TestOpenWorkload(t *testing.T) {
	for _, k := range counter.Kernels {
		m := vm.New(&counter, k, vm.SMP)
		v := fuzz.Explore(m, &counter.Boots[0], &vm.Workload{Programs: make([][]uint8, 2), Any: 2}, fuzz.Options{})
		require.Equal(t, k.Fixed, v.Outcome == fuzz.NoBug, v)
	}
}
