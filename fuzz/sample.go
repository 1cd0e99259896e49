package fuzz

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// SampleOptions say how a scheduler is tried out.
type SampleOptions struct {
	Bug      string // name of the bug; "" stands for any
	Workload string // name of the boot; "" stands for all
	Trials   int    // per workload; a systematic scheduler needs one only
	Budget   int    // schedules of a trial
	Seed     uint64
}

// A Sampled is how many schedules a scheduler needed to show a bug.
type Sampled struct {
	Race      string  `json:"race"`
	Kernel    string  `json:"kernel"`
	Boot      string  `json:"workload"`
	Sched     string  `json:"sched"`
	Scheduler string  `json:"scheduler"`
	Bug       string  `json:"bug,omitempty"`
	Trials    int     `json:"trials"`
	Budget    int     `json:"budget"`
	First     []int   `json:"first"`     // number of the first schedule that showed the bug, per trial that found it
	Schedules int     `json:"schedules"` // executed in all trials
	GivenUp   int     `json:"given_up"`  // of these, as too long
	Exhausted bool    `json:"exhausted"` // the scheduler came to its end
	Seconds   float64 `json:"seconds"`
}

// Found returns the number of trials that showed the bug.
func (s *Sampled) Found() int { return len(s.First) }

// Mean returns the mean number of schedules to the bug, and the standard
// deviation, of the trials that found it.
func (s *Sampled) Mean() (mean, deviation float64) {
	if len(s.First) == 0 {
		return 0, 0
	}
	for _, n := range s.First {
		mean += float64(n) / float64(len(s.First))
	}
	for _, n := range s.First {
		d := float64(n) - mean
		deviation += d * d / float64(max(1, len(s.First)-1))
	}
	return mean, math.Sqrt(deviation)
}

func (r *race[S, L]) Sample(k vm.Kernel, s vm.Sched, spec sched.Spec, o SampleOptions) ([]Sampled, error) {
	boots, err := r.workloads(k, o.Workload)
	if err != nil {
		return nil, err
	}
	if err := singleSchedule(o.Bug); err != nil {
		return nil, err
	}
	m := vm.New(r.c, k, s)
	var out []Sampled
	for _, b := range boots {
		sa, err := Sample(m, b, &vm.Workload{Programs: b.Programs}, spec, o)
		if err != nil {
			return nil, fmt.Errorf("workload %s: %w", b.Name, err)
		}
		sa.Race, sa.Kernel, sa.Boot, sa.Sched = r.c.Name, k.Name, b.Name, s.String()
		out = append(out, sa)
	}
	return out, nil
}

// workloads returns the boots of a kernel, or the one of that name.
func (r *race[S, L]) workloads(k vm.Kernel, name string) ([]*vm.Boot[S], error) {
	var out []*vm.Boot[S]
	var names []string
	for i := range r.c.Boots {
		b := &r.c.Boots[i]
		if !b.Fits(k.Patches) {
			continue
		}
		names = append(names, b.Name)
		if name == "" || b.Name == name {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("kernel %s has no workload %q: have %s", k.Name, name, strings.Join(names, ", "))
	}
	return out, nil
}

// Sample runs schedules of a scheduler until one shows the bug, in independent
// trials. A trial of the same seed and number draws the same schedules.
func Sample[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, spec sched.Spec, o SampleOptions) (Sampled, error) {
	p := profile(m, boot, w)
	r := newPlayer(m, boot, w, o.Bug)
	out := Sampled{Scheduler: spec.String(), Bug: o.Bug, Trials: o.Trials, Budget: o.Budget, First: []int{}}
	if spec.Systematic() {
		out.Trials = 1
	}
	start := time.Now()
	for trial := range out.Trials {
		sc, err := spec.New(p, rand.New(rand.NewPCG(o.Seed, uint64(trial))))
		if err != nil {
			return out, err
		}
		out.add(r.trial(sc, o.Budget))
	}
	out.Seconds = time.Since(start).Seconds()
	return out, nil
}

// A trial is a number of schedules up to the first one that shows the bug.
type trial struct {
	schedules, givenUp int
	found, exhausted   bool
}

func (r *player[S, L]) trial(sc sched.Scheduler, budget int) (t trial) {
	for t.schedules < budget {
		if !sc.Begin() {
			t.exhausted = true
			return t
		}
		t.schedules++
		switch r.play(sc) {
		case bitten:
			t.found = true
			return t
		case givenUp:
			t.givenUp++
		}
	}
	return t
}

func (s *Sampled) add(t trial) {
	s.Schedules += t.schedules
	s.GivenUp += t.givenUp
	s.Exhausted = s.Exhausted || t.exhausted
	if t.found {
		s.First = append(s.First, t.schedules)
	}
}

// Range returns the fewest and the most schedules of the trials that found the bug.
func (s *Sampled) Range() (fewest, most int) {
	if len(s.First) == 0 {
		return 0, 0
	}
	return slices.Min(s.First), slices.Max(s.First)
}
