package fuzz

import (
	"fmt"
	"strings"

	"github.com/vmrace/vmrace/fuzz/sched"
	"github.com/vmrace/vmrace/vm"
)

// MaxError is how far apart the bounds of a [Probability] may be, as a share of
// it, if the workload has cycles. Rounding comes on top, about 1e-16 of the
// result for each line. A bug that no schedule shows has a probability of 0.
const MaxError = 1e-9

// A Probability is the probability that one schedule of a scheduler shows a
// bug. It is computed, not sampled.
type Probability struct {
	Race      string  `json:"race"`
	Kernel    string  `json:"kernel"`
	Boot      string  `json:"workload"`
	Sched     string  `json:"sched"`
	Scheduler string  `json:"scheduler"`
	Bug       string  `json:"bug,omitempty"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	States    int     `json:"states,omitempty"`    // with the scheduler's memory, if it has a law
	Schedules int     `json:"schedules,omitempty"` // if every draw was tried
	Limit     string  `json:"limit,omitempty"`     // that was hit; Low and High then say nothing
}

func (r *race[S, L]) Probability(k vm.Kernel, s vm.Sched, spec sched.Spec, bug, workload string, o Options) ([]Probability, error) {
	boots, err := r.workloads(k, workload)
	if err != nil {
		return nil, err
	}
	m := vm.New(r.c, k, s)
	var out []Probability
	for _, b := range boots {
		p, err := ProbabilityOf(m, b, &vm.Workload{Programs: b.Programs}, spec, bug, o)
		if err != nil {
			return nil, err
		}
		p.Race, p.Kernel, p.Boot, p.Sched = r.c.Name, k.Name, b.Name, s.String()
		out = append(out, p)
	}
	return out, nil
}

// ProbabilityOf computes the probability of the bug of that name, or of any bug
// if the name is empty, in one schedule of a workload. Two kinds of schedulers
// can be computed: those with a [sched.Law], by solving the Markov chain of the
// states, and PCT, by trying every draw. Of others it returns an error.
//
// A schedule shows the bug at most once; other bugs are passed over, unless the
// kernel stops at them. A schedule that goes round for ever has probability 0
// as long as a way leads out of the circle; without one it is a livelock.
func ProbabilityOf[S, L comparable](m *vm.Machine[S, L], boot *vm.Boot[S], w *vm.Workload, spec sched.Spec, bug string, o Options) (Probability, error) {
	out := Probability{Scheduler: spec.String(), Bug: bug}
	if err := singleSchedule(bug); err != nil {
		return out, err
	}
	d := &draws{}
	sc, err := spec.New(profile(m, boot, w), d)
	if err != nil {
		return out, err
	}
	if law, ok := sched.LawOf(sc); ok {
		g, limit := newChain(m, boot, w, bug, law, o)
		if limit != "" {
			out.Limit = limit
			return out, nil
		}
		out.States = len(g.nodes)
		out.Low, out.High = g.solve(MaxError)
		return out, nil
	}
	if !spec.Drawn() {
		return out, fmt.Errorf("the probability of scheduler %s is not computed: %s", spec, whyNot(spec))
	}
	out.Low, out.High, out.Schedules, out.Limit = newPlayer(m, boot, w, bug).everyDraw(sc, d, o.MaxStates)
	return out, nil
}

func whyNot(spec sched.Spec) string {
	if spec.Systematic() {
		return "it tries every schedule and draws none"
	}
	return "its memory is too large; use sample"
}

// singleSchedule returns an error for a bug that no single schedule shows.
func singleSchedule(bug string) error {
	if kind := string(vm.Inversion); strings.HasPrefix(bug, kind) {
		return fmt.Errorf("a %s is known of all schedules together, not of one: use check", kind)
	}
	return nil
}
