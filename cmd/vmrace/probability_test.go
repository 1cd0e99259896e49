package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/vmrace/vmrace/fuzz"
	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// TestSamplesAgree compares what probability computes with what sample draws, on
// kernels of several races and under each scheduling model. The seed is fixed:
// five standard errors are exceeded by mistake only.
func TestSamplesAgree(t *testing.T) {
	const n = 4000
	for _, test := range []struct {
		race, kernel, workload, bug string
		model                       vm.Sched
		likely                      bool // more than one schedule in a thousand shows it
	}{
		{"page-release", "2.5.31-bk7", "scanners", "double obligation", vm.SMP, true},
		{"page-release", "2.5.31-bk7", "scanners", "double obligation", vm.Preempt, true},
		{"page-release", "2.5.31-bk7", "shrink", "livelock", vm.SMP, true},
		{"page-release", "2.5.31-bk7", "scanners", "double obligation", vm.UP, false},
		{"page-release", "2.5.31-morton-b3", "shrink", "double free", vm.SMP, true},
		{"page-release", "2.6.17", "scanners", "", vm.SMP, false},
		{"swapoff-fork", "2.3.99-pre4-5", "", "", vm.SMP, true},
		{"swapoff-fork", "2.3.99-pre4-5", "", "", vm.UP, true},
		{"migrate", "5.0-no-lock", "fork", "", vm.SMP, false},
	} {
		for _, scheduler := range []string{"random", "urw", "round-robin:8", "pct:2", "pos", "surw"} {
			spec, err := sched.Parse(scheduler)
			require.NoError(t, err)
			c := &call{race: test.race}
			rs, err := c.racesAsked()
			require.NoError(t, err)
			k, err := rs[0].Kernel(test.kernel)
			require.NoError(t, err)
			ps, err := rs[0].Probability(k, test.model, spec, test.bug, test.workload, fuzz.Options{MaxStates: 100_000})
			require.NoError(t, err)
			ss, err := rs[0].Sample(k, test.model, spec, fuzz.SampleOptions{Bug: test.bug, Workload: test.workload, Trials: n, Budget: 1, Seed: 1})
			require.NoError(t, err)
			require.Len(t, ss, len(ps))
			for i, p := range ps {
				rate := float64(ss[i].Found()) / n
				if p.Limit != "" {
					require.Contains(t, []string{"pos", "surw"}, scheduler, "%+v", p) // they remember much
				} else {
					require.LessOrEqual(t, p.High-p.Low, fuzz.MaxError*p.High, "%+v", p)
				}
				margin := 5*math.Sqrt(p.High*(1-p.Low)/n) + 1e-9
				require.True(t, p.Low-margin <= rate && rate <= p.High+margin, "%+v, drawn %v", p, rate)
				if scheduler == "random" {
					require.Equal(t, test.likely, p.Low > 0.001, "%+v", p)
				}
			}
		}
	}
}

// TestQuotedChances holds the figures that the documents quote in a sentence.
func TestQuotedChances(t *testing.T) {
	for _, test := range []struct {
		kernel, bug, scheduler string
		chance                 float64
	}{
		{"2.5.31-bk7", "livelock", "random", 43. / 64},
		{"2.5.31-mm1", "livelock", "random", 43. / 64},
		{"2.5.31-mm1", "double obligation", "random", 1. / 588_000},
		{"2.5.31-mm1", "double obligation", "urw", 1. / 5_609},
		{"2.5.31-mm1", "double obligation", "pct:3", 1. / 1_600},
		{"2.5.31-mm1", "double obligation", "round-robin:8", 1. / 173},
		{"2.5.31-mm1", "double obligation", "pos", 1. / 267},
		{"2.5.31-mm1", "double obligation", "surw", 1. / 97.7},
	} {
		spec, err := sched.Parse(test.scheduler)
		require.NoError(t, err)
		rs, err := (&call{race: "page-release"}).racesAsked()
		require.NoError(t, err)
		k, err := rs[0].Kernel(test.kernel)
		require.NoError(t, err)
		ps, err := rs[0].Probability(k, vm.SMP, spec, test.bug, "shrink", fuzz.Options{})
		require.NoError(t, err)
		require.InEpsilon(t, test.chance, ps[0].Low, 0.005, "%+v", test)
	}
}
