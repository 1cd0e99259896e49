package refcount

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/vm"
)

// BenchmarkRun executes one input again and again, as a replay does, and many
// random ones in turn, as a fuzzer does; with and without noting the states.
func BenchmarkRun(b *testing.B) {
	for _, bench := range []struct {
		name   string
		inputs int
		cover  bool
	}{
		{"replay", 1, false}, {"random", 256, false}, {"random-states", 256, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			ins := randomInputs(bench.inputs)
			r := fuzz.NewRunner(vm.New(&PageRelease, PageRelease.Default(), vm.SMP), bench.cover)
			lines := 0
			for i := 0; b.Loop(); i++ {
				lines += len(r.Run(ins[i%len(ins)]).Moves)
			}
			b.ReportMetric(float64(lines)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}

func randomInputs(n int) []*fuzz.Input {
	c := fuzz.CodecOf(&PageRelease)
	rnd := rand.New(rand.NewPCG(1, 1))
	var ins []*fuzz.Input
	for range n {
		input := make([]byte, 64)
		for i := range input {
			input[i] = byte(rnd.Uint32())
		}
		ins = append(ins, c.Decode(input))
	}
	return ins
}

// BenchmarkReductions searches four CPUs with two operations each, without and
// with the reductions.
func BenchmarkReductions(b *testing.B) {
	k, _ := PageRelease.Kernel("C")
	m := vm.New(&PageRelease, k, vm.SMP)
	program := []uint8{opShrink, opFault}
	w := &vm.Workload{Programs: [][]uint8{program, program, program, program}}
	for _, bench := range []struct {
		name string
		o    fuzz.Options
	}{
		{"full", fuzz.Options{}}, {"por", fuzz.Options{POR: true}}, {"symmetry", fuzz.Options{Symmetry: true}}, {"both", fuzz.Options{POR: true, Symmetry: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			states := 0
			for b.Loop() {
				states = fuzz.Explore(m, &boots[bootReclaim], w, bench.o).States
			}
			b.ReportMetric(float64(states), "states")
		})
	}
}

// BenchmarkExplore searches spaces of some ten thousand, some hundred thousand
// and several million states. It counts the time of the processor, garbage
// collection included, because that depends less on who else runs.
func BenchmarkExplore(b *testing.B) {
	for _, bench := range []struct {
		name string
		boot int
		work vm.Workload
	}{
		{"scanners", bootScanners, vm.Workload{Programs: boots[bootScanners].Programs}},
		{"drain", bootDrain, vm.Workload{Programs: make([][]uint8, 2), Any: 2}},
		{"3x1", bootFour, vm.Workload{Programs: make([][]uint8, 3), Any: 1}},
		{"2x2", bootFour, vm.Workload{Programs: make([][]uint8, 2), Any: 2}},
		{"3x2", bootFour, vm.Workload{Programs: make([][]uint8, 3), Any: 2}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			k, _ := PageRelease.Kernel("F2")
			m := vm.New(&PageRelease, k, vm.SMP)
			states, bytes := 0, 0
			before := cpuTime()
			for b.Loop() {
				v := fuzz.Explore(m, &boots[bench.boot], &bench.work, fuzz.Options{MaxStates: 6_000_000})
				states += v.States
				bytes = v.Bytes / v.States
			}
			b.ReportMetric(float64(states)/(cpuTime()-before).Seconds(), "states/cpu-s")
			b.ReportMetric(float64(states)/float64(b.N), "states/op")
			b.ReportMetric(float64(bytes), "B/state")
		})
	}
}

// cpuTime returns the processor time that the process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
